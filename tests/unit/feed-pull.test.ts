import { expect, test } from 'vitest';
import { createMemoryBus } from '#platform/bus/memory.ts';
import type { Database } from '#platform/database/database.ts';
import { encodeCursor, parseCursor } from '#platform/feed/cursor.ts';
import { turnEpoch } from '#platform/feed/epoch.ts';
import {
  type FeedEvent,
  type FeedPage,
  type FeedPageRequest,
  type Feeds,
  FROM_HEAD,
  type PullRequest,
  type PullResponse,
} from '#platform/feed/feed.ts';
import { trimFeed } from '#platform/feed/retention.ts';
import { newId } from '#platform/ids.ts';
import { withDeadline } from '../support/deadline.ts';
import {
  aBadBus,
  aFeedDatabase,
  anEvent,
  append,
  HINTS_ONLY,
  ITEM_DEADLINE_MS,
  nextItems,
  someEvents,
  someFeeds,
  upTo,
} from '../support/feeds.ts';
import { statementsOf } from '../support/statements.ts';

/** Every statement counts: the databases of these tests have no other user. */
const EVERY = /^/;

const NEVER = new AbortController().signal;
const LATER = new Date(Date.now() + 3_600_000);

test('a pull from null starts at the first kept event and goes on from the cursor it gave', async () => {
  const { database, feeds } = await opened();
  const written = await append(database, feeds, someEvents('gifts/1', 5));
  const first = await pull(feeds, [['gifts/1', null]], { limit: 3 });
  expect(first.feeds).toEqual([{ feed: 'gifts/1', reset: null, events: written.slice(0, 3), cursor: written[2]?.cursor, head: 5 }]);
  const second = await pull(feeds, [['gifts/1', first.feeds[0]?.cursor ?? null]], { limit: 3 });
  expect(second.feeds).toEqual([{ feed: 'gifts/1', reset: null, events: written.slice(3), cursor: written[4]?.cursor, head: 5 }]);
  expect(await pull(feeds, [['gifts/1', second.feeds[0]?.cursor ?? null]])).toEqual({ feeds: [] });
});

test('a pull from the head is answered at once with the place there, also of an empty log, and goes on with what comes after', async () => {
  const { database, feeds } = await opened();
  const written = await append(database, feeds, someEvents('gifts/1', 5));
  let answer: PullResponse = { feeds: [] };
  const statements = await statementsOf(EVERY, async () => {
    const asked = ['gifts/1', 'gifts/2', 'gifts/3'].map((feed): [string, string] => [feed, FROM_HEAD]);
    answer = await withDeadline(pull(feeds, asked, { waitMs: 20_000 }), 'the places', ITEM_DEADLINE_MS);
  });
  expect(statements).toHaveLength(1);
  expect(answer.feeds.map(({ feed, events, reset, head }) => ({ feed, events, reset, head }))).toEqual([
    { feed: 'gifts/1', events: [], reset: null, head: 5 },
    { feed: 'gifts/2', events: [], reset: null, head: 0 },
    { feed: 'gifts/3', events: [], reset: null, head: 0 },
  ]);
  expect(answer.feeds[0]?.cursor).toBe(written[4]?.cursor);
  const cursors = answer.feeds.map(({ feed, cursor }): [string, string] => [feed, cursor]);
  await append(database, feeds, [...someEvents('gifts/1', 1), ...someEvents('gifts/3', 1)]);
  expect((await pull(feeds, cursors)).feeds.map(({ feed, events }) => [feed, events.map(({ seq }) => seq)])).toEqual([
    ['gifts/1', [6]],
    ['gifts/3', [1]],
  ]);
});

