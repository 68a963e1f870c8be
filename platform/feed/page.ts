import type { Queryable } from '#platform/database/database.ts';
import { FanfareError } from '#platform/errors.ts';
import { type Cursor, encodeCursor, markOf, parseCursor } from './cursor.ts';
import { type FeedEvent, type FeedPage, type FeedPageRequest, type JsonObject, PULL_EVENTS_MAX } from './feed.ts';
import { type LogAnswer, readLogs } from './log.ts';
import { shardOfFeed } from './shard.ts';

/** The kept part of the log between two places, exclusive at both ends, as of the head that was read. */
interface Range {
  readonly request: FeedPageRequest;
  readonly epoch: string;
  readonly low: number;
  readonly high: number;
  /** The first kept and the last event. */
  readonly first: number;
  readonly head: number;
}

/** Reads one page; see readPages. */
export const readPage = async (database: Queryable, request: FeedPageRequest): Promise<FeedPage> => {
  const [page] = await readPages(database, [request]);
  return page ?? missing(request.feed);
};

/** Reads any number of pages; answers in the order of the requests. One statement says where the logs and all cursors stand, one more per direction reads the events.
 * Throws FanfareError BAD_USER_INPUT when any of the requests is outside the limits or has a cursor that is none. */
export const readPages = async (database: Queryable, requests: readonly FeedPageRequest[]): Promise<readonly FeedPage[]> => {
  for (const { limit } of requests) {
    if (!Number.isInteger(limit) || limit < 1 || limit > PULL_EVENTS_MAX) {
      throw new FanfareError('BAD_USER_INPUT', `A page has 1 to ${PULL_EVENTS_MAX} events, not ${limit}.`);
    }
  }
  const ranges = await readPlaces(database, requests);
  const readable = ranges.flatMap((range) => (typeof range === 'string' ? [] : [range]));
  const pages = new Map<Range, FeedPage>();
  for (const direction of ['forward', 'backward'] as const) {
    const wanted = readable.filter(({ request }) => request.direction === direction);
    if (wanted.length === 0) continue;
    const read = await readRanges(database, direction, wanted);
    for (const [index, range] of wanted.entries()) pages.set(range, read[index] ?? missing(range.request.feed));
  }
  return ranges.map((range) => {
    if (typeof range === 'string') return { events: [], hasNextPage: false, hasPreviousPage: false, reset: range };
    return pages.get(range) ?? missing(range.request.feed);
  });
};

/** Which part of its log each request means, or why one of its cursors is not in it. */
const readPlaces = async (
  database: Queryable,
  requests: readonly FeedPageRequest[],
): Promise<readonly (Range | NonNullable<FeedPage['reset']>)[]> => {
  const asked = requests.map(({ feed, after, before }) => {
    const [low, high] = [after, before].map((cursor): Cursor | null => (cursor === undefined ? null : parseCursor(cursor)));
    return [{ feed, after: low ?? null, take: 0 }, ...(high === null || high === undefined ? [] : [{ feed, after: high, take: 0 }])];
  });
  const answers = await readLogs(database, asked.flat());
  let next = 0;
  return requests.map((request, index) => {
    const places: readonly LogAnswer[] = answers.slice(next, next + (asked[index]?.length ?? 0));
    next += places.length;
    const [place, end] = places;
    if (place === undefined) return missing(request.feed);
    const { epoch, first, head } = place;
    return (
      places.find(({ reset }) => reset !== null)?.reset ?? {
        request,
        epoch,
        first,
        head,
        low: place.from.seq,
        high: end?.from.seq ?? head + 1,
      }
    );
  });
};

interface PageRow {
  readonly place: bigint;
  readonly beyond: boolean;
  readonly seq: bigint | null;
  readonly id: string;
  readonly at: Date;
  readonly kind: string;
  readonly v: number;
  readonly payload: JsonObject;
}

const readRanges = async (
  database: Queryable,
  direction: FeedPageRequest['direction'],
  ranges: readonly Range[],
): Promise<readonly FeedPage[]> => {
  const forward = direction === 'forward';
  // Whether there is anything on the side that the page does not read towards.
  const beyond = ranges.map(({ first, low, high, head }) => (forward ? [first, low] : [high, head]));
  const rows = await database.query<PageRow>({
    name: forward ? 'feed.pageForward' : 'feed.pageBackward',
    text: pageText(forward ? 'ASC' : 'DESC'),
    values: [
      ranges.map(({ request }) => shardOfFeed(request.feed)),
      ranges.map(({ request }) => request.feed),
      ranges.map(({ low, first }) => Math.max(low + 1, first)),
      ranges.map(({ high, head }) => Math.min(high - 1, head)),
      ranges.map(({ request }) => request.kinds?.join(' ') ?? null),
      ranges.map(({ request }) => request.limit + 1),
      beyond.map(([from]) => from),
      beyond.map(([, to]) => to),
    ],
  });
  const byPlace = Map.groupBy(rows, ({ place }) => Number(place) - 1);
  return ranges.map((range, place) => toPage(range, byPlace.get(place) ?? []));
};

const toPage = ({ request: { feed, limit, direction }, epoch }: Range, rows: readonly PageRow[]): FeedPage => {
  const beyond = rows[0]?.beyond ?? false;
  const found = rows.filter((row) => row.seq !== null);
  const events = found.slice(0, limit).map((row) => toEvent(feed, epoch, row));
  const more = found.length > limit;
  return direction === 'forward'
    ? { events, hasNextPage: more, hasPreviousPage: beyond, reset: null }
    : { events: events.reverse(), hasNextPage: beyond, hasPreviousPage: more, reset: null };
};

/** Kinds come as one text per page, because PostgreSQL has no arrays of arrays of different lengths. */
const pageText = (order: 'ASC' | 'DESC'): string => `/* readPages */ WITH asked AS MATERIALIZED (
    SELECT given.*, string_to_array(given.kind_list, ' ') AS kinds
    FROM unnest($1::int[], $2::text[], $3::bigint[], $4::bigint[], $5::text[], $6::int[], $7::bigint[], $8::bigint[])
      WITH ORDINALITY AS given (shard, feed_id, low, high, kind_list, take, beyond_low, beyond_high, place)
  )
  SELECT asked.place, other.beyond, event.seq, event.id, event.at, event.kind, event.v, event.payload
  FROM asked
  CROSS JOIN LATERAL (SELECT EXISTS (
    SELECT FROM feed_event WHERE feed_event.shard = asked.shard AND feed_event.feed_id = asked.feed_id
      AND feed_event.seq BETWEEN asked.beyond_low AND asked.beyond_high AND (asked.kinds IS NULL OR feed_event.kind = ANY (asked.kinds))
  ) AS beyond) AS other
  LEFT JOIN LATERAL (
    SELECT * FROM feed_event WHERE feed_event.shard = asked.shard AND feed_event.feed_id = asked.feed_id
      AND feed_event.seq BETWEEN asked.low AND asked.high AND (asked.kinds IS NULL OR feed_event.kind = ANY (asked.kinds))
    ORDER BY feed_event.seq ${order} LIMIT asked.take
  ) AS event ON true
  ORDER BY asked.place, event.seq ${order}`;

const toEvent = (feed: string, epoch: string, { seq, id, at, kind, v, payload }: PageRow): FeedEvent => {
  const number = Number(seq);
  return { feed, seq: number, id, at, kind, v, payload, cursor: encodeCursor({ epoch, seq: number, mark: markOf(id) }) };
};

const missing = (feed: string): never => {
  throw new Error(`the log of ${feed} was asked for a page and gave no answer`);
};
