import { plain, texts, uuids } from '#platform/database/arrays.ts';
import type { Transaction } from '#platform/database/database.ts';
import { encodeCursor, markOf } from './cursor.ts';
import type { FeedEvent, NewFeedEvent } from './feed.ts';
import { noEpoch } from './log.ts';
import { EPOCH_SHARD, shardOfFeed } from './shard.ts';

/** Events of one append at most: several batches' worth. More than that in one transaction would hold the feed rows' locks for too long. */
export const APPEND_EVENTS_MAX = 5_000;

/** What was appended, and the epoch under which. */
export interface Appended {
  readonly epoch: string;
  readonly events: readonly FeedEvent[];
}

const NOTHING: Appended = { epoch: '', events: [] };

/** Appends events in the open transaction and answers with them, numbered, in the order given; their epoch is the one in the database at that moment. One statement; a second one before it when some events carry a
 * `sourceEventId` (see `appendOnce`). Locks the feed rows by id. */
export const appendEvents = async (tx: Transaction, events: readonly NewFeedEvent[]): Promise<Appended> => {
  if (events.length === 0) return NOTHING;
  if (events.length > APPEND_EVENTS_MAX) throw new RangeError(`${events.length} events in one append: at most ${APPEND_EVENTS_MAX}`);
  const feeds = groupByFeed(events);
  return events.some((event) => event.sourceEventId !== undefined) ? appendOnce(tx, feeds, events) : appendAll(tx, feeds, events);
};

/** What one append does to one feed. */
interface FeedAppend {
  readonly feed: string;
  readonly shard: number;
  /** Place among the feeds of this append, from 1. */
  readonly place: number;
  events: number;
}

const groupByFeed = (events: readonly NewFeedEvent[]): ReadonlyMap<string, FeedAppend> => {
  const feeds = new Map<string, FeedAppend>();
  for (const { feed, shard } of events) {
    const known = feeds.get(feed);
    if (known !== undefined && known.shard === shard) {
      known.events += 1;
      continue;
    }
    const expected = shardOfFeed(feed);
    if (shard !== expected)
      throw new Error(`an event for feed ${feed} has shard ${shard}, readers look for it in ${expected}: use shardOfFeed(feed)`);
    feeds.set(feed, { feed, shard, place: feeds.size + 1, events: 1 });
  }
  return feeds;
};

/** Every event is new: the feed rows are locked, counted up and the events inserted by one statement. INSERT … SELECT … ORDER BY locks in that order, whether
 * a row is there or not. The clock is read after the lock is held, so `at` never runs backwards along a log. */
const APPEND_ALL = `/* appendAll */ WITH locked AS (
    INSERT INTO feed AS stored (shard, id, head_seq, first_seq, head_at)
    SELECT asked.shard, asked.id, asked.events, 1, clock_timestamp() FROM unnest($1::int[], $2::text[], $3::int[]) AS asked (shard, id, events)
    ORDER BY asked.id, asked.shard
    ON CONFLICT (shard, id) DO UPDATE SET head_seq = stored.head_seq + excluded.head_seq, head_at = greatest(stored.head_at, clock_timestamp())
    RETURNING shard, id, head_seq, head_at
  ), written AS (
    INSERT INTO feed_event (shard, feed_id, seq, id, at, kind, v, payload)
    SELECT locked.shard, locked.id, locked.head_seq - new.behind, new.id, locked.head_at, new.kind, new.v, new.payload
    FROM ROWS FROM (unnest($4::int[]), unnest($5::int[]), unnest($6::uuid[]), unnest($7::text[]), unnest($8::int[]), jsonb_array_elements($9::jsonb))
      AS new (place, behind, id, kind, v, payload)
    JOIN locked ON locked.shard = ($1::int[])[new.place] AND locked.id = ($2::text[])[new.place]
  )
  SELECT locked.id AS feed, locked.head_seq AS head, locked.head_at AS at, epoch.epoch FROM locked LEFT JOIN feed_epoch AS epoch ON epoch.shard = $10`;

const appendAll = async (tx: Transaction, feeds: ReadonlyMap<string, FeedAppend>, events: readonly NewFeedEvent[]): Promise<Appended> => {
  const left = new Map([...feeds.values()].map((each) => [each.feed, each.events]));
  // How far each event stays behind its feed's new head: the last one 0.
  const behind = events.map(({ feed }) => {
    const after = (left.get(feed) ?? 0) - 1;
    left.set(feed, after);
    return after;
  });
  const rows = await tx.query<{ feed: string; head: bigint; at: Date; epoch: string | null }>({
    name: 'feed.appendAll',
    text: APPEND_ALL,
    values: [...feedColumns(feeds), places(feeds, events), plain(behind), ...eventColumns(events), EPOCH_SHARD],
  });
  const epoch = rows[0]?.epoch ?? noEpoch();
  const heads = new Map(rows.map(({ feed, head, at }) => [feed, { head: Number(head), at }]));
  const appended = events.map((event, index) => {
    const { head, at } = heads.get(event.feed) ?? missing(event.feed);
    return toFeedEvent(epoch, event, head - (behind[index] ?? 0), at);
  });
  return { epoch, events: appended };
};