test('many feeds are pulled by a fixed number of statements, within the limit, and none starves', async () => {
  const { database, feeds } = await opened();
  const names = upTo(63, 0).map((index) => `gifts/${index}`);
  await append(
    database,
    feeds,
    names.flatMap((name, index) => someEvents(name, index === 0 ? 500 : 3)),
  );
  const cursors = new Map<string, string | null>(names.map((name) => [name, null]));
  const seen = new Map<string, number[]>();
  for (let round = 0; round < 30; round += 1) {
    let answer: PullResponse = { feeds: [] };
    const statements = await statementsOf(EVERY, async () => {
      answer = await pull(feeds, [...cursors], { limit: 40 });
    });
    expect(statements.length).toBeLessThanOrEqual(2);
    expect(answer.feeds.reduce((sum, { events }) => sum + events.length, 0)).toBeLessThanOrEqual(40);
    if (answer.feeds.length === 0) break;
    for (const { feed, events, cursor } of answer.feeds) {
      cursors.set(feed, cursor);
      seen.set(feed, [...(seen.get(feed) ?? []), ...events.map(({ seq }) => seq)]);
    }
  }
  expect(seen).toEqual(new Map(names.map((name, index) => [name, upTo(index === 0 ? 500 : 3)])));
});

test('a long poll answers as soon as an event is there, by the hint', async () => {
  const database = await aFeedDatabase();
  const feeds = await someFeeds(database, createMemoryBus(), HINTS_ONLY);
  const answer = pull(
    feeds,
    [
      ['gifts/1', null],
      ['gifts/2', null],
    ],
    { waitMs: 20_000 },
  );
  await pull(feeds, [['gifts/1', null]], { waitMs: 1 }); // the channels are subscribed by now
  await append(database, feeds, someEvents('gifts/2', 1));
  expect((await withDeadline(answer, 'the event', ITEM_DEADLINE_MS)).feeds.map(({ feed }) => feed)).toEqual(['gifts/2']);
});

test('a long poll whose hint is lost is woken by the head check', async () => {
  const database = await aFeedDatabase();
  const feeds = await someFeeds(
    database,
    aBadBus(() => null),
  );
  const answer = pull(feeds, [['gifts/1', null]], { waitMs: 20_000 });
  await append(database, feeds, someEvents('gifts/1', 1));
  expect((await withDeadline(answer, 'the event', ITEM_DEADLINE_MS)).feeds).toHaveLength(1);
});

test('a long poll that waits while db:restored turns the epoch hears of it', async () => {
  const { database, feeds } = await opened();
  const [event] = await append(database, feeds, someEvents('gifts/1', 1));
  const waiting = pull(feeds, [['gifts/1', event?.cursor ?? null]], { waitMs: 20_000 });
  const epoch = await turnEpoch(database);
  const answer = await withDeadline(waiting, 'the reset', ITEM_DEADLINE_MS);
  expect(answer.feeds).toMatchObject([{ feed: 'gifts/1', reset: 'EPOCH', events: [] }]);
  expect(parseCursor(answer.feeds[0]?.cursor ?? '').epoch).toBe(epoch);
});

test('a long poll ends empty when its time is over, and with the reason when it is aborted', async () => {
  const { feeds } = await opened();
  const started = performance.now();
  expect(await pull(feeds, [['gifts/1', null]], { waitMs: 200 })).toEqual({ feeds: [] });
  expect(performance.now() - started).toBeGreaterThanOrEqual(190);
  const abort = new AbortController();
  const aborted = feeds.pull({ feeds: [{ feed: 'gifts/1', after: null }], limit: 1, waitMs: 20_000 }, abort.signal);
  abort.abort(new Error('the caller hung up'));
  await expect(withDeadline(aborted, 'the abort', ITEM_DEADLINE_MS)).rejects.toThrow('the caller hung up');
});

