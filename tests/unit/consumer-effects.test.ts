import { expect, onTestFinished, test } from 'vitest';
import { createMemoryBus } from '#platform/bus/memory.ts';
import type { Database, Transaction } from '#platform/database/database.ts';
import { type Consumer, type ConsumerOptions, startConsumer } from '#platform/feed/consumer.ts';
import { parseCursor } from '#platform/feed/cursor.ts';
import type { PulledFeed } from '#platform/feed/effect.ts';
import { turnEpoch } from '#platform/feed/epoch.ts';
import type { FeedEvent, FeedSource, Feeds } from '#platform/feed/feed.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { withDeadline } from '../support/deadline.ts';
import { aFeedDatabase, anEvent, append, HINTS_ONLY, ITEM_DEADLINE_MS, someEvents, someFeeds, upTo } from '../support/feeds.ts';
import { eventually } from '../support/platform.ts';
import { runOn } from '../support/postgres.ts';
import { statementsOf } from '../support/statements.ts';
import { aTelemetry, metricOf } from '../support/telemetry.ts';

/** Every statement counts: the databases of these tests have no other user. */
const EVERY = /^/;

const FEEDS = ['gifts/0', 'gifts/1', 'gifts/2'];

test('every event is applied once, in order per feed, as soon as the hint of its commit comes', async () => {
  const { source, destination, consumer, effects } = await aConsumer(HINTS_ONLY);
  await consumer.caughtUp();
  await append(source.database, source.feeds, [...someEvents('gifts/0', 3), ...someEvents('gifts/2', 2)]);
  await caughtUp(consumer);
  await append(source.database, source.feeds, someEvents('gifts/0', 2, 4));
  await caughtUp(consumer);
  expect(await effects()).toEqual([...upTo(5).map((seq) => ['gifts/0', seq]), ['gifts/2', 1], ['gifts/2', 2]]);
  const rows = await destination.query<{ source_feed: string; seq: bigint }>({
    text: 'SELECT source_feed, seq FROM consumer_cursor ORDER BY source_feed',
  });
  expect(rows.map(({ source_feed, seq }) => [source_feed, seq])).toEqual([
    ['gifts/0', 5n],
    ['gifts/1', 0n],
    ['gifts/2', 2n],
  ]);
  expect(consumer.lag()).toEqual({ events: 0, ageMs: 0 });
});

test('a batch costs two statements besides the effect, whatever the number of feeds and events', async () => {
  const { source, consumer } = await aConsumer();
  await consumer.caughtUp();
  const statements = await statementsOf(EVERY, async () => {
    await append(
      source.database,
      source.feeds,
      FEEDS.flatMap((feed) => someEvents(feed, 100)),
    );
    await caughtUp(consumer);
  });
  const tags = statements.map((text) => text.split(' ')[1]);
  expect(tags.filter((tag) => tag === 'lockPlaces')).toHaveLength(1);
  expect(tags.filter((tag) => tag === 'movePlaces')).toHaveLength(1);
  expect(tags.filter((tag) => tag === 'writeEffects')).toHaveLength(1);
});

test('after a lull an event is applied at once; what comes within the interval after that travels together', async () => {
  const batches: number[] = [];
  const { source, consumer } = await aConsumer({
    intervalMs: 3_000,
    apply: async (tx, events) => {
      await writeEffects(tx, events);
      batches.push(events.length);
    },
  });
  const begun = performance.now();
  await append(source.database, source.feeds, someEvents('gifts/0', 1));
  await caughtUp(consumer);
  expect(performance.now() - begun).toBeLessThan(2_900);
  await Promise.all([2, 3, 4].map((seq) => append(source.database, source.feeds, someEvents('gifts/0', 1, seq))));
  await caughtUp(consumer);
  expect(batches).toEqual([1, 3]);
});

test('a consumer that starts later, or again, goes on where the table says', async () => {
  const { source, destination, consumer, effects } = await aConsumer();
  await append(source.database, source.feeds, someEvents('gifts/0', 3));
  await caughtUp(consumer);
  await consumer.close();
  await append(source.database, source.feeds, someEvents('gifts/0', 3, 4));
  await caughtUp(started(source.feeds, destination));
  expect(await effects()).toEqual(upTo(6).map((seq) => ['gifts/0', seq]));
});

