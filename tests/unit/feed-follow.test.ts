import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Bus } from '#platform/bus/bus.ts';
import { createMemoryBus } from '#platform/bus/memory.ts';
import type { Database } from '#platform/database/database.ts';
import { parseCursor } from '#platform/feed/cursor.ts';
import type { Feeds } from '#platform/feed/feed.ts';
import { FOLLOWER_BUFFER_MAX } from '#platform/feed/follower.ts';
import { encodeHint, hintChannel } from '#platform/feed/hint.ts';
import { withDeadline } from '../support/deadline.ts';
import {
  aBadBus,
  aFeedDatabase,
  anEvent,
  append,
  eventOf,
  HINTS_ONLY,
  ITEM_DEADLINE_MS,
  nextItem,
  nextItems,
  nextSeqs,
  someEvents,
  someFeeds,
  upTo,
} from '../support/feeds.ts';
import { eventually } from '../support/platform.ts';
import { statementsOf } from '../support/statements.ts';
import { aTelemetry, metricOf } from '../support/telemetry.ts';

/** Every statement counts: the databases of these tests have no other user. */
const EVERY = /^/;

const FEED = 'room/a';

test('without a cursor a follower starts at the head: its position first, then what is appended', async () => {
  const { database, feeds } = await opened();
  const [, last] = await append(database, feeds, someEvents(FEED, 2));
  const items = feeds.follow(FEED, {});
  expect(await nextItem(items)).toEqual({ type: 'position', cursor: last?.cursor, seq: 2, at: last?.at });
  const [third] = await append(database, feeds, someEvents(FEED, 1, 3));
  expect(await nextItem(items)).toEqual({ type: 'event', event: third });
});

test('a feed that nobody has written yet can be followed, and its position resumed', async () => {
  const { database, feeds } = await opened();
  const items = feeds.follow('room/new', {});
  const position = await nextItem(items);
  expect(position).toMatchObject({ type: 'position', seq: 0 });
  await append(database, feeds, someEvents('room/new', 2));
  expect(await nextSeqs(items, 2)).toEqual([1, 2]);
  const resumed = feeds.follow('room/new', { after: position.type === 'position' ? position.cursor : null });
  expect((await nextItems(resumed, 3)).map((item) => (item.type === 'event' ? item.event.seq : item.type))).toEqual(['position', 1, 2]);
});

test('with a cursor a follower gets its own cursor back, then everything after it, then goes on live', async () => {
  const { database, feeds } = await opened();
  const written = await append(database, feeds, someEvents(FEED, 700));
  const after = written[99]?.cursor ?? '';
  const items = feeds.follow(FEED, { after });
  expect(await nextItem(items)).toEqual({ type: 'position', cursor: after, seq: 100, at: written[99]?.at });
  expect(await nextSeqs(items, 600)).toEqual(upTo(700, 101));
  await append(database, feeds, someEvents(FEED, 3));
  expect(await nextSeqs(items, 3)).toEqual([701, 702, 703]);
});

test('the events are the same whether they come from the log or as hints', async () => {
  const { database, feeds } = await opened();
  const start = await feeds.head(FEED);
  const live = feeds.follow(FEED, {});
  await nextItem(live);
  await append(database, feeds, [
    anEvent(FEED, { text: 'naïve – 道具 🎁', deep: { list: [1, 2.5, null, true] } }, { kind: 'chat.posted', v: 3 }),
  ]);
  const fromHint = eventOf(await nextItem(live));
  const replay = feeds.follow(FEED, { after: start.cursor });
  await nextItem(replay);
  expect(fromHint).toEqual(eventOf(await nextItem(replay)));
});

