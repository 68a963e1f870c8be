import { execFile } from 'node:child_process';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Boards, shelfOf } from '#platform/store/boards.ts';
import { createMemoryStore } from '#platform/store/memory.ts';
import { openStore } from '#platform/store/open.ts';
import { compareBoards } from '../../subgraphs/trading/data/boardCompare.ts';
import { aBoardWorld, type BoardWorld, caughtUp, scoresIn, scoresInOrders } from '../support/board-world.ts';
import { aRedis, PATIENT_STORE, redisForms } from '../support/redis.ts';
import { aTelemetry } from '../support/telemetry.ts';

const boardsAt = async (url: string): Promise<Boards> => {
  const store = await openStore({ redisUrls: [url] }, aTelemetry(), PATIENT_STORE);
  onTestFinished(() => store.close());
  return store.boards;
};

const compare = (world: BoardWorld, boards: Boards, repair: boolean) =>
  compareBoards({ boards, partitions: world.partitions }, { repair, onProgress: () => undefined, signal: new AbortController().signal });

/** Changes scores behind everybody's back. */
const forge = async (boards: Boards, board: string, increments: readonly (readonly [string, number])[]): Promise<void> => {
  const answer = await boards.apply(shelfOf(board), { moves: [], boards: [{ board, expiresAtMs: null, increments }], membersMax: 1_000 });
  expect(answer.state).toBe('applied');
};

const scoreOf = async (boards: Boards, board: string, member: string): Promise<number> =>
  (await boards.read([{ board, count: 0, member }]))[0]?.standing?.score ?? 0;

const twins = [
  { name: 'memory', open: async () => createMemoryStore().boards },
  ...redisForms.filter((form) => form === 'standalone').map(() => ({ name: 'Redis', open: async () => boardsAt((await aRedis()).url) })),
];

describe.each(twins)('counting the leaderboards again: $name', ({ open }) => {
  test('finds a score that was forged, one that was taken away and a board that should not be there, and corrects them', async () => {
    const [world, boards] = [await aBoardWorld(), await open()];
    await world.send(120);
    const follower = world.follow(boards);
    await caughtUp(follower);
    expect(await compare(world, boards, true)).toMatchObject({ orders: 120, lost: 0, differencesTotal: 0, repaired: 0 });
    const [forger = '', victim = ''] = world.senders;
    const [real, all] = [await scoreOf(boards, 'senders/all', forger), await scoreOf(boards, 'senders/all', victim)];
    await forge(boards, 'senders/all', [
      [forger, 1_000_000],
      [victim, -all],
    ]);
    await forge(boards, 'stream/of-nobody', [['ghost', 7]]);
    const differences = [
      { board: 'senders/all', member: forger, stored: real + 1_000_000, counted: real },
      { board: 'senders/all', member: victim, stored: null, counted: all },
      { board: 'stream/of-nobody', member: 'ghost', stored: 7, counted: null },
    ];
    const found = await compare(world, boards, false);
    expect(found).toMatchObject({ differencesTotal: 3, repaired: 0 });
    expect(found.differences).toEqual(expect.arrayContaining(differences));
    expect(await scoreOf(boards, 'senders/all', forger)).toBe(real + 1_000_000);
    expect((await compare(world, boards, true)).repaired).toBe(new Set(differences.map(({ board }) => shelfOf(board))).size);
    expect(await scoresIn(boards)).toEqual(await scoresInOrders(world.database));
    await world.send(30);
    await caughtUp(follower);
    expect(await compare(world, boards, false)).toMatchObject({ orders: 150, differencesTotal: 0 });
  });

  test('goes on beside gifts, refunds and those who count them, and finds nothing that is not wrong', async () => {
    const [world, boards] = [await aBoardWorld(), await open()];
    const follower = world.follow(boards);
    await world.send(200);
    await caughtUp(follower);
    // Behind by some gifts when it begins, and more while it works.
    const load = (async () => {
      for (let round = 0; round < 5; round += 1) await world.send(60);
      await world.refund(40);
    })();
    for (let round = 0; round < 4; round += 1)
      expect(await compare(world, boards, round % 2 === 1)).toMatchObject({ differencesTotal: 0, lost: 0 });
    await load;
    await caughtUp(follower);
    expect(await scoresIn(boards)).toEqual(await scoresInOrders(world.database));
  });
});

describe.each(redisForms.filter((form) => form === 'standalone'))('npm run boards:rebuild, Redis %s', () => {
  test('says what differs and ends with 1, corrects it, and ends with 0 when all is well', async () => {
    const [world, redis] = [await aBoardWorld(), await aRedis()];
    await world.send(40);
    const boards = await boardsAt(redis.url);
    const follower = world.follow(boards);
    await caughtUp(follower);
    const [forger = ''] = world.senders;
    await forge(boards, 'senders/all', [[forger, 5_000]]);
    const run = (...flags: readonly string[]): Promise<{ readonly code: number; readonly output: string }> => {
      const env = { PATH: process.env['PATH'] ?? '', NODE_ENV: 'test', TRADING_DATABASE_URL: world.databaseUrl, REDIS_URL: redis.url };
      const { promise, resolve } = Promise.withResolvers<{ code: number; output: string }>();
      execFile(process.execPath, ['prisma/boards-rebuild.ts', ...flags], { env, timeout: 30_000 }, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code ?? -1), output: `${stdout}${stderr}` }),
      );
      return promise;
    };
    const repaired = await run();
    expect(repaired.output).toMatch(new RegExp(`senders/all: ${forger} has 5\\d{3} coins in Redis`));
    expect(repaired.output).toContain('1 scores differ');
    expect(repaired.output).toContain('1 shelves were made anew');
    expect(repaired.code).toBe(1);
    const again = await run('--compare');
    expect(again).toMatchObject({ code: 0, output: expect.stringContaining('The leaderboards are what the orders say: 40 orders') });
  });
});
