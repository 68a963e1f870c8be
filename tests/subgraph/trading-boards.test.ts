import { describe, expect, onTestFinished, test } from 'vitest';
import { turnEpoch } from '#platform/feed/epoch.ts';
import { BOARD_SHELVES, type Boards, shelfOf } from '#platform/store/boards.ts';
import { createMemoryStore } from '#platform/store/memory.ts';
import { openStore } from '#platform/store/open.ts';
import { startBoardFollower } from '../../subgraphs/trading/data/boardFollower.ts';
import { createBoardReader } from '../../subgraphs/trading/data/boardReader.ts';
import { periodBoard } from '../../subgraphs/trading/domain/board.ts';
import { aBoardWorld, caughtUp, scoresIn, scoresInOrders } from '../support/board-world.ts';
import { eventually } from '../support/platform.ts';
import { aRedis, PATIENT_STORE, type RedisServer, redisForms } from '../support/redis.ts';
import { aSpreadTrading } from '../support/spread-trading.ts';
import { statementsOf } from '../support/statements.ts';
import { aTelemetry } from '../support/telemetry.ts';

const boardsOn = async (server: RedisServer): Promise<Boards> => {
  const store = await openStore({ redisUrls: [server.url] }, aTelemetry(), PATIENT_STORE);
  onTestFinished(() => store.close());
  return store.boards;
};

const twins = [
  { name: 'memory', open: async () => createMemoryStore().boards },
  ...redisForms.filter((form) => form === 'standalone').map(() => ({ name: 'Redis', open: async () => boardsOn(await aRedis()) })),
];

/** Of the holds a third is posted, as if the event had been written and trimmed since, and a third taken back. */
const END_HOLDS = `/* test */ UPDATE gift_hold h SET status = (ARRAY['POSTED', 'VOIDED'])[n.place % 3]::hold_status, ended_at = now()
  FROM (SELECT order_id, row_number() OVER (ORDER BY order_id) AS place FROM gift_hold) n WHERE n.order_id = h.order_id AND n.place % 3 > 0`;

describe.each(twins)('leaderboards: $name', ({ open }) => {
  test('are what the orders say, whether gifts came before they were followed or after, and were given back', async () => {
    const [world, boards] = [await aBoardWorld(), await open()];
    await world.send(300);
    // Gifts that are still held, that were sent after their time, and that were taken back.
    await world.database.query({ text: `/* test */ UPDATE gift SET cancel_window_seconds = 60 WHERE id = 'rose'` });
    await world.send(30);
    await world.database.query({ text: END_HOLDS });
    await world.database.query({ text: `/* test */ UPDATE gift SET cancel_window_seconds = 0 WHERE id = 'rose'` });
    const follower = world.follow(boards);
    await caughtUp(follower);
    expect(await scoresIn(boards)).toEqual(await scoresInOrders(world.database));
    for (let round = 0; round < 3; round += 1) await world.send(150);
    await world.refund(60);
    await caughtUp(follower);
    const scores = await scoresIn(boards);
    expect(scores).toEqual(await scoresInOrders(world.database));
    expect(scores.length).toBeGreaterThan(100);
  });

  test('count each gift once, when every change is applied and then said to have failed, from two processes at once', async () => {
    const [world, boards] = [await aBoardWorld(), await open()];
    let applied = 0;
    // The process "dies" between the store and the next step: it hears nothing, and knows no more than the shelf's marks.
    const dying: Boards = {
      ...boards,
      lead: async () => true,
      apply: async (shelf, change) => {
        const answer = await boards.apply(shelf, change);
        applied += 1;
        if (applied % 3 === 0) throw new Error('the connection was lost after the change was made');
        return answer;
      },
    };
    const followers = [world.follow(dying), world.follow(dying)];
    await Promise.all(followers.map((follower) => caughtUp(follower)));
    for (let round = 0; round < 4; round += 1) await world.send(100);
    await Promise.all(followers.map((follower) => caughtUp(follower)));
    expect(applied).toBeGreaterThan(BOARD_SHELVES);
    expect(await scoresIn(boards)).toEqual(await scoresInOrders(world.database));
  });

  test('are counted from the orders again when the log is another one than they have counted', async () => {
    const [world, boards] = [await aBoardWorld(), await open()];
    await world.send(100);
    const first = world.follow(boards);
    await caughtUp(first);
    await first.close();
    // A restored copy: the last orders and their events are gone, others take their numbers.
    await world.database.query({ text: `/* lose */ DELETE FROM gift_order WHERE id IN (SELECT id FROM gift_order ORDER BY id LIMIT 30)` });
    await turnEpoch(world.database);
    await world.send(20);
    const second = world.follow(boards);
    await caughtUp(second);
    expect(await scoresIn(boards)).toEqual(await scoresInOrders(world.database));
  });

  test('go on from an older state of the store, as a replica or a snapshot has it', async () => {
    const [world, boards] = [await aBoardWorld(), await open()];
    await world.send(50);
    const follower = world.follow(boards);
    await caughtUp(follower);
    const marks = await boards.marks(3);
    const before = await scoresIn(boards);
    await world.send(50);
    await caughtUp(follower);
    // Shelf 3 alone goes back in time.
    await boards.hold(3, 'past', 10_000);
    const changes = before
      .map((line) => line.split(' '))
      .map(([board = '', member = '', score = '']) => ({ board, expiresAtMs: null, increments: [[member, Number(score)] as const] }));
    await boards.stage(3, 'past', { boards: changes.filter(({ board }) => shelfOf(board) === 3), membersMax: 1_000 });
    await boards.publish(3, 'past', marks ?? new Map());
    await world.send(10);
    await caughtUp(follower);
    expect(await scoresIn(boards)).toEqual(await scoresInOrders(world.database));
  });
});