test('two processes of one consumer apply every event once between them, also when connections are killed at random', async () => {
  const { source, destination, effects } = await aConsumer({ start: false });
  const consumers = [started(source.feeds, destination), started(source.feeds, await aFeedDatabase({ url: urlOf(destination) }))];
  const total = 400;
  for (let from = 1; from <= total; from += 8) {
    await append(source.database, source.feeds, someEvents(FEEDS[from % 3] ?? '', 8, from));
    if (from % 40 === 1) await killConnections(destination);
  }
  for (const consumer of consumers) await caughtUp(consumer, 30_000);
  const applied = await effects();
  const heads = await Promise.all(FEEDS.map(async (feed) => (await source.feeds.head(feed)).seq));
  expect(applied).toEqual(FEEDS.flatMap((feed, index) => upTo(heads[index] ?? 0).map((seq) => [feed, seq])));
  expect(heads.reduce((sum, head) => sum + head, 0)).toBe(total);
}, 60_000);

test('an effect that fails leaves nothing behind and is applied when it can be', async () => {
  let refuse = 2;
  const { source, consumer, effects } = await aConsumer({
    apply: async (tx, events) => {
      await writeEffects(tx, events);
      if (refuse-- > 0) throw new Error('not yet');
    },
  });
  await append(source.database, source.feeds, someEvents('gifts/0', 1));
  await caughtUp(consumer);
  expect(await effects()).toEqual([['gifts/0', 1]]);
});

test('an event that cannot be applied holds up its own feed only, raises an alarm, is tried again, and nothing is skipped', async () => {
  const telemetry = aTelemetry();
  let poisonous = true;
  const { source, consumer, effects } = await aConsumer({
    telemetry,
    apply: async (tx, events) => {
      await writeEffects(tx, events);
      if (poisonous && events.some(({ payload }) => payload['number'] === 4)) await tx.query({ text: "SELECT 'x'::int" });
    },
  });
  await append(source.database, source.feeds, [...someEvents('gifts/0', 7), ...someEvents('gifts/1', 5, 100)]);
  const stuckFeeds = (): Promise<number> => metricOf(telemetry, 'fanfare_consumer_stuck_feeds', { consumer: consumer.name });
  await eventually('the feed is stuck', async () => (await stuckFeeds()) === 1, ITEM_DEADLINE_MS);
  expect(await effects()).toEqual([...upTo(3).map((seq) => ['gifts/0', seq]), ...upTo(5).map((seq) => ['gifts/1', seq])]);
  await append(source.database, source.feeds, someEvents('gifts/2', 1));
  await eventually('the other feeds go on', async () => (await effects()).some(([feed]) => feed === 'gifts/2'), ITEM_DEADLINE_MS);
  expect(consumer.lag().events).toBe(4);
  poisonous = false;
  await caughtUp(consumer);
  expect((await effects()).filter(([feed]) => feed === 'gifts/0')).toEqual(upTo(7).map((seq) => ['gifts/0', seq]));
  await eventually('nothing is stuck', async () => (await stuckFeeds()) === 0, ITEM_DEADLINE_MS);
});

test('after a RESET everything kept is read again, the effect recognises what it knows, and an alarm is raised once', async () => {
  const resets: string[] = [];
  const telemetry = aTelemetry();
  const { source, consumer, effects, handed } = await aConsumer({ telemetry, onReset: (feed, reason) => resets.push(`${feed} ${reason}`) });
  await append(source.database, source.feeds, someEvents('gifts/0', 3));
  await caughtUp(consumer);
  await turnEpoch(source.database);
  await append(source.database, source.feeds, someEvents('gifts/0', 2, 4));
  await caughtUp(consumer);
  await eventually('all are applied', async () => (await effects()).length === 5, ITEM_DEADLINE_MS);
  expect(await effects()).toEqual(upTo(5).map((seq) => ['gifts/0', seq]));
  expect(handed()).toEqual([1, 2, 3, 1, 2, 3, 4, 5]);
  expect(resets).toEqual(['gifts/0 EPOCH']);
  expect(await metricOf(telemetry, 'fanfare_feed_resets_total', { consumer: consumer.name })).toBe(1);
});

test('a source that was restored and written past its old head gives RESET, and every event of the new life is applied', async () => {
  const { source, consumer, effects, handed } = await aConsumer();
  await append(source.database, source.feeds, someEvents('gifts/0', 6));
  await caughtUp(consumer);
  await source.database.query({ text: "DELETE FROM feed_event WHERE feed_id = 'gifts/0' AND seq > 2" });
  await source.database.query({ text: "UPDATE feed SET head_seq = 2 WHERE id = 'gifts/0'" });
  await append(source.database, source.feeds, someEvents('gifts/0', 8, 100));
  await caughtUp(consumer);
  expect(handed()).toEqual([...upTo(6), 1, 2, ...upTo(107, 100)]);
  expect((await effects()).length).toBe(6 + 8);
});

