import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { BOARDS_PER_SHELF_MAX, type BoardChange, type Boards, type Marks, type ShelfChange, shelfOf } from '#platform/store/boards.ts';
import { createMemoryStore } from '#platform/store/memory.ts';
import { openStore } from '#platform/store/open.ts';
import { withDeadline } from '../support/deadline.ts';
import { ITEM_DEADLINE_MS } from '../support/feeds.ts';
import { eventually } from '../support/platform.ts';
import { aRedis, aRedisCluster, PATIENT_STORE, type RedisServer, redisForms } from '../support/redis.ts';
import { aTelemetry, metricOf } from '../support/telemetry.ts';

const HOLD_MS = 60_000;
const MEMBERS_MAX = 100;
const NOTHING: ShelfChange = { moves: [], boards: [], membersMax: 1 };
/** A day from now, by any clock. */
const LATER_MS = Date.now() + 86_400_000;

const twins = [
  {
    name: 'memory',
    start: async () => {
      const store = createMemoryStore();
      return async () => store.boards;
    },
  },
  ...redisForms.map((form) => ({
    name: `Redis ${form}`,
    start: async () => {
      const servers = form === 'standalone' ? [await aRedis()] : await aRedisCluster();
      return () => boardsOn(servers);
    },
  })),
];