describe.each(redisForms.filter((form) => form === 'standalone'))('leaderboards over Redis %s', () => {
  test('FLUSHALL under load: they are counted again, and each gift counts once', async () => {
    const world = await aBoardWorld();
    const server = await aRedis();
    const boards = await boardsOn(server);
    const follower = world.follow(boards);
    await world.send(100);
    await caughtUp(follower);
    for (let round = 0; round < 4; round += 1) {
      await Promise.all([world.send(80), server.command('FLUSHALL')]);
      await world.send(80);
      if (round === 2) await caughtUp(follower);
    }
    await caughtUp(follower);
    expect(await scoresIn(boards)).toEqual(await scoresInOrders(world.database));
  });

  test('of two processes one works; when it goes, the other one goes on', async () => {
    const world = await aBoardWorld();
    const server = await aRedis();
    const [one, other] = [await boardsOn(server), await boardsOn(server)];
    const first = world.follow(one);
    await world.send(50);
    await caughtUp(first);
    const second = world.follow(other);
    await first.close();
    await world.send(50);
    await caughtUp(second);
    expect(await scoresIn(other)).toEqual(await scoresInOrders(world.database));
  });
});

test('what follows the gifts reads the feeds and writes nothing to the database but how far it has come, however many they are', async () => {
  const [world, boards] = [await aBoardWorld(), createMemoryStore().boards];
  const first = world.follow(boards);
  await caughtUp(first);
  await first.close();
  await world.send(900);
  const statements = await statementsOf(async () => caughtUp(world.follow(boards)));
  const writes = statements.filter((text) => /INSERT|UPDATE|DELETE/.test(text));
  expect(writes.filter((text) => !text.includes('noteProgress'))).toEqual([]);
  expect(statements.filter((text) => text.includes('recount'))).toEqual([]);
  expect(statements.length).toBeLessThan(30);
  expect(await scoresIn(boards)).toEqual(await scoresInOrders(world.database));
});

test('gifts across four databases are on the same boards, followed as they come or counted from the orders of all', async () => {
  const spread = await aSpreadTrading();
  onTestFinished(() => spread.close());
  const senders = [0, 1, 2, 3].map((index) => spread.somebodyIn(index));
  await spread.fund(senders, 1_000n);
  const streams = await Promise.all([spread.somebodyIn(1), spread.somebodyIn(3)].map((streamerId) => spread.aStream(streamerId)));
  const gifts = senders.flatMap((sender, index) => streams.map((streamId) => spread.send(sender, { streamId, quantity: index + 1 })));
  for (const { errors } of await Promise.all(gifts)) expect(errors).toBeUndefined();
  const databases = spread.partitions.all.map(({ database }) => database);
  const expected = await scoresInOrders(...databases);
  expect(expected).toHaveLength(4 * 2 + 4 * 3 + 2 * 3);
  await eventually(
    'the gifts are on the boards',
    async () => (await scoresIn(spread.runtime.store.boards)).join() === expected.join(),
    10_000,
  );
  const boards = createMemoryStore().boards;
  const follower = startBoardFollower({
    boards,
    partitions: spread.partitions,
    telemetry: aTelemetry(),
    hints: { publish: () => undefined },
  });
  onTestFinished(() => follower.close());
  await caughtUp(follower);
  expect(await scoresIn(boards)).toEqual(expected);
  // Where nobody can say what those want who are on it, nobody is shown.
  const away = { ...spread.partitions, gather: async <Key>(keys: readonly Key[]) => keys.map(() => new Error('the database is away')) };
  const shown = [spread.partitions, away].map(async (partitions) => {
    const [view] = await createBoardReader(boards, partitions).read([periodBoard('STREAMERS', 'ALL_TIME', Date.now())], { entries: 5 });
    return view?.entries.map(({ userId, coins }) => [userId !== null, coins !== null]);
  });
  const both = (isShown: boolean) => [0, 1].map(() => [isShown, isShown]);
  expect(await Promise.all(shown)).toEqual([both(true), both(false)]);
});
