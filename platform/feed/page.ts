import type { Queryable } from '#platform/database/database.ts';
import { FanfareError } from '#platform/errors.ts';
import { type Cursor, encodeCursor, markOf, parseCursor } from './cursor.ts';
import { type FeedEvent, type FeedPage, type FeedPageRequest, type JsonObject, PULL_EVENTS_MAX } from './feed.ts';
import { readLogs } from './log.ts';
import { shardOfFeed } from './shard.ts';

/** The kept part of the log between two places, exclusive at both ends, as of the head that was read. */
interface Range {
  readonly epoch: string;
  readonly low: number;
  readonly high: number;
  /** The first kept and the last event. */
  readonly first: number;
  readonly head: number;
}

/** Reads one page by two statements: where the log and both cursors stand, then the events. */
export const readPage = async (database: Queryable, request: FeedPageRequest): Promise<FeedPage> => {
  const { feed, limit } = request;
  if (!Number.isInteger(limit) || limit < 1 || limit > PULL_EVENTS_MAX) {
    throw new FanfareError('BAD_USER_INPUT', `A page has 1 to ${PULL_EVENTS_MAX} events, not ${limit}.`);
  }
  const after = request.after === undefined ? null : parseCursor(request.after);
  const before = request.before === undefined ? null : parseCursor(request.before);
  const cursors: readonly (Cursor | null)[] = before === null ? [after] : [after, before];
  const places = await readLogs(
    database,
    cursors.map((cursor) => ({ feed, after: cursor, take: 0 })),
  );
  const [place] = places;
  const reset = places.find((each) => each.reset !== null)?.reset ?? null;
  if (place === undefined || reset !== null) return { events: [], hasNextPage: false, hasPreviousPage: false, reset };
  const { epoch, first, head } = place;
  return readRange(database, request, { epoch, first, head, low: place.from.seq, high: before?.seq ?? head + 1 });
};

interface PageRow {
  readonly beyond: boolean;
  readonly seq: bigint | null;
  readonly id: string;
  readonly at: Date;
  readonly kind: string;
  readonly v: number;
  readonly payload: JsonObject;
}

const readRange = async (database: Queryable, request: FeedPageRequest, range: Range): Promise<FeedPage> => {
  const { feed, limit, direction, kinds } = request;
  const forward = direction === 'forward';
  // Whether there is anything on the side that the page does not read towards.
  const [beyondLow, beyondHigh] = forward ? [range.first, range.low] : [range.high, range.head];
  const rows = await database.query<PageRow>({
    name: forward ? 'feed.pageForward' : 'feed.pageBackward',
    text: pageText(forward ? 'ASC' : 'DESC'),
    values: [
      shardOfFeed(feed),
      feed,
      Math.max(range.low + 1, range.first),
      Math.min(range.high - 1, range.head),
      kinds ?? null,
      limit + 1,
      beyondLow,
      beyondHigh,
    ],
  });
  const beyond = rows[0]?.beyond ?? false;
  const found = rows.filter((row) => row.seq !== null);
  const events = found.slice(0, limit).map((row) => toEvent(feed, range.epoch, row));
  const more = found.length > limit;
  return forward
    ? { events, hasNextPage: more, hasPreviousPage: beyond, reset: null }
    : { events: events.reverse(), hasNextPage: beyond, hasPreviousPage: more, reset: null };
};

const pageText = (
  order: 'ASC' | 'DESC',
): string => `/* readPage */ SELECT other.beyond, event.seq, event.id, event.at, event.kind, event.v, event.payload
  FROM (SELECT EXISTS (SELECT FROM feed_event WHERE shard = $1 AND feed_id = $2 AND seq BETWEEN $7::bigint AND $8::bigint
    AND ($5::text[] IS NULL OR kind = ANY ($5::text[]))) AS beyond) AS other
  LEFT JOIN LATERAL (
    SELECT * FROM feed_event WHERE shard = $1 AND feed_id = $2 AND seq BETWEEN $3::bigint AND $4::bigint AND ($5::text[] IS NULL OR kind = ANY ($5::text[]))
    ORDER BY seq ${order} LIMIT $6
  ) AS event ON true
  ORDER BY event.seq ${order}`;

const toEvent = (feed: string, epoch: string, { seq, id, at, kind, v, payload }: PageRow): FeedEvent => {
  const number = Number(seq);
  return { feed, seq: number, id, at, kind, v, payload, cursor: encodeCursor({ epoch, seq: number, mark: markOf(id) }) };
};