test('all followers of a feed in one process share one subscription and one read of the log per event that has no hint', async () => {
  const database = await aFeedDatabase();
  const bus = aBadBus(() => null);
  let subscriptions = 0;
  const counting: Bus = {
    ...bus,
    subscribe: (channel, onMessage) => {
      subscriptions += 1;
      return bus.subscribe(channel, onMessage);
    },
  };
  const feeds = await someFeeds(database, counting);
  const followers = Array.from({ length: 20 }, () => feeds.follow(FEED, {}));
  for (const follower of followers) await nextItem(follower);
  expect(subscriptions).toBe(1);
  const next = followers.map((follower) => nextSeqs(follower, 1));
  const statements = await statementsOf(EVERY, async () => {
    await append(database, feeds, someEvents(FEED, 1));
    expect(await Promise.all(next)).toEqual(followers.map(() => [1]));
  });
  expect(statements.filter((text) => text.startsWith('/* readLog */'))).toHaveLength(1);
});

test('hints that overtake each other or are lost change nothing but the time: each follower sees every event once, in order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.option(fc.integer({ min: 0, max: 25 }), { nil: null, freq: 4 }), { minLength: 20, maxLength: 60 }),
      async (fates) => {
        let message = 0;
        const bus = aBadBus(() => fates[message++ % fates.length] ?? null);
        const database = await aFeedDatabase({ url: await shared() });
        const [writer, reader] = [await someFeeds(database, bus), await someFeeds(database, bus)];
        const feed = `room/${crypto.randomUUID()}`;
        const follower = reader.follow(feed, {});
        await nextItem(follower);
        const seen = nextSeqs(follower, 100);
        for (let round = 0; round < 50; round += 1) await append(database, writer, someEvents(feed, 2));
        expect(await seen).toEqual(upTo(100));
        await follower.return?.();
      },
    ),
    { numRuns: 8 },
  );
});

test('a hint of an event that is not in the log is dropped after one look, and nobody waits for what leads up to it', async () => {
  const [database, bus, telemetry] = [await aFeedDatabase(), createMemoryBus(), aTelemetry()];
  const feeds = await someFeeds(database, bus, { telemetry });
  const follower = feeds.follow(FEED, {});
  await nextItem(follower);
  const { epoch } = parseCursor((await feeds.head(FEED)).cursor);
  const stray = { ...anEvent(FEED), seq: 1_000, at: new Date(), cursor: '' };
  bus.publish(hintChannel(database.name, FEED), encodeHint(epoch, 1_000, [stray]));
  const refused = () => metricOf(telemetry, 'fanfare_feed_hints_refused_total', { database: database.name });
  await eventually('it is dropped', async () => (await refused()) === 1, ITEM_DEADLINE_MS);
  await append(database, feeds, someEvents(FEED, 3));
  expect(await nextSeqs(follower, 3)).toEqual([1, 2, 3]);
});

test('a follower started anywhere while several processes write sees a contiguous sequence', async () => {
  const database = await aFeedDatabase({ poolMax: 6 });
  let seed = 7;
  const random = (): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed / 2_147_483_648;
  };
  const bus = aBadBus(() => (random() < 0.05 ? null : random() * 20));
  const processes = await Promise.all(Array.from({ length: 3 }, () => someFeeds(database, bus)));
  const total = 600;
  const cursors: (string | null)[] = [null, (await processes[0]?.head(FEED))?.cursor ?? null];
  const followers: Promise<number[]>[] = [];
  const follow = async (index: number): Promise<number[]> => {
    const after = cursors[Math.floor(random() * cursors.length)] ?? null;
    const items = (processes[index % 3] ?? feedsMissing()).follow(FEED, { after });
    const position = await nextItem(items);
    const from = position.type === 'position' ? position.seq : Number.NaN;
    const seqs = await nextSeqs(items, total - from);
    await items.return?.();
    expect(seqs).toEqual(upTo(total, from + 1));
    return seqs;
  };
  const write = async (feeds: Feeds): Promise<void> => {
    for (let left = total / 3; left > 0; ) {
      const count = Math.min(left, 1 + Math.floor(random() * 4));
      const written = await append(database, feeds, someEvents(FEED, count));
      cursors.push(written.at(-1)?.cursor ?? null);
      left -= count;
      if (followers.length < 30) followers.push(follow(followers.length));
    }
  };
  await Promise.all(processes.map(write));
  expect((await Promise.all(followers)).length).toBe(30);
}, 60_000);