describe.each(twins)('boards: $name', ({ start }) => {
  const open = start();
  const aTwin = async (): Promise<Boards> => (await open)();

  test('members stand in the order of their scores, equal ones in the order of the bytes of their names, and each knows where', async () => {
    const boards = await aTwin();
    const board = await aBoard(boards);
    await add(boards, board, [
      ['b', 5],
      ['a', 5],
      ['high', 9],
      ['low', 1],
      ['naïve', 5],
      ['b\u{1F381}', 5],
      ['b\uFF01', 5],
    ]);
    const order = ['high', 'a', 'b', 'b\uFF01', 'b\u{1F381}', 'naïve', 'low'];
    const [page] = await boards.read([{ board, count: 10, member: 'naïve' }]);
    expect(page?.entries.map(({ member }) => member)).toEqual(order);
    expect(page?.standing).toEqual({ rank: 6, score: 5 });
    const [some] = await boards.read([{ board, count: 2, member: 'stranger' }]);
    expect(some?.entries).toEqual([
      { member: 'high', score: 9 },
      { member: 'a', score: 5 },
    ]);
    expect(some).toMatchObject({ members: 7, standing: null });
    expect((await boards.read([{ board, count: 0 }]))[0]).toMatchObject({ members: 7, entries: [] });
  });

  test('what is taken away counts too: who comes to 0 is not on the board, who is below it is not shown and comes back by what is added', async () => {
    const boards = await aTwin();
    const board = await aBoard(boards);
    await add(boards, board, [
      ['back', 3],
      ['early', -4],
      ['stays', 2],
    ]);
    await add(boards, board, [['back', -3]]);
    expect((await boards.read([{ board, count: 10, member: 'early' }]))[0]).toMatchObject({
      members: 1,
      entries: [{ member: 'stays', score: 2 }],
      standing: null,
    });
    await add(boards, board, [['early', 10]]);
    expect(await entriesOf(boards, board)).toEqual([
      ['early', 6],
      ['stays', 2],
    ]);
  });

  test('the version grows with every change of a board', async () => {
    const boards = await aTwin();
    const board = await aBoard(boards);
    expect((await boards.read([{ board, count: 1 }]))[0]).toEqual({ version: 0, members: 0, entries: [], standing: null });
    const versions: number[] = [];
    for (let step = 0; step < 4; step += 1) {
      await add(boards, board, [['a', 1]]);
      versions.push((await boards.read([{ board, count: 1 }]))[0]?.version ?? 0);
    }
    expect(versions).toEqual([...new Set(versions)].sort((one, other) => one - other));
    expect(Math.abs((versions[0] ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  test('news that come twice, out of turn or from two processes are on the board once', async () => {
    const [one, other] = [await aTwin(), await aTwin()];
    const board = await aBoard(one);
    const shelf = shelfOf(board);
    const step = (from: string, to: string): ShelfChange => ({
      moves: [{ feed: 'gifts/1', from, to }],
      boards: [{ board, expiresAtMs: LATER_MS, increments: [['a', 1]] }],
      membersMax: MEMBERS_MAX,
    });
    expect(await one.apply(shelf, step('0', '1'))).toEqual({ state: 'applied' });
    const again = await other.apply(shelf, step('0', '1'));
    expect(again).toMatchObject({ state: 'moved' });
    expect(again.state === 'moved' ? again.marks.get('gifts/1') : null).toBe('1');
    expect(await other.apply(shelf, step('2', '3'))).toMatchObject({ state: 'moved' });
    const both = await Promise.all([one.apply(shelf, step('1', '2')), other.apply(shelf, step('1', '2'))]);
    expect(both.map(({ state }) => state).sort()).toEqual(['applied', 'moved']);
    expect(await entriesOf(one, board)).toEqual([['a', 2]]);
    expect((await one.marks(shelf))?.get('gifts/1')).toBe('2');
    expect((await one.marks(shelf))?.get('gifts/2')).toBe('0');
  });

  test('a shelf that nobody has made is lost: it has no marks, takes nothing and shows nothing', async () => {
    const boards = await aTwin();
    const board = await aName(boards);
    expect(await boards.marks(shelfOf(board))).toBeNull();
    expect(await boards.apply(shelfOf(board), { moves: [], boards: [], membersMax: 1 })).toEqual({ state: 'lost' });
    expect(await boards.read([{ board, count: 1 }])).toEqual([null]);
    expect(await boards.hold(shelfOf(board), 'token', HOLD_MS)).toEqual({ state: 'lost' });
    await boards.release(shelfOf(board), 'token');
  });

  test('while somebody holds a shelf nobody else changes it; what they staged takes its place at once, or goes when they let go', async () => {
    const [boards, other] = [await aTwin(), await aTwin()];
    const board = await aBoard(boards);
    const shelf = shelfOf(board);
    const place = (staged: string | null) => ({ shelf, staged });
    await add(boards, board, [['old', 1]]);
    const [one, two] = [crypto.randomUUID(), crypto.randomUUID()];
    expect(await boards.hold(shelf, one, HOLD_MS)).toMatchObject({
      state: 'whole',
      marks: new Map([
        ['gifts/1', expect.any(String)],
        ['gifts/2', '0'],
      ]),
    });
    expect(await other.hold(shelf, two, HOLD_MS)).toEqual({ state: 'busy' });
    expect(await other.apply(shelf, { moves: [], boards: [], membersMax: 1 })).toEqual({ state: 'held' });
    const change = {
      boards: [{ board, expiresAtMs: LATER_MS, increments: [['new', 7] as const, ['other', 2] as const] }],
      membersMax: MEMBERS_MAX,
    };
    expect(await other.stage(shelf, two, change)).toBe(false);
    expect(await boards.stage(shelf, one, change)).toBe(true);
    expect(await entriesOf(other, board)).toEqual([['old', 1]]);
    expect(await boards.list(place(one), { offset: 0, count: 10 })).toEqual([board]);
    expect(await boards.members(place(one), board, { offset: 1, count: 10 })).toEqual([{ member: 'other', score: 2 }]);
    expect(await boards.scores(place(one), board, ['other', 'old'])).toEqual([2, null]);
    expect(await boards.scores(place(null), board, ['other', 'old'])).toEqual([null, 1]);
    await boards.release(shelf, one);
    expect(await boards.publish(shelf, one, new Map())).toBe(false);
    expect(await entriesOf(other, board)).toEqual([['old', 1]]);
    expect(await other.hold(shelf, two, HOLD_MS)).toMatchObject({ state: 'whole' });
    await other.stage(shelf, two, change);
    expect(await other.publish(shelf, two, new Map([['gifts/1', '44']]))).toBe(true);
    expect(await entriesOf(boards, board)).toEqual([
      ['new', 7],
      ['other', 2],
    ]);
    expect(await boards.marks(shelf)).toEqual(new Map([['gifts/1', '44']]));
    while (await boards.sweep(shelf));
    expect(await entriesOf(boards, board)).toEqual([
      ['new', 7],
      ['other', 2],
    ]);
  });

  test('a hold ends by itself, goes on when its holder says so in time, and is not taken up again after it', async () => {
    const boards = await aTwin();
    const board = await aBoard(boards);
    const { state } = await boards.hold(shelfOf(board), 'lives', HOLD_MS);
    expect(await Promise.all(['lives', 'stranger'].map((token) => boards.renew(shelfOf(board), token, HOLD_MS)))).toEqual([true, false]);
    expect([state, await boards.apply(shelfOf(board), NOTHING)]).toEqual(['whole', { state: 'held' }]);
    await boards.renew(shelfOf(board), 'lives', 1);
    await eventually('it is over', async () => (await boards.hold(shelfOf(board), 'dies', 50)).state === 'whole', ITEM_DEADLINE_MS);
    await eventually('the shelf is free', async () => (await boards.apply(shelfOf(board), NOTHING)).state === 'applied', ITEM_DEADLINE_MS);
    expect(await boards.renew(shelfOf(board), 'dies', HOLD_MS)).toBe(false);
    expect(await boards.publish(shelfOf(board), 'dies', new Map())).toBe(false);
  });

  test('a board keeps its highest members, and drops the lowest when it has a tenth too many', async () => {
    const boards = await aTwin();
    const board = await aBoard(boards);
    const members = (count: number): BoardChange['increments'] => Array.from({ length: count }, (_, index) => [`m${index}`, index + 1]);
    await add(boards, board, members(22), 20);
    expect((await boards.read([{ board, count: 0 }]))[0]?.members).toBe(22);
    await add(boards, board, [['one more', 100]], 20);
    const entries = await entriesOf(boards, board);
    expect(entries).toHaveLength(20);
    expect([entries[0], entries.at(-1)]).toEqual([
      ['one more', 100],
      ['m3', 4],
    ]);
  });

  test('a board goes when its time is over, and takes nothing after that', async () => {
    const boards = await aTwin();
    const [brief, kept] = await aBoardPair(boards);
    await boards.apply(shelfOf(kept), {
      moves: [],
      boards: [
        { board: brief, expiresAtMs: Date.now() + 300, increments: [['a', 1]] },
        { board: kept, expiresAtMs: null, increments: [['a', 1]] },
      ],
      membersMax: MEMBERS_MAX,
    });
    await eventually('its time is over', async () => (await entriesOf(boards, brief)).length === 0, ITEM_DEADLINE_MS);
    await boards.apply(shelfOf(kept), {
      moves: [],
      boards: [{ board: brief, expiresAtMs: Date.now() - 1, increments: [['a', 1]] }],
      membersMax: MEMBERS_MAX,
    });
    expect(await boards.list({ shelf: shelfOf(kept), staged: null }, { offset: 0, count: 10 })).toEqual([kept]);
    expect(await entriesOf(boards, kept)).toEqual([['a', 1]]);
  });

  test('past as many boards as a shelf may hold those go that have not changed for longest, not those that end soonest', async () => {
    const boards = await aTwin();
    const shelf = shelfOf(await aBoard(boards));
    const change = (names: readonly string[], expiresAtMs: number): ShelfChange => ({
      moves: [],
      boards: names.map((board) => ({ board, expiresAtMs, increments: [['a', 1]] })),
      membersMax: MEMBERS_MAX,
    });
    const old = Array.from({ length: BOARDS_PER_SHELF_MAX }, (_, place) => `old-${String(place).padStart(5, '0')}`);
    for (let start = 0; start < old.length; start += 1_000)
      expect(await boards.apply(shelf, change(old.slice(start, start + 1_000), LATER_MS))).toEqual({ state: 'applied' });
    // Boards of one day, which end before all others: they are changed all the time.
    for (let round = 0; round < 2; round += 1) await boards.apply(shelf, change(['today', 'today too'], LATER_MS - 1));
    const names = await boards.list({ shelf, staged: null }, { offset: 0, count: BOARDS_PER_SHELF_MAX + 2 });
    expect([...names].sort()).toEqual([...old.slice(2), 'today', 'today too']);
  });

  test('one leads a work, until they stop', async () => {
    const [one, other] = [await aTwin(), await aTwin()];
    const work = crypto.randomUUID();
    expect(await one.lead(work, 'one', HOLD_MS)).toBe(true);
    expect(await other.lead(work, 'other', HOLD_MS)).toBe(false);
    expect(await one.lead(work, 'one', 50)).toBe(true);
    await eventually('the lead is free', () => other.lead(work, 'other', HOLD_MS), ITEM_DEADLINE_MS);
  });

  test('over any history the board is what a plain map says', async () => {
    const boards = await aTwin();
    const increment = fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'é'), fc.integer({ min: -50, max: 9_007_199_254 }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uniqueArray(increment, { selector: ([member]) => member, maxLength: 5 }), { maxLength: 6 }),
        async (history) => {
          const board = await aBoard(boards);
          const oracle = new Map<string, number>();
          for (const increments of history) {
            await add(boards, board, increments);
            for (const [member, amount] of increments) oracle.set(member, (oracle.get(member) ?? 0) + amount);
          }
          const expected = [...oracle]
            .filter(([, score]) => score > 0)
            .sort(([one, oneScore], [other, otherScore]) => otherScore - oneScore || (one < other ? -1 : 1));
          expect(await entriesOf(boards, board)).toEqual(expected);
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe.each(redisForms.filter((form) => form === 'standalone'))('boards over Redis %s, in trouble', () => {
  test('a server that hangs or is down: reads are null in time, changes reject, and nothing of them happens twice', async () => {
    const server = await aRedis();
    const telemetry = aTelemetry();
    const boards = await boardsOn([server], telemetry, { timeoutMs: 500 });
    const board = await aBoard(boards);
    await add(boards, board, [['a', 1]]);
    server.freeze();
    try {
      expect(await withDeadline(boards.read([{ board, count: 1 }]), 'the page')).toEqual([null]);
      expect(await metricOf(telemetry, 'fanfare_store_failures_total', { call: 'boards.read' })).toBe(1);
    } finally {
      server.thaw();
    }
    await server.kill();
    await expect(boards.marks(shelfOf(board))).rejects.toThrow(/shelf/);
    await expect(add(boards, board, [['a', 1]])).rejects.toThrow();
    expect(await boards.lead('work', 'me', HOLD_MS)).toBe(false);
    await server.start();
    await eventually(
      'it answers, empty',
      async () => (await boards.marks(shelfOf(board)).catch(() => new Map())) === null,
      ITEM_DEADLINE_MS,
    );
  });

  test('FLUSHALL loses a shelf with its marks, and what was thrown away is swept out of Redis', async () => {
    const server = await aRedis();
    const boards = await boardsOn([server]);
    const board = await aBoard(boards);
    await add(boards, board, [['a', 1]]);
    for (let round = 0; round < 3; round += 1) {
      const token = crypto.randomUUID();
      await boards.hold(shelfOf(board), token, HOLD_MS);
      await boards.stage(shelfOf(board), token, {
        boards: [{ board, expiresAtMs: null, increments: [['a', 2]] }],
        membersMax: MEMBERS_MAX,
      });
      if (round < 2) await boards.publish(shelfOf(board), token, new Map());
      else await boards.release(shelfOf(board), token);
    }
    while (await boards.sweep(shelfOf(board)));
    // The marks, and the board with its index and version.
    expect(await server.command('DBSIZE')).toBe(4);
    await server.command('FLUSHALL');
    await server.command('SCRIPT', 'FLUSH');
    expect(await boards.marks(shelfOf(board))).toBeNull();
    expect(await boards.read([{ board, count: 1 }])).toEqual([null]);
  });
});

async function boardsOn(servers: readonly RedisServer[], telemetry = aTelemetry(), options = PATIENT_STORE): Promise<Boards> {
  const store = await openStore({ redisUrls: servers.map(({ url }) => url) }, telemetry, options);
  onTestFinished(() => store.close());
  return store.boards;
}

/** A board's name on a shelf that nobody has made. */
async function aName(boards: Boards): Promise<string> {
  for (let tries = 0; tries < 1_000; tries += 1) {
    const board = `board-${crypto.randomUUID()}`;
    const token = crypto.randomUUID();
    const held = await boards.hold(shelfOf(board), token, HOLD_MS);
    await boards.release(shelfOf(board), token);
    if (held.state === 'lost') return board;
  }
  throw new Error('every shelf is in use');
}

/** An empty board on a shelf made anew, alone. */
async function aBoard(boards: Boards): Promise<string> {
  const board = `board-${crypto.randomUUID()}`;
  const token = crypto.randomUUID();
  await boards.hold(shelfOf(board), token, HOLD_MS);
  const marks: Marks = new Map([
    ['gifts/1', '0'],
    ['gifts/2', '0'],
  ]);
  expect(await boards.publish(shelfOf(board), token, marks)).toBe(true);
  return board;
}

/** Two on one shelf. */
async function aBoardPair(boards: Boards): Promise<readonly [string, string]> {
  const first = await aBoard(boards);
  for (;;) {
    const second = `board-${crypto.randomUUID()}`;
    if (shelfOf(second) === shelfOf(first)) return [first, second];
  }
}

/** Adds without news of any feed. */
async function add(boards: Boards, board: string, increments: BoardChange['increments'], membersMax = MEMBERS_MAX): Promise<void> {
  const answer = await boards.apply(shelfOf(board), { moves: [], boards: [{ board, expiresAtMs: LATER_MS, increments }], membersMax });
  expect(answer).toEqual({ state: 'applied' });
}

async function entriesOf(boards: Boards, board: string): Promise<readonly (readonly [string, number])[]> {
  const [page] = await boards.read([{ board, count: 1_000 }]);
  return (page?.entries ?? []).map(({ member, score }) => [member, score]);
}