test('events pulled before another process moved on are not applied a second time, and never out of order', async () => {
  const { source, destination, effects } = await aConsumer({ start: false });
  await append(source.database, source.feeds, someEvents('gifts/0', 10));
  // A source that answers this process with what it read long ago.
  const stale = await source.feeds.pull({ feeds: [{ feed: 'gifts/0', after: null }], limit: 6, waitMs: 0 }, new AbortController().signal);
  const asked: (string | null)[] = [];
  const late: FeedSource = {
    pull: async (request, signal) => {
      asked.push(request.feeds[0]?.after ?? null);
      if (asked.length > 1) return source.feeds.pull(request, signal);
      const rival = started(source.feeds, destination, { feeds: ['gifts/0'] });
      await caughtUp(rival);
      await rival.close();
      return stale;
    },
  };
  const consumer = started(late, destination, { feeds: ['gifts/0'] });
  await eventually('it asks again', () => asked.length >= 2, ITEM_DEADLINE_MS);
  await caughtUp(consumer);
  expect(parseCursor(asked[1] ?? '').seq).toBe(10);
  expect(await effects()).toEqual(upTo(10).map((seq) => ['gifts/0', seq]));
});

test.each<readonly [string, (honest: PulledFeed) => readonly PulledFeed[]]>([
  ['says everything twice', (feed) => [{ ...feed, events: [...feed.events, ...feed.events] }]],
  ['answers one feed twice', (feed) => [feed, feed]],
  ['leaves an event out', (feed) => [{ ...feed, events: feed.events.toSpliced(1, 1) }]],
  ['begins too late', (feed) => [{ ...feed, events: feed.events.slice(1) }]],
  ['mixes up the order', (feed) => [{ ...feed, events: feed.events.toReversed() }]],
  ['mixes feeds up', (feed) => [{ ...feed, events: feed.events.map((event) => ({ ...event, feed: 'gifts/2' })) }]],
  ['brings a feed that nobody asked for', (feed) => [{ ...feed, feed: 'gifts/9' }]],
  [
    'gives an event the place of another',
    (feed) => [{ ...feed, events: feed.events.map((event) => ({ ...event, cursor: feed.events[0]?.cursor ?? '' })) }],
  ],
])('a source that %s is asked again, and nothing of what it said is applied', async (_, lie) => {
  const { source, destination } = await aConsumer({ start: false });
  await append(source.database, source.feeds, someEvents('gifts/0', 1));
  const handed: unknown[] = [];
  let lies = 0;
  const liar: FeedSource = {
    pull: async (request, signal) => {
      const answer = await source.feeds.pull({ ...request, waitMs: 50 }, signal);
      const isNews = request.feeds.some(({ feed, after }) => feed === 'gifts/0' && after !== null);
      if (!isNews || lies >= 2 || answer.feeds.length === 0) return answer;
      lies += 1;
      return { feeds: answer.feeds.flatMap(lie) };
    },
  };
  const apply = async (_tx: Transaction, events: readonly FeedEvent[]): Promise<void> => {
    handed.push(...events.map(({ feed, seq }) => [feed, seq]));
  };
  const consumer = started(liar, destination, { apply });
  await caughtUp(consumer);
  await append(source.database, source.feeds, someEvents('gifts/0', 3, 2));
  await eventually('it has lied twice', () => lies === 2, ITEM_DEADLINE_MS);
  await caughtUp(consumer);
  expect(handed).toEqual(upTo(4).map((seq) => ['gifts/0', seq]));
});

test('a source that cannot be reached is asked again', async () => {
  const { source, destination, effects } = await aConsumer({ start: false });
  let failures = 3;
  const flaky: FeedSource = {
    pull: (request, signal) =>
      failures-- > 0 ? Promise.reject(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })) : source.feeds.pull(request, signal),
  };
  await append(source.database, source.feeds, [anEvent('gifts/1')]);
  started(flaky, destination);
  await eventually('the event is applied', async () => (await effects()).length === 1, ITEM_DEADLINE_MS);
});

