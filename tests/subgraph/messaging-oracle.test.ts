import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database, Transaction } from '#platform/database/database.ts';
import { openDatabase } from '#platform/database/open.ts';
import type { FeedEvent, Feeds } from '#platform/feed/feed.ts';
import { openFeeds } from '#platform/feed/feeds.ts';
import { newId } from '#platform/ids.ts';
import { createLane } from '#platform/lane/lane.ts';
import type { ProcessRuntime } from '#platform/subgraph/runtime.ts';
import { applyStreams } from '../../subgraphs/messaging/data/applyStreams.ts';
import { type PersonsPost, type PostCommand, type PostOutcome, runPostings } from '../../subgraphs/messaging/data/postingLane.ts';
import { claimPostings, type NewPosting } from '../../subgraphs/messaging/data/postingLaneSql.ts';
import { ensureProfiles } from '../../subgraphs/messaging/data/profiles.ts';
import { lockOrMakeRooms, makeRooms } from '../../subgraphs/messaging/data/rooms.ts';
import { conversationFeedOf } from '../../subgraphs/messaging/events.ts';
import { showGifts } from '../../subgraphs/messaging/modules/gifts.ts';
import { roomLog } from '../support/messaging.ts';
import { aDatabaseUrl } from '../support/postgres.ts';
import { aPost, postedMessage, postingParts } from '../support/posting.ts';
import { aRuntime } from '../support/runtime.ts';

let runtime: ProcessRuntime;
let database: Database;
let feeds: Feeds;

beforeAll(async () => {
  runtime = await aRuntime();
  const telemetry = runtime.telemetry('test');
  database = await openDatabase({ name: 'messaging', url: await aDatabaseUrl('messaging'), telemetry });
  feeds = await openFeeds({ database, bus: runtime.bus, telemetry });
});

afterAll(async () => {
  await feeds.close();
  await database.close();
  await runtime.close();
});

/** mulberry32: the same seed, the same story. */
const seeded = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

const streamEvent = (streamId: string, status: 'LIVE' | 'ENDED', version: number): FeedEvent => ({
  feed: 'streams/0',
  seq: 1,
  id: newId(),
  at: new Date(),
  kind: status === 'LIVE' ? 'stream.started' : 'stream.ended',
  v: 1,
  payload: { streamId, streamerId: 'luna', status, version, startedAt: new Date().toISOString(), endedAt: null },
  cursor: '',
});

const giftEvent = (streamId: string, senderId: string): FeedEvent => ({
  ...streamEvent(streamId, 'LIVE', 1),
  id: newId(),
  kind: 'gift.sent',
  payload: { orderId: newId(), senderId, receiverId: 'luna', streamId, giftId: 'rose', quantity: 1, coins: '1', diamonds: '1' },
});

const apply = (event: FeedEvent): Promise<void> => database.transaction('stream', (tx) => applyStreams(feeds)(tx, [event]));

/** What a sequential run would do. */
class Oracle {
  readonly open = new Set<string>();
  readonly closed = new Set<string>();
  readonly logs = new Map<string, string[]>();
  readonly #answers = new Map<string, { readonly fingerprint: string; readonly answer: string }>();

  post({ authorId, key, fingerprint, conversationId: roomId, body: { text } }: PersonsPost): string {
    const stored = this.#answers.get(`${authorId} ${key}`);
    if (stored !== undefined) return stored.fingerprint === fingerprint ? stored.answer : 'IDEMPOTENCY_CONFLICT';
    const answer = this.#decide(roomId, text);
    this.#answers.set(`${authorId} ${key}`, { fingerprint, answer });
    return answer;
  }

  #decide(roomId: string, text: string): string {
    if (this.closed.has(roomId)) return 'ROOM_CLOSED';
    if (!this.open.has(roomId)) return 'CONVERSATION_NOT_FOUND';
    const log = this.logs.get(roomId) ?? [];
    this.logs.set(roomId, [...log, text]);
    return `posted ${roomId} ${log.length + 1} ${text}`;
  }
}