test('a hint too large for the bus is sent as its head, and the event read from the log', async () => {
  const database = await aFeedDatabase();
  const feeds = await someFeeds(database, createMemoryBus(), HINTS_ONLY);
  const items = feeds.follow(FEED, {});
  await nextItem(items);
  const large = 'x'.repeat(100_000);
  const statements = await statementsOf(EVERY, async () => {
    await append(database, feeds, [anEvent(FEED, { large })]);
    expect(eventOf(await nextItem(items)).payload).toEqual({ large });
  });
  expect(statements.map((text) => text.split(' ')[1])).toEqual([undefined, 'appendAll', undefined, 'readLog']);
});

test('when every hint is lost the head check brings the events', async () => {
  const database = await aFeedDatabase();
  const feeds = await someFeeds(
    database,
    aBadBus(() => null),
  );
  const items = feeds.follow(FEED, {});
  await nextItem(items);
  await append(database, feeds, someEvents(FEED, 3));
  expect(await nextSeqs(items, 3)).toEqual([1, 2, 3]);
});

test('a hundred feeds are begun, checked and read together, where many of them have something new: not by a statement for each of them', async () => {
  const database = await aFeedDatabase();
  const feeds = await someFeeds(
    database,
    aBadBus(() => null),
  );
  const names = upTo(100).map((number) => `room/r${number}`);
  const countOf = (statements: readonly string[], name: string): number =>
    statements.filter((text) => text.startsWith(`/* ${name} */`)).length;
  const { cursor } = await feeds.head('room/none');
  const followers = names.map((name) => feeds.follow(name, { after: cursor }));
  const begun = await statementsOf(EVERY, () => Promise.all(followers.map((follower) => nextItem(follower))));
  expect([countOf(begun, 'readHead'), countOf(begun, 'readLog')]).toEqual([1, 1]);
  // Of the events that a statement may bring each log has its share: what is left comes with the next ones.
  const next = followers.map((follower) => nextSeqs(follower, 50));
  const statements = await statementsOf(EVERY, async () => {
    await append(
      database,
      feeds,
      names.flatMap((name) => someEvents(name, 50)),
    );
    expect(await Promise.all(next)).toEqual(names.map(() => upTo(50)));
  });
  // One a second for all of them, not one for each: a slow machine sees a few.
  expect(countOf(statements, 'compareHeads')).toBeLessThan(20);
  // Two, but where this machine pauses between the timers of a hundred feeds.
  expect(countOf(statements, 'readLog')).toBeLessThan(20);
});

test('a log that cannot be read fails its own followers, not those who read theirs by the same statement', async () => {
  const { database, feeds } = await opened();
  const { cursor } = await feeds.head('room/none');
  await append(
    database,
    feeds,
    ['room/sound', 'room/broken', 'room/well'].flatMap((name) => someEvents(name, 3)),
  );
  await database.query({ text: "DELETE FROM feed_event WHERE feed_id = 'room/broken' AND seq = 2" });
  const [sound, broken, well] = ['room/sound', 'room/broken', 'room/well'].map((name) => feeds.follow(name, { after: cursor }));
  const all = [sound, broken, well].map(async (items = feedsMissing()) =>
    (await nextItems(items, 4)).slice(1).map((item) => eventOf(item).seq),
  );
  const seen = await Promise.allSettled(all);
  expect(seen.map((each) => (each.status === 'fulfilled' ? each.value : String(each.reason)))).toEqual([
    upTo(3),
    expect.stringContaining('has a hole at 2'),
    upTo(3),
  ]);
});