test('a consumer registers with the owner of the feeds, so that retention waits for it', async () => {
  const { source, consumer } = await aConsumer();
  await consumer.caughtUp();
  await eventually(
    'it is registered',
    async () => (await source.database.query({ text: 'SELECT FROM feed_consumer' })).length === 3,
    ITEM_DEADLINE_MS,
  );
  const [row] = await source.database.query({ text: "SELECT consumer, seq FROM feed_consumer WHERE feed_id = 'gifts/0'" });
  expect(row).toEqual({ consumer: consumer.name, seq: 0n });
});

test('closing finishes the batch under way', async () => {
  const gate = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  const { source, consumer, effects } = await aConsumer({
    apply: async (tx, events) => {
      await writeEffects(tx, events);
      reached.resolve();
      await gate.promise;
    },
  });
  await append(source.database, source.feeds, someEvents('gifts/0', 2));
  await withDeadline(reached.promise, 'the effect');
  const closed = consumer.close();
  gate.resolve();
  await withDeadline(closed, 'the end');
  expect(await effects()).toEqual([
    ['gifts/0', 1],
    ['gifts/0', 2],
  ]);
});

interface Fixture extends Partial<Pick<ConsumerOptions, 'apply' | 'onReset' | 'feeds' | 'intervalMs'>> {
  readonly headCheckIntervalMs?: number;
  readonly start?: boolean;
  readonly telemetry?: Telemetry;
}

async function aConsumer(fixture: Fixture = {}) {
  const sourceDatabase = await aFeedDatabase();
  const { headCheckIntervalMs } = fixture;
  const feeds = await someFeeds(sourceDatabase, createMemoryBus(), headCheckIntervalMs === undefined ? {} : { headCheckIntervalMs });
  const destination = await aFeedDatabase({ poolMax: 4 });
  await destination.query({ text: 'CREATE TABLE effect (id uuid PRIMARY KEY, feed text NOT NULL, seq bigint NOT NULL, place bigserial)' });
  const numbers: unknown[] = [];
  const apply: ConsumerOptions['apply'] =
    fixture.apply ??
    (async (tx, events) => {
      await writeEffects(tx, events);
      numbers.push(...events.map(({ payload }) => payload['number']));
    });
  const consumer = fixture.start === false ? noConsumer : started(feeds, destination, { ...fixture, apply });
  return {
    source: { database: sourceDatabase, feeds },
    destination,
    consumer,
    handed: () => numbers,
    effects: () => effectsOf(destination),
  };
}

const noConsumer: Consumer = {
  name: 'none',
  lag: () => ({ events: 0, ageMs: 0 }),
  caughtUp: () => Promise.reject(new Error('this fixture has no consumer')),
  close: () => Promise.resolve(),
};

function started(source: FeedSource | Feeds, database: Database, fixture: Fixture = {}): Consumer {
  const consumer = startConsumer({
    name: 'test.effects',
    source,
    feeds: fixture.feeds ?? FEEDS,
    database,
    telemetry: fixture.telemetry ?? aTelemetry(),
    apply: fixture.apply ?? writeEffects,
    ...(fixture.onReset === undefined ? {} : { onReset: fixture.onReset }),
    ...(fixture.intervalMs === undefined ? {} : { intervalMs: fixture.intervalMs }),
  });
  onTestFinished(() => consumer.close());
  return consumer;
}

/** As a real effect must: one statement, which recognises what it has written before. A double application of another kind than after RESET shows in `place` and order. */
async function writeEffects(tx: Transaction, events: readonly FeedEvent[]): Promise<void> {
  await tx.query({
    text: '/* writeEffects */ INSERT INTO effect (id, feed, seq) SELECT * FROM unnest($1::uuid[], $2::text[], $3::bigint[]) ON CONFLICT (id) DO NOTHING',
    values: [events.map(({ id }) => id), events.map(({ feed }) => feed), events.map(({ seq }) => seq)],
  });
}

async function effectsOf(database: Database): Promise<[string, number][]> {
  const rows = await database.query<{ feed: string; seq: bigint }>({ text: 'SELECT feed, seq FROM effect ORDER BY feed, place' });
  return rows.map(({ feed, seq }) => [feed, Number(seq)]);
}

function caughtUp(consumer: Consumer, deadlineMs = ITEM_DEADLINE_MS): Promise<void> {
  return withDeadline(consumer.caughtUp(), 'the consumer has caught up', deadlineMs);
}

function urlOf(database: Database): string {
  return database.pool.options.connectionString ?? '';
}

/** Every connection to that database dies, as when its server is restarted. */
async function killConnections(database: Database): Promise<void> {
  await runOn(
    urlOf(database),
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()',
  );
}