/** In the oracle's words. Every room's log begins with the notice that opened it. */
const spoken = (outcome: PostOutcome): string =>
  outcome.ok ? `posted ${postedMessage(outcome).id.slice(0, 36)} ${outcome.event.seq - 1} ${postedMessage(outcome).text}` : outcome.code;

test.each([1, 2, 3])(
  'batches with repeated keys, conflicts, closing rooms and crashes answer as one after the other would (seed %i)',
  async (seed) => {
    const random = seeded(seed);
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
    const oracle = new Oracle();
    const rooms = Array.from({ length: 5 }, () => randomUUID());
    const authors = ['ann', 'bob', 'cid'].map((name) => `${name}-${randomUUID()}`);
    const command = (): PersonsPost => {
      const [roomId, text] = [pick(rooms), pick(['a', 'b', 'c'])];
      return aPost(
        { authorId: pick(authors), key: String(Math.floor(random() * 150)), fingerprint: `${roomId} ${text}`, conversationId: roomId },
        text,
      );
    };
    let mismatches = 0;
    for (let round = 0; round < 60; round += 1) {
      const roomId = pick(rooms);
      if (random() < 0.15 && !oracle.open.has(roomId) && !oracle.closed.has(roomId)) {
        await apply(streamEvent(roomId, 'LIVE', 2));
        oracle.open.add(roomId);
      } else if (random() < 0.03 && oracle.open.delete(roomId)) {
        await apply(streamEvent(roomId, 'ENDED', 3));
        oracle.closed.add(roomId);
      }
      const batch = Array.from({ length: 1 + Math.floor(random() * 40) }, command);
      const crash = new Error('the process died before COMMIT');
      if (random() < 0.3) {
        const run = database.transaction('crash', async (tx) => {
          await runPostings(postingParts(feeds))(tx, batch);
          throw crash;
        });
        await expect(run).rejects.toBe(crash);
      }
      const outcomes = await database.transaction('batch', (tx) => runPostings(postingParts(feeds))(tx, batch));
      mismatches += outcomes.filter((outcome, index) => spoken(outcome) !== oracle.post(batch[index] as PersonsPost)).length;
    }
    expect(mismatches).toBe(0);
    expect(oracle.logs.size).toBeGreaterThan(0);
    for (const [roomId, texts] of oracle.logs) {
      const chats = (await roomLog(feeds, roomId)).filter(({ kind }) => kind === 'chat.posted');
      expect(chats.map(({ payload }) => payload['text'])).toEqual(texts);
    }
  },
);

test('posting in two processes, gifts and closing rooms at once: no deadlock, nothing lost, nothing after the end', async () => {
  const telemetry = runtime.telemetry('test');
  const lanes = ['one', 'two'].map((name) =>
    createLane({ name, database, telemetry, actorOf: ({ authorId }: PostCommand) => authorId, run: runPostings(postingParts(feeds)) }),
  );
  const rooms = Array.from({ length: 8 }, () => randomUUID());
  for (const roomId of rooms) await apply(streamEvent(roomId, 'LIVE', 2));
  // Profiles are new in each round and rooms come in any order: whatever locks in another order than the rest would meet it here.
  const random = seeded(4);
  const shuffled = <T>(list: readonly T[]): readonly T[] => list.toSorted(() => random() - 0.5);
  const posted: Promise<PostOutcome>[] = [];
  const gifts: FeedEvent[] = [];
  for (let round = 0; round < 10; round += 1) {
    const authors = Array.from({ length: 200 }, () => `author-${randomUUID()}`);
    for (const lane of lanes) {
      for (const authorId of shuffled(authors)) {
        const roomId = shuffled(rooms)[0] ?? '';
        posted.push(lane.submit(aPost({ authorId, key: randomUUID(), fingerprint: 'f', conversationId: roomId }, 'hi')));
      }
    }
    const batch = shuffled(authors).map((authorId, index) => giftEvent(rooms[index % rooms.length] ?? '', authorId));
    gifts.push(...batch);
    const shown = database.transaction('gifts', (tx) => showGifts(feeds)(tx, batch));
    if (round === 7) {
      await Promise.all(rooms.slice(0, 4).map((roomId) => apply(streamEvent(roomId, 'ENDED', 3))));
    }
    await shown;
  }
  const outcomes = await Promise.all(posted);
  await Promise.all(lanes.map((lane) => lane.close()));
  await expectNoDeadlock();
  const logs = await Promise.all(rooms.map((roomId) => wholeLog(roomId)));
  expect(logs.flat().filter(({ kind }) => kind === 'chat.posted')).toHaveLength(outcomes.filter(({ ok }) => ok).length);
  expect(logs.flat().filter(({ kind }) => kind === 'gift.shown')).toHaveLength(gifts.length);
  for (const log of logs) {
    expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1));
    const end = log.findIndex(({ payload }) => payload['code'] === 'ROOM_CLOSED');
    if (end !== -1) expect(log.slice(end).some(({ kind }) => kind === 'chat.posted')).toBe(false);
  }
});