test('a cursor that is in no log any more gives RESET with the place before the first kept event', async () => {
  const { database, feeds } = await opened();
  const written = await append(database, feeds, someEvents('gifts/1', 4));
  const place = parseCursor(written[1]?.cursor ?? '');
  for (const stranger of [
    { ...place, epoch: '000000000000' },
    { ...place, seq: 99 },
    { ...place, mark: 'ffffffff' },
  ]) {
    const { feeds: pulled } = await pull(feeds, [['gifts/1', encodeCursor(stranger)]]);
    expect(pulled).toMatchObject([{ feed: 'gifts/1', reset: 'EPOCH', events: [], head: 4 }]);
    const again = await pull(feeds, [['gifts/1', pulled[0]?.cursor ?? null]]);
    expect(again.feeds[0]?.events).toEqual(written);
  }
});

test('retention removes old events; a cursor before them gives RESET RETENTION, one at the last removed event goes on', async () => {
  const { database, feeds } = await opened();
  const written = await append(database, feeds, someEvents('room/a', 10));
  const nextDay = new Date(Date.now() + 86_400_000);
  expect(await trimFeed(database, { feed: 'room/a', before: nextDay, eventsMax: 4 })).toBe(4);
  const cursors = [null, written[1]?.cursor ?? null, written[3]?.cursor ?? null, written[6]?.cursor ?? null];
  const answers = await Promise.all(cursors.map((cursor) => pull(feeds, [['room/a', cursor]])));
  expect(answers.map(({ feeds: [each] }) => [each?.reset, seqs(each?.events)])).toEqual([
    [null, upTo(10, 5)],
    ['RETENTION', []],
    [null, upTo(10, 5)],
    [null, upTo(10, 8)],
  ]);
  const resumed = await pull(feeds, [['room/a', answers[1]?.feeds[0]?.cursor ?? null]]);
  expect(seqs(resumed.feeds[0]?.events)).toEqual(upTo(10, 5));
  const follower = await nextItems(feeds.follow('room/a', { after: written[1]?.cursor ?? null }), 2);
  expect(follower).toMatchObject([
    { type: 'position', seq: 2 },
    { type: 'reset', reason: 'RETENTION', seq: 10 },
  ]);
  expect(seqs((await feeds.page({ feed: 'room/a', direction: 'forward', limit: 100 })).events)).toEqual(upTo(10, 5));
});

test('retention takes only what is old, at most so many events, and can take everything', async () => {
  const { database, feeds } = await opened();
  const written = await append(database, feeds, someEvents('room/a', 3));
  expect(await trimFeed(database, { feed: 'room/a', before: new Date(0) })).toBe(0);
  expect(await trimFeed(database, { feed: 'room/a', before: LATER, eventsMax: 2 })).toBe(2);
  expect(await trimFeed(database, { feed: 'room/a', before: LATER })).toBe(1);
  expect(await trimFeed(database, { feed: 'room/a', before: LATER })).toBe(0);
  expect(await trimFeed(database, { feed: 'room/none', before: LATER })).toBe(0);
  expect(await pull(feeds, [['room/a', null]])).toEqual({ feeds: [] });
  expect((await feeds.head('room/a')).cursor).toBe(written[2]?.cursor);
  const [next] = await append(database, feeds, someEvents('room/a', 1));
  expect(next?.seq).toBe(4);
  expect(seqs((await pull(feeds, [['room/a', written[2]?.cursor ?? null]])).feeds[0]?.events)).toEqual([4]);
});

test('retention never passes a registered consumer', async () => {
  const { database, feeds } = await opened();
  const written = await append(database, feeds, someEvents('room/a', 10));
  await pull(feeds, [['room/a', written[2]?.cursor ?? null]], { consumer: 'messaging.gifts' });
  expect(await trimFeed(database, { feed: 'room/a', before: LATER })).toBe(3);
  expect(seqs((await pull(feeds, [['room/a', written[2]?.cursor ?? null]])).feeds[0]?.events)).toEqual(upTo(10, 4));
  await pull(feeds, [['room/b', null]], { consumer: 'new.consumer' });
  await append(database, feeds, someEvents('room/b', 2));
  expect(await trimFeed(database, { feed: 'room/b', before: LATER })).toBe(0);
});

