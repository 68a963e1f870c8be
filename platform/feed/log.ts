import type { Queryable } from '#platform/database/database.ts';
import { type Cursor, encodeCursor, MARK_OF_NOTHING, markOf } from './cursor.ts';
import type { FeedEvent, FeedPosition, JsonObject, ResetReason } from './feed.ts';
import { EPOCH_SHARD, shardOfFeed } from './shard.ts';

/** One feed to be read. */
export interface LogRequest {
  readonly feed: string;
  /** null: from the first kept event. */
  readonly after: Cursor | null;
  /** Events at most; 0 only checks the place. */
  readonly take: number;
}

/** What a log says to one request, all as of one moment. */
export interface LogAnswer {
  readonly feed: string;
  readonly epoch: string;
  /** Seq of the last event, 0 before the first. */
  readonly head: number;
  readonly headAt: Date | null;
  /** Seq of the first kept event. */
  readonly first: number;
  /** Why the cursor does not fit this log, or null. Then `events` is empty. */
  readonly reset: ResetReason | null;
  /** The place after which `events` follow: the cursor, or (for null) the place before the first kept event. */
  readonly from: Cursor;
  /** When the event at `from` happened; null where there is none. */
  readonly fromAt: Date | null;
  readonly events: readonly FeedEvent[];
}

/** A place and when it was reached. */
export interface LogHead {
  readonly cursor: Cursor;
  readonly at: Date;
}

// The row at the cursor is read too: its id must carry the cursor's mark. Retention leaves that row of the last event it took (see retention.ts), so that the place
// before the first kept event can be checked like any other.
const READ_LOG = `/* readLog */ SELECT asked.place, epoch.epoch, feed.head_seq AS head, feed.first_seq AS first, feed.head_at,
    event.seq, event.id, event.at, event.kind, event.v, event.payload
  FROM feed_epoch AS epoch
  CROSS JOIN unnest($1::int[], $2::text[], $3::bigint[], $4::int[]) WITH ORDINALITY AS asked (shard, feed_id, after, take, place)
  LEFT JOIN feed ON feed.shard = asked.shard AND feed.id = asked.feed_id
  LEFT JOIN LATERAL (
    SELECT * FROM feed_event WHERE feed_event.shard = asked.shard AND feed_event.feed_id = asked.feed_id
      AND feed_event.seq >= coalesce(asked.after, feed.first_seq - 1)
    ORDER BY feed_event.seq LIMIT asked.take + CASE WHEN coalesce(asked.after, feed.first_seq - 1) > 0 THEN 1 ELSE 0 END
  ) AS event ON true
  WHERE epoch.shard = $5
  ORDER BY asked.place, event.seq`;

interface LogRow {
  readonly place: bigint;
  readonly epoch: string;
  readonly head: bigint | null;
  readonly first: bigint | null;
  readonly head_at: Date | null;
  readonly seq: bigint | null;
  readonly id: string;
  readonly at: Date;
  readonly kind: string;
  readonly v: number;
  readonly payload: JsonObject;
}

/** Reads any number of logs by one statement; answers in the order of the requests. */
export const readLogs = async (database: Queryable, requests: readonly LogRequest[]): Promise<readonly LogAnswer[]> => {
  if (requests.length === 0) return [];
  const rows = await database.query<LogRow>({
    name: 'feed.readLog',
    text: READ_LOG,
    values: [
      requests.map(({ feed }) => shardOfFeed(feed)),
      requests.map(({ feed }) => feed),
      requests.map(({ after }) => after?.seq ?? null),
      requests.map(({ take }) => take),
      EPOCH_SHARD,
    ],
  });
  const byPlace = new Map<number, LogRow[]>();
  for (const row of rows) {
    const place = Number(row.place) - 1;
    const known = byPlace.get(place);
    if (known === undefined) byPlace.set(place, [row]);
    else known.push(row);
  }
  return requests.map((request, place) => toAnswer(request, byPlace.get(place) ?? noEpoch()));
};