test('a room that is being closed waits for a message that is under way', async () => {
  const roomId = randomUUID();
  await apply(streamEvent(roomId, 'LIVE', 2));
  let closing: Promise<void> | undefined;
  const append: Feeds['append'] = async (tx, events) => {
    // The message is decided, not yet in the log: now the stream ends.
    closing = apply(streamEvent(roomId, 'ENDED', 3));
    await Promise.race([closing, untilSomebodyWaits()]);
    return feeds.append(tx, events);
  };
  const command = aPost({ authorId: 'ann', key: randomUUID(), fingerprint: 'f', conversationId: roomId }, 'just in time');
  const [outcome] = await database.transaction('post', (tx) => runPostings(postingParts({ append }))(tx, [command]));
  await closing;
  expect(outcome?.ok).toBe(true);
  expect((await wholeLog(roomId)).map(({ kind, payload }) => payload['code'] ?? kind)).toEqual([
    'ROOM_OPENED',
    'chat.posted',
    'ROOM_CLOSED',
  ]);
});

const untilSomebodyWaits = async (): Promise<void> => {
  const deadlineMs = performance.now() + 5_000;
  for (let waits = false; !waits && performance.now() < deadlineMs; ) {
    const rows = await database.query({
      text: "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
    });
    waits = rows.length > 0;
  }
};

/** A deadlock would have been retried, and counted. */
const expectNoDeadlock = async (): Promise<void> => {
  const retries = await runtime.telemetry('test').metrics.getSingleMetric('fanfare_database_retries_total')?.get();
  expect(retries?.values).toEqual([]);
};

type Lock = (tx: Transaction, ids: readonly string[]) => Promise<unknown>;
const at = new Date();
const postingOf = (roomId: string): NewPosting => ({
  authorId: 'ann',
  key: roomId,
  fingerprint: 'f',
  conversationId: roomId,
  eventId: newId(),
});

test.each<readonly [string, Lock]>([
  ['keys', (tx, ids) => claimPostings(tx, ids.map(postingOf), at)],
  ['rooms made for gifts', (tx, ids) => makeRooms(tx, ids, at)],
  ['rooms opened and closed', (tx, ids) => lockOrMakeRooms(tx, ids, at)],
  ['profiles', (tx, ids) => ensureProfiles(tx, ids, at)],
])('%s are locked in one order, whatever order they come in', async (_, lock) => {
  const random = seeded(5);
  for (let round = 0; round < 6; round += 1) {
    const ids = Array.from({ length: 300 }, () => randomUUID());
    const orders = Array.from({ length: 4 }, () => ids.toSorted(() => random() - 0.5));
    await Promise.all(orders.map((order) => database.transaction('lock', (tx) => lock(tx, order))));
  }
  await expectNoDeadlock();
});

const wholeLog = async (roomId: string): Promise<readonly FeedEvent[]> => {
  const { events, hasNextPage } = await feeds.page({ feed: conversationFeedOf(roomId), limit: 1_000, direction: 'forward' });
  if (hasNextPage) throw new Error('the log is longer than this test reads');
  return events;
};