/** Locks without changing: DO UPDATE … WHERE false locks an existing row and writes nothing. */
const LOCK_FEEDS = `/* lockFeeds */ INSERT INTO feed AS stored (shard, id, head_seq, first_seq, head_at)
  SELECT asked.shard, asked.id, 0, 1, clock_timestamp() FROM unnest($1::int[], $2::text[]) AS asked (shard, id) ORDER BY asked.id, asked.shard
  ON CONFLICT (shard, id) DO UPDATE SET head_seq = stored.head_seq WHERE false`;

const APPEND_UNKNOWN = `/* appendUnknown */ WITH new AS MATERIALIZED (
    SELECT ($1::int[])[given.place] AS shard, ($2::text[])[given.place] AS feed_id, given.*,
      row_number() OVER (PARTITION BY given.place ORDER BY given.position) AS number
    FROM ROWS FROM (unnest($3::int[]), unnest($4::uuid[]), unnest($5::text[]), unnest($6::int[]), jsonb_array_elements($7::jsonb), unnest($8::uuid[]))
      WITH ORDINALITY AS given (place, id, kind, v, payload, source_event_id, position)
    WHERE given.source_event_id IS NULL OR NOT EXISTS (
      SELECT FROM feed_event AS known WHERE known.shard = ($1::int[])[given.place] AND known.feed_id = ($2::text[])[given.place]
        AND known.source_event_id = given.source_event_id)
  ), counted AS (
    SELECT new.shard, new.feed_id, count(*) AS events FROM new GROUP BY new.shard, new.feed_id
  ), moved AS (
    UPDATE feed SET head_seq = feed.head_seq + counted.events, head_at = greatest(feed.head_at, clock_timestamp()) FROM counted
    WHERE feed.shard = counted.shard AND feed.id = counted.feed_id
    RETURNING feed.shard, feed.id, feed.head_seq - counted.events AS before, feed.head_at
  )
  INSERT INTO feed_event (shard, feed_id, seq, id, at, kind, v, payload, source_event_id)
  SELECT moved.shard, moved.id, moved.before + new.number, new.id, moved.head_at, new.kind, new.v, new.payload, new.source_event_id
  FROM new JOIN moved ON moved.shard = new.shard AND moved.id = new.feed_id
  RETURNING feed_event.id, feed_event.seq, feed_event.at, (SELECT epoch FROM feed_epoch WHERE shard = $9) AS epoch`;

/** Skips events whose cause the feed has already. Two statements, because a READ COMMITTED statement sees what was committed when it began: one that waited for the
 * lock would not see what the writer before it added. Once the first has the locks, nobody else can add to these feeds, and the second sees all there is. */
const appendOnce = async (tx: Transaction, feeds: ReadonlyMap<string, FeedAppend>, given: readonly NewFeedEvent[]): Promise<Appended> => {
  const events = firstOfEachSource(given);
  const [shards, ids] = feedColumns(feeds);
  await tx.query({ name: 'feed.lockFeeds', text: LOCK_FEEDS, values: [shards, ids] });
  const rows = await tx.query<{ id: string; seq: bigint; at: Date; epoch: string | null }>({
    name: 'feed.appendUnknown',
    text: APPEND_UNKNOWN,
    values: [
      shards,
      ids,
      places(feeds, events),
      ...eventColumns(events),
      uuids(events.map((event) => event.sourceEventId ?? null)),
      EPOCH_SHARD,
    ],
  });
  const [first] = rows;
  if (first === undefined) return NOTHING;
  const epoch = first.epoch ?? noEpoch();
  const written = new Map(rows.map((row) => [row.id, row]));
  const appended = events.flatMap((event) => {
    const row = written.get(event.id);
    return row === undefined ? [] : [toFeedEvent(epoch, event, Number(row.seq), row.at)];
  });
  return { epoch, events: appended };
};

const firstOfEachSource = (events: readonly NewFeedEvent[]): readonly NewFeedEvent[] => {
  const seen = new Set<string>();
  return events.filter(({ feed, sourceEventId }) => {
    if (sourceEventId === undefined) return true;
    const key = `${sourceEventId} ${feed}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
};

const feedColumns = (feeds: ReadonlyMap<string, FeedAppend>): readonly [string, string, string] => {
  const all = [...feeds.values()];
  return [plain(all.map((each) => each.shard)), texts(all.map((each) => each.feed)), plain(all.map((each) => each.events))];
};

const places = (feeds: ReadonlyMap<string, FeedAppend>, events: readonly NewFeedEvent[]): string =>
  plain(events.map((event) => feeds.get(event.feed)?.place ?? missing(event.feed)));

const eventColumns = (events: readonly NewFeedEvent[]): readonly unknown[] => [
  uuids(events.map((event) => event.id)),
  texts(events.map((event) => event.kind)),
  plain(events.map((event) => event.v)),
  // One document for all: an array of texts would have every quote in it escaped, and parsed twice. Measured: 2 µs less per event.
  JSON.stringify(events.map((event) => event.payload)),
];

const toFeedEvent = (epoch: string, { feed, id, kind, v, payload }: NewFeedEvent, seq: number, at: Date): FeedEvent => ({
  feed,
  seq,
  id,
  at,
  kind,
  v,
  payload,
  cursor: encodeCursor({ epoch, seq, mark: markOf(id) }),
});

const missing = (feed: string): never => {
  throw new Error(`the append to feed ${feed} answered without its row`);
};
