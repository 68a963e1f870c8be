import type { Database, Queryable, Transaction } from '#platform/database/database.ts';
import { parseCursor } from './cursor.ts';
import type { FeedEvent, PullResponse } from './feed.ts';
import { shardOfFeed } from './shard.ts';

/** Where a consumer stands in one source feed. `cursor` null: before the first kept event, in whatever life the log is. */
export interface Place {
  readonly cursor: string | null;
  readonly seq: number;
}

export type Places = ReadonlyMap<string, Place>;

export type PulledFeed = PullResponse['feeds'][number];

/** What one effect transaction did. */
export interface EffectResult {
  /** Where the consumer stands now in each of the feeds. */
  readonly places: Places;
  readonly applied: readonly FeedEvent[];
  /** Feeds that this transaction took back to their first kept event. */
  readonly reset: readonly PulledFeed[];
}

/** Reads where the consumer stands, making the rows that are missing. */
export const readPlaces = async (database: Queryable, consumer: string, feeds: readonly string[]): Promise<Places> => {
  const values = [feeds.map(shardOfFeed), feeds, consumer];
  await database.query({
    text: `/* makePlaces */ INSERT INTO consumer_cursor (shard, consumer, source_feed, cursor, seq, updated_at)
      SELECT asked.shard, $3, asked.feed, NULL, 0, now() FROM unnest($1::int[], $2::text[]) AS asked (shard, feed)
      ORDER BY asked.feed, asked.shard ON CONFLICT (shard, consumer, source_feed) DO NOTHING`,
    values,
  });
  const rows = await database.query<PlaceRow>({
    text: `/* readPlaces */ SELECT source_feed AS feed, cursor, seq FROM consumer_cursor
      WHERE (shard, source_feed) IN (SELECT * FROM unnest($1::int[], $2::text[])) AND consumer = $3`,
    values,
  });
  return toPlaces(rows);
};

/** Applies what was pulled from `known` in one transaction: locks the cursor rows, leaves out what another process has applied meanwhile, moves the rows, then lets
 * `apply` work (whose feed appends so come last). A feed whose row has moved to where the pulled events don't follow is left alone: pull again from there. */
export const applyEffects = (
  database: Database,
  consumer: string,
  pulled: { readonly known: Places; readonly feeds: readonly PulledFeed[] },
  apply: (tx: Transaction, events: readonly FeedEvent[]) => Promise<void>,
): Promise<EffectResult> =>
  database.transaction(`consumer ${consumer}`, async (tx) => {
    const locked = await lockPlaces(
      tx,
      consumer,
      pulled.feeds.map(({ feed }) => feed),
    );
    const places = new Map(locked);
    const applied: FeedEvent[] = [];
    const reset: PulledFeed[] = [];
    for (const feed of pulled.feeds) {
      const place = locked.get(feed.feed);
      if (place === undefined) throw new Error(`the cursor row of ${consumer} for ${feed.feed} is gone from consumer_cursor`);
      const pulledAfter = pulled.known.get(feed.feed)?.cursor ?? null;
      if (feed.reset !== null) {
        if (place.cursor !== pulledAfter) continue;
        reset.push(feed);
        places.set(feed.feed, { cursor: feed.cursor, seq: parseCursor(feed.cursor).seq });
        continue;
      }
      const fresh = eventsAfter(place, pulledAfter, feed);
      const last = fresh.at(-1);
      if (last === undefined) continue;
      // One at a time: spreading a long list into push() would overflow the stack.
      for (const event of fresh) applied.push(event);
      places.set(feed.feed, { cursor: last.cursor, seq: last.seq });
    }
    await Promise.all([movePlaces(tx, consumer, locked, places), applied.length > 0 ? apply(tx, applied) : undefined]);
    return { places, applied, reset };
  });

/** The pulled events that follow the locked place. When another process has moved it, those after the very event (epoch, seq and mark) at which it stands now; none
 * when that event was not pulled. */
const eventsAfter = (place: Place, pulledAfter: string | null, { events }: PulledFeed): readonly FeedEvent[] => {
  if (place.cursor === pulledAfter) return events;
  const index = events.findIndex(({ cursor }) => cursor === place.cursor);
  return index < 0 ? [] : events.slice(index + 1);
};

interface PlaceRow {
  readonly feed: string;
  readonly cursor: string | null;
  readonly seq: bigint;
}

/** Locks in order of the feeds' ids, as everybody does. A row that another process moved while we waited is read as that process left it. */
const lockPlaces = async (tx: Transaction, consumer: string, feeds: readonly string[]): Promise<Places> => {
  const rows = await tx.query<PlaceRow>({
    name: 'feed.lockPlaces',
    text: `/* lockPlaces */ SELECT source_feed AS feed, cursor, seq FROM consumer_cursor
      WHERE (shard, source_feed) IN (SELECT * FROM unnest($1::int[], $2::text[])) AND consumer = $3
      ORDER BY source_feed, shard FOR NO KEY UPDATE`,
    values: [feeds.map(shardOfFeed), feeds, consumer],
  });
  return toPlaces(rows);
};

const movePlaces = async (tx: Transaction, consumer: string, before: Places, after: Places): Promise<void> => {
  const moved = [...after].filter(([feed, place]) => before.get(feed) !== place);
  if (moved.length === 0) return;
  await tx.query({
    name: 'feed.movePlaces',
    text: `/* movePlaces */ UPDATE consumer_cursor AS stored SET cursor = moved.cursor, seq = moved.seq, updated_at = now()
      FROM unnest($1::int[], $2::text[], $3::text[], $4::bigint[]) AS moved (shard, feed, cursor, seq)
      WHERE stored.shard = moved.shard AND stored.consumer = $5 AND stored.source_feed = moved.feed`,
    values: [
      moved.map(([feed]) => shardOfFeed(feed)),
      moved.map(([feed]) => feed),
      moved.map(([, { cursor }]) => cursor),
      moved.map(([, { seq }]) => seq),
      consumer,
    ],
  });
};

const toPlaces = (rows: readonly PlaceRow[]): Places => new Map(rows.map(({ feed, cursor, seq }) => [feed, { cursor, seq: Number(seq) }]));
