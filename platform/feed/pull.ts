import type { Database } from '#platform/database/database.ts';
import { FanfareError } from '#platform/errors.ts';
import { type Cursor, encodeCursor, markOf, parseCursor } from './cursor.ts';
import { FROM_HEAD, PULL_EVENTS_MAX, PULL_FEEDS_MAX, PULL_WAIT_MS_MAX, type PullRequest, type PullResponse } from './feed.ts';
import type { FollowedFeeds } from './followed.ts';
import { type LogAnswer, readHeads, readLogs } from './log.ts';
import type { ConsumerProgress, Progress } from './progress.ts';

const NAME_LENGTH_MAX = 200;

export interface PullOptions {
  readonly database: Database;
  readonly followed: FollowedFeeds;
  readonly progress: ConsumerProgress;
}

interface Asked {
  readonly feed: string;
  readonly after: Cursor | null;
}

type PulledFeed = PullResponse['feeds'][number];

/** Answers one pull: at once when there is something to say, else as soon as there is or the wait is over. A fixed number of statements per look, whatever
 * the number of feeds. Throws FanfareError BAD_USER_INPUT for a request outside the limits and for a cursor that is none. */
export const pullFeeds = async (options: PullOptions, request: PullRequest, signal: AbortSignal): Promise<PullResponse> => {
  checkRequest(request);
  const fromHead = request.feeds.filter(({ after }) => after === FROM_HEAD).map(({ feed }) => feed);
  const asked = request.feeds
    .filter(({ after }) => after !== FROM_HEAD)
    .map(({ feed, after }) => ({ feed, after: after === null ? null : parseCursor(after) }));
  const names = request.feeds.map(({ feed }) => feed);
  const endMs = performance.now() + request.waitMs;
  if (request.waitMs > 0) await options.followed.watch(names);
  for (;;) {
    signal.throwIfAborted();
    const news = options.followed.newsOf(names);
    const places = await readPlaces(options.database, asked);
    if (request.consumer !== undefined) await options.progress.note(request.consumer, places.map(toProgress));
    const feeds = [...(await placesAtHead(options.database, fromHead)), ...(await readEvents(options.database, places, request.limit))];
    const leftMs = endMs - performance.now();
    if (feeds.length > 0 || leftMs <= 0) return { feeds };
    await options.followed.untilNews(names, news, leftMs, signal);
  }
};

const checkRequest = ({ feeds, limit, waitMs, consumer }: PullRequest): void => {
  const wrong = [
    feeds.length >= 1 && feeds.length <= PULL_FEEDS_MAX ? null : `feeds: 1 to ${PULL_FEEDS_MAX}, not ${feeds.length}`,
    new Set(feeds.map(({ feed }) => feed)).size === feeds.length ? null : 'feeds: each one once',
    feeds.every(({ feed }) => feed.length > 0 && feed.length <= NAME_LENGTH_MAX) ? null : `feed: 1 to ${NAME_LENGTH_MAX} characters`,
    Number.isInteger(limit) && limit >= 1 && limit <= PULL_EVENTS_MAX ? null : `limit: 1 to ${PULL_EVENTS_MAX}, not ${limit}`,
    waitMs >= 0 && waitMs <= PULL_WAIT_MS_MAX ? null : `waitMs: 0 to ${PULL_WAIT_MS_MAX}, not ${waitMs}`,
    consumer === undefined || (consumer.length > 0 && consumer.length <= NAME_LENGTH_MAX)
      ? null
      : `consumer: 1 to ${NAME_LENGTH_MAX} characters`,
  ].filter((problem) => problem !== null);
  if (wrong.length > 0) throw new FanfareError('BAD_USER_INPUT', `This pull is outside the limits: ${wrong.join('; ')}.`);
};

/** Where each log stands, and whether the cursors are in it. */
const readPlaces = (database: Database, asked: readonly Asked[]): Promise<readonly LogAnswer[]> =>
  readLogs(
    database,
    asked.map(({ feed, after }) => ({ feed, after, take: 0 })),
  );

/** Where those begin who ask from now on. */
const placesAtHead = async (database: Database, feeds: readonly string[]): Promise<readonly PulledFeed[]> => {
  if (feeds.length === 0) return [];
  const heads = await readHeads(database, feeds);
  return heads.map(({ cursor }, index) => ({
    feed: feeds[index] ?? '',
    reset: null,
    events: [],
    cursor: encodeCursor(cursor),
    head: cursor.seq,
  }));
};

/** What a cursor in the log says about its owner. One that is in no log any more says nothing: its owner will read from the first kept event. */
const toProgress = ({ feed, reset, from }: LogAnswer): Progress => ({ feed, seq: reset === null ? from.seq : 0 });

/** The events of those logs that have some, within the limit. */
const readEvents = async (database: Database, places: readonly LogAnswer[], limit: number): Promise<readonly PulledFeed[]> => {
  const waiting = places.filter((place) => place.reset === null && place.head > place.from.seq);
  const shares = shareOut(
    waiting.map((place) => place.head - place.from.seq),
    limit,
  );
  const wanted = waiting.flatMap((place, index) => {
    const take = shares[index] ?? 0;
    return take === 0 ? [] : [{ feed: place.feed, after: place.from, take }];
  });
  const read = await readLogs(database, wanted);
  const answers = new Map(
    [...waiting, ...read, ...(await placesBeforeFirst(database, places, read))].map((answer) => [answer.feed, answer]),
  );
  return places.flatMap(({ feed, reset }) => {
    const answer = answers.get(feed);
    return answer === undefined ? [] : [toPulledFeed(answer, reset ?? read.find((each) => each.feed === feed)?.reset ?? null)];
  });
};

/** Where the readers of cursors that are in no log any more go on: before the first kept event. */
const placesBeforeFirst = (database: Database, places: readonly LogAnswer[], read: readonly LogAnswer[]): Promise<readonly LogAnswer[]> => {
  const lost = [...places, ...read].filter(({ reset }) => reset !== null);
  return readLogs(
    database,
    lost.map(({ feed }) => ({ feed, after: null, take: 0 })),
  );
};

/** Divides `limit` events among logs with so many waiting: a fair share each, then what is left to those who have more. Which log comes first when there is
 * less than one event for each changes from call to call, so that none starves. */
const shareOut = (waiting: readonly number[], limit: number): readonly number[] => {
  const fair = Math.floor(limit / Math.max(1, waiting.length));
  const shares = waiting.map((events) => Math.min(events, fair));
  let left = limit - shares.reduce((sum, share) => sum + share, 0);
  const start = Math.floor(Math.random() * waiting.length);
  for (let step = 0; step < waiting.length && left > 0; step += 1) {
    const index = (start + step) % waiting.length;
    const more = Math.min(left, (waiting[index] ?? 0) - (shares[index] ?? 0));
    shares[index] = (shares[index] ?? 0) + more;
    left -= more;
  }
  return shares;
};

const toPulledFeed = ({ feed, events, from, head }: LogAnswer, reset: PulledFeed['reset']): PulledFeed => {
  const last = events.at(-1);
  const place = last === undefined ? from : { epoch: from.epoch, seq: last.seq, mark: markOf(last.id) };
  return { feed, reset, events, cursor: encodeCursor(place), head };
};