test('a consumer whose cursor is of another life of the log is registered at its beginning, whatever seq the cursor names', async () => {
  const { database, feeds } = await opened();
  const written = await append(database, feeds, someEvents('room/a', 10));
  const last = written[9]?.cursor ?? '';
  await pull(feeds, [['room/a', last]], { consumer: 'messaging.gifts' });
  await pull(feeds, [['room/a', encodeCursor({ ...parseCursor(last), mark: '00000000' })]], { consumer: 'messaging.gifts' });
  expect(await trimFeed(database, { feed: 'room/a', before: LATER })).toBe(0);
});

test.each<[string, Partial<PullRequest>]>([
  ['feeds: 1 to 256, not 0', { feeds: [] }],
  ['feeds: 1 to 256, not 257', { feeds: upTo(257).map((each) => ({ feed: `f/${each}`, after: null })) }],
  [
    'feeds: each one once',
    {
      feeds: [
        { feed: 'a', after: null },
        { feed: 'a', after: null },
      ],
    },
  ],
  ['limit: 1 to 1000, not 0', { limit: 0 }],
  ['limit: 1 to 1000, not 1001', { limit: 1_001 }],
  ['limit: 1 to 1000, not NaN', { limit: Number.NaN }],
  ['waitMs: 0 to 20000, not 20001', { waitMs: 20_001 }],
  ['waitMs: 0 to 20000, not NaN', { waitMs: Number.NaN }],
  ['consumer: 1 to 200 characters', { consumer: '' }],
  ['feed: 1 to 200 characters', { feeds: [{ feed: 'x'.repeat(201), after: null }] }],
  ['not a cursor', { feeds: [{ feed: 'a', after: 'nonsense' }] }],
])('a pull outside the limits is refused: %s', async (problem, wrong) => {
  const { feeds } = await opened();
  const request = { feeds: [{ feed: 'a', after: null }], limit: 1, waitMs: 0, ...wrong };
  await expect(feeds.pull(request, NEVER)).rejects.toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringContaining(problem) });
});