test('a slow follower holds up nobody, keeps a bounded buffer, and still misses nothing', async () => {
  const telemetry = aTelemetry();
  const database = await aFeedDatabase();
  const feeds = await someFeeds(database, createMemoryBus(), { telemetry });
  const [slow, fast] = [feeds.follow(FEED, {}), feeds.follow(FEED, {})];
  await Promise.all([nextItem(slow), nextItem(fast)]);
  const total = FOLLOWER_BUFFER_MAX * 3 + 10;
  // It must be live before it can fall behind.
  await append(database, feeds, someEvents(FEED, 1));
  expect([await nextSeqs(slow, 1), await nextSeqs(fast, 1)]).toEqual([[1], [1]]);
  const slowSeqs = slow.next();
  for (let from = 2; from <= total; from += 50) {
    const to = Math.min(total, from + 49);
    await append(database, feeds, someEvents(FEED, to - from + 1));
    expect(await nextSeqs(fast, to - from + 1)).toEqual(upTo(to, from));
  }
  expect(await metricOf(telemetry, 'fanfare_feed_fell_behind_total', { database: 'test' })).toBe(1);
  const { value } = await slowSeqs;
  expect(eventOf(value).seq).toBe(2);
  expect(await nextSeqs(slow, total - 2)).toEqual(upTo(total, 3));
  await append(database, feeds, someEvents(FEED, 1));
  expect(await nextSeqs(slow, 1)).toEqual([total + 1]);
});

test('abort and return end a follower at once, also while it waits, and the last one closes the subscription', async () => {
  const database = await aFeedDatabase();
  const bus = createMemoryBus();
  const feeds = await someFeeds(database, bus);
  const abort = new AbortController();
  const [first, second] = [feeds.follow(FEED, { signal: abort.signal }), feeds.follow(FEED, {})];
  await Promise.all([nextItem(first), nextItem(second)]);
  const channel = 'hints:test:{room/a}';
  const waiting = [first.next(), second.next()];
  abort.abort();
  expect(await waiting[0]).toEqual({ done: true, value: undefined });
  expect(bus.wanted?.(channel)).toBe(true);
  await second.return?.();
  expect(await waiting[1]).toEqual({ done: true, value: undefined });
  expect(bus.wanted?.(channel)).toBe(false);
  expect(await first.next()).toEqual({ done: true, value: undefined });
});

test('closing the feeds ends every follower', async () => {
  const { feeds } = await opened();
  const items = feeds.follow(FEED, {});
  await nextItem(items);
  const next = items.next();
  await feeds.close();
  expect(await withDeadline(next, 'the end')).toEqual({ done: true, value: undefined });
});

test('a follower waits out a database that cannot be reached', async () => {
  const { database, feeds } = await opened();
  const items = feeds.follow(FEED, {});
  await nextItem(items);
  await database.query({
    text: 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()',
  });
  await append(database, feeds, someEvents(FEED, 2));
  expect(await nextSeqs(items, 2)).toEqual([1, 2]);
});

test('metrics tell how many feeds and followers there are', async () => {
  const telemetry = aTelemetry();
  const feeds = await someFeeds(await aFeedDatabase(), createMemoryBus(), { telemetry });
  const followers = [feeds.follow(FEED, {}), feeds.follow(FEED, {}), feeds.follow('room/b', {})];
  for (const follower of followers) await nextItem(follower);
  expect(await metricOf(telemetry, 'fanfare_feed_tails', {})).toBe(2);
  expect(await metricOf(telemetry, 'fanfare_feed_followers', {})).toBe(3);
  for (const follower of followers) await follower.return?.();
  await eventually('nobody follows', async () => (await metricOf(telemetry, 'fanfare_feed_tails', {})) === 0, ITEM_DEADLINE_MS);
});

async function opened(): Promise<{ readonly database: Database; readonly feeds: Feeds }> {
  const database = await aFeedDatabase();
  return { database, feeds: await someFeeds(database) };
}

let sharedUrl: Promise<string> | null = null;

/** One database for all runs of a property: each run has feeds of its own. */
async function shared(): Promise<string> {
  const { aFeedDatabaseUrl } = await import('../support/postgres.ts');
  sharedUrl ??= aFeedDatabaseUrl();
  return sharedUrl;
}

function feedsMissing(): never {
  throw new Error('the fixture lacks a process');
}