/** The places at the ends of any number of logs, in the order of the question, by one statement. `at` is now for a log without events. */
export const readHeads = async (database: Queryable, feeds: readonly string[]): Promise<readonly LogHead[]> => {
  const rows = await database.query<HeadRow>({
    name: 'feed.readHead',
    text: `/* readHead */ SELECT epoch.epoch, feed.head_seq AS head, feed.head_at, event.id FROM feed_epoch AS epoch
      CROSS JOIN unnest($1::int[], $2::text[]) WITH ORDINALITY AS asked (shard, feed_id, place)
      LEFT JOIN feed ON feed.shard = asked.shard AND feed.id = asked.feed_id
      LEFT JOIN feed_event AS event ON event.shard = feed.shard AND event.feed_id = feed.id AND event.seq = feed.head_seq
      WHERE epoch.shard = $3
      ORDER BY asked.place`,
    values: [feeds.map(shardOfFeed), feeds, EPOCH_SHARD],
  });
  if (rows.length < feeds.length) return noEpoch();
  return rows.map((row, index) => toHead(feeds[index] ?? '', row));
};

interface HeadRow {
  readonly epoch: string;
  readonly head: bigint | null;
  readonly head_at: Date | null;
  readonly id: string | null;
}

const toHead = (feed: string, row: HeadRow): LogHead => {
  const seq = Number(row.head ?? 0n);
  if (seq === 0) return { cursor: { epoch: row.epoch, seq: 0, mark: MARK_OF_NOTHING }, at: new Date() };
  if (row.id === null || row.head_at === null)
    throw new Error(`the log of ${feed} lacks its last event, ${seq}: the table feed_event was changed by hand`);
  return { cursor: { epoch: row.epoch, seq, mark: markOf(row.id) }, at: row.head_at };
};

/** The form in which places are given out. */
export const toPosition = ({ cursor, at }: LogHead): FeedPosition => ({ cursor: encodeCursor(cursor), seq: cursor.seq, at });

const toAnswer = (request: LogRequest, rows: readonly LogRow[]): LogAnswer => {
  const { feed, after, take } = request;
  const [top] = rows;
  if (top === undefined) return noEpoch();
  const { epoch } = top;
  const head = Number(top.head ?? 0n);
  const first = Number(top.first ?? 1n);
  const fromSeq = after?.seq ?? first - 1;
  const anchor = rows.find((row) => row.seq !== null && Number(row.seq) === fromSeq);
  const reset = after === null ? null : resetReason(after, { epoch, head, first, mark: anchor === undefined ? null : markOf(anchor.id) });
  const base = { feed, epoch, head, headAt: top.head_at, first, reset, fromAt: anchor?.at ?? null };
  const from = after ?? { epoch, seq: fromSeq, mark: anchor === undefined ? MARK_OF_NOTHING : markOf(anchor.id) };
  if (reset !== null) return { ...base, from, events: [] };
  const events = rows.filter((row) => row.seq !== null && Number(row.seq) > fromSeq).slice(0, take);
  return { ...base, from, events: events.map((row, index) => toEvent(feed, epoch, row, fromSeq + 1 + index)) };
};

/** Why a cursor is not a place in this log, or null when it is. `mark`: of the event at its seq, null where there is none. */
const resetReason = (
  after: Cursor,
  log: { readonly epoch: string; readonly head: number; readonly first: number; readonly mark: string | null },
): ResetReason | null => {
  if (after.epoch !== log.epoch || after.seq > log.head) return 'EPOCH';
  if (after.seq < log.first - 1) return 'RETENTION';
  return after.mark === (after.seq === 0 ? MARK_OF_NOTHING : log.mark) ? null : 'EPOCH';
};

const toEvent = (feed: string, epoch: string, row: LogRow, expectedSeq: number): FeedEvent => {
  const { seq, id, at, kind, v, payload } = row;
  if (Number(seq) !== expectedSeq)
    throw new Error(`the log of ${feed} has a hole at ${expectedSeq}: the table feed_event was changed by hand`);
  return { feed, seq: expectedSeq, id, at, kind, v, payload, cursor: encodeCursor({ epoch, seq: expectedSeq, mark: markOf(id) }) };
};

/** Refuses to go on without the row that every cursor is made with. */
export const noEpoch = (): never => {
  throw new Error(
    'the table feed_epoch lost its row: start this process again, and every cursor given out before will be answered with RESET',
  );
};