test('pages read forward from a cursor and backward from another, know their neighbours, and filter by kind', async () => {
  const { database, feeds } = await opened();
  const kinds = ['chat.posted', 'gift.shown'];
  const written = await append(
    database,
    feeds,
    upTo(10).map((number) => anEvent('room/a', { number }, { kind: kinds[number % 2] ?? '' })),
  );
  const cursor = (seq: number): string => written[seq - 1]?.cursor ?? '';
  const page = async (more: object) => {
    const { events, hasNextPage, hasPreviousPage, reset } = await feeds.page({ feed: 'room/a', direction: 'forward', limit: 3, ...more });
    return [events.map(({ seq }) => seq), hasPreviousPage, hasNextPage, reset];
  };
  expect(await page({})).toEqual([[1, 2, 3], false, true, null]);
  expect(await page({ after: cursor(3) })).toEqual([[4, 5, 6], true, true, null]);
  expect(await page({ after: cursor(7) })).toEqual([[8, 9, 10], true, false, null]);
  expect(await page({ after: cursor(10) })).toEqual([[], true, false, null]);
  expect(await page({ direction: 'backward' })).toEqual([[8, 9, 10], true, false, null]);
  expect(await page({ direction: 'backward', before: cursor(8) })).toEqual([[5, 6, 7], true, true, null]);
  expect(await page({ direction: 'backward', before: cursor(3) })).toEqual([[1, 2], false, true, null]);
  expect(await page({ direction: 'backward', before: cursor(1) })).toEqual([[], false, true, null]);
  expect(await page({ after: cursor(2), before: cursor(5) })).toEqual([[3, 4], true, false, null]);
  expect(await page({ kinds: ['gift.shown'] })).toEqual([[1, 3, 5], false, true, null]);
  expect(await page({ kinds: ['gift.shown'], after: cursor(1) })).toEqual([[3, 5, 7], true, true, null]);
  expect(await page({ kinds: ['chat.posted'], after: cursor(1) })).toEqual([[2, 4, 6], false, true, null]);
  expect(await page({ kinds: ['chat.posted'], direction: 'backward', before: cursor(4) })).toEqual([[2], false, true, null]);
  expect(await page({ kinds: [] })).toEqual([[], false, false, null]);
  expect(await page({ after: encodeCursor({ ...parseCursor(cursor(3)), mark: '00000000' }) })).toEqual([[], false, false, 'EPOCH']);
  await expect(feeds.page({ feed: 'room/a', direction: 'forward', limit: 0 })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  expect(await feeds.page({ feed: 'room/none', direction: 'backward', limit: 5 })).toEqual({
    events: [],
    hasNextPage: false,
    hasPreviousPage: false,
    reset: null,
  });
});

test('pages of many logs, in both directions, cost three statements and come in the order asked', async () => {
  const { database, feeds } = await opened();
  const rooms = upTo(40).map((number) => `room/r${number}`);
  await append(
    database,
    feeds,
    rooms.flatMap((room) => someEvents(room, 4)),
  );
  const stranger = encodeCursor({ epoch: '000000000000', seq: 1, mark: '00000000' });
  const requests: FeedPageRequest[] = rooms.map((feed, index) => ({ feed, limit: 2, direction: index % 2 === 0 ? 'forward' : 'backward' }));
  let pages: readonly FeedPage[] = [];
  const statements = await statementsOf(EVERY, async () => {
    pages = await feeds.pages([...requests, { feed: 'room/r1', limit: 1, direction: 'forward', after: stranger }]);
  });
  expect(statements).toHaveLength(3);
  expect(pages.slice(0, -1).map(({ events }) => events.map(({ feed, seq }) => [feed, seq]))).toEqual(
    rooms.map((room, index) =>
      index % 2 === 0
        ? [
            [room, 1],
            [room, 2],
          ]
        : [
            [room, 3],
            [room, 4],
          ],
    ),
  );
  expect(pages.at(-1)).toMatchObject({ events: [], reset: 'EPOCH' });
});

test('what was erased keeps its place: the seq stays, the payload is blank', async () => {
  const { database, feeds } = await opened();
  await append(database, feeds, [anEvent('room/a', { text: 'secret' }, { id: newId() }), anEvent('room/a', { text: 'fine' })]);
  await database.query({ text: "UPDATE feed_event SET payload = '{}' WHERE seq = 1" });
  const { events } = await feeds.page({ feed: 'room/a', direction: 'forward', limit: 10 });
  expect(events.map(({ seq, payload }) => [seq, payload])).toEqual([
    [1, {}],
    [2, { text: 'fine' }],
  ]);
});

test('a consumer in another process sees the same answers: everything in them survives JSON', async () => {
  const { database, feeds } = await opened();
  await append(database, feeds, someEvents('gifts/1', 2));
  const answer = await pull(feeds, [['gifts/1', null]]);
  const travelled = JSON.parse(JSON.stringify(answer)) as { feeds: { events: { at: string }[] }[] };
  expect(new Date(travelled.feeds[0]?.events[0]?.at ?? '')).toEqual(answer.feeds[0]?.events[0]?.at);
});

async function opened(): Promise<{ readonly database: Database; readonly feeds: Feeds }> {
  const database = await aFeedDatabase();
  return { database, feeds: await someFeeds(database, createMemoryBus()) };
}

function pull(feeds: Feeds, from: readonly (readonly [string, string | null])[], more: Partial<PullRequest> = {}): Promise<PullResponse> {
  return feeds.pull({ feeds: from.map(([feed, after]) => ({ feed, after })), limit: 100, waitMs: 0, ...more }, NEVER);
}

function seqs(events: readonly FeedEvent[] | undefined): number[] | undefined {
  return events?.map(({ seq }) => seq);
}
