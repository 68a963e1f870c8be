import { isDatabaseAway } from '#platform/database/away.ts';
import type { DatabaseHealth } from '#platform/database/health.ts';
import { FanfareError } from '#platform/errors.ts';
import type { FeedSource, PullRequest, PullResponse } from './feed.ts';

/** The feeds of one of several databases. */
export interface SpreadPart {
  readonly feeds: FeedSource;
  readonly health: DatabaseHealth;
}

type AskedFeeds = PullRequest['feeds'];
type PulledFeeds = PullResponse['feeds'];
type Asked = readonly [part: SpreadPart, feeds: AskedFeeds];

/** A look takes milliseconds. A database that has said nothing for so long is away, and the others' news go without it. */
const LOOK_TIMEOUT_MS = 2_000;
const RETRY_AFTER_MS = 1_000;

/** Feeds that lie in several databases as one source. A database that is away has nothing to say until it is back; the others' feeds go on. Of a limit below the number of databases, each
 * may give one event. Throws FanfareError SUBGRAPH_UNAVAILABLE when all that were asked are away. */
export const createSpreadSource = (partOf: (feed: string) => SpreadPart): FeedSource => ({
  pull: async (request, signal) => {
    const asked: readonly Asked[] = [...Map.groupBy(request.feeds, ({ feed }) => partOf(feed))];
    const share = shareOf(request.limit, asked.length);
    const looks = await Promise.all(asked.map((each) => look(each, { ...request, limit: share }, signal)));
    if (looks.every((answer) => answer === null)) {
      throw new FanfareError('SUBGRAPH_UNAVAILABLE', 'The databases with these feeds cannot be reached at the moment. Try again.', {
        retryAfterMs: RETRY_AFTER_MS,
      });
    }
    const found = looks.flatMap((answer) => answer ?? []);
    if (found.length > 0) return { feeds: await fillUp(found, request, partOf, signal) };
    return { feeds: request.waitMs === 0 ? [] : await firstNews(asked, request, signal) };
  },
});

const shareOf = (limit: number, parts: number): number => Math.max(1, Math.floor(limit / parts));

/** What there is to say at once; null while the database is away. */
const look = async ([part, feeds]: Asked, request: PullRequest, signal: AbortSignal): Promise<PulledFeeds | null> => {
  if (part.health.awayForMs() !== null) return null;
  const late = Promise.withResolvers<null>();
  const timer = setTimeout(() => {
    part.health.suspect(new Error(`no answer within ${LOOK_TIMEOUT_MS} ms`));
    late.resolve(null);
  }, LOOK_TIMEOUT_MS);
  try {
    const pull = part.feeds.pull({ ...request, feeds, waitMs: 0 }, signal).then((answer) => answer.feeds);
    return await Promise.race([pull, late.promise]);
  } catch (error) {
    if (signal.aborted || !isDatabaseAway(error)) throw error;
    return null;
  } finally {
    clearTimeout(timer);
  }
};

/** Where one database had more than its share and the others had less than theirs, what is left of the limit goes to the first. */
const fillUp = async (
  found: PulledFeeds,
  request: PullRequest,
  partOf: (feed: string) => SpreadPart,
  signal: AbortSignal,
): Promise<PulledFeeds> => {
  const left = request.limit - found.reduce((sum, { events }) => sum + events.length, 0);
  const cut = found.flatMap(({ feed, cursor, head, events }) => ((events.at(-1)?.seq ?? head) < head ? [{ feed, after: cursor }] : []));
  if (left <= 0 || cut.length === 0) return found;
  const asked: readonly Asked[] = [...Map.groupBy(cut, ({ feed }) => partOf(feed))];
  // Without the consumer's name: what comes before these cursors is not applied yet, and must not count as its progress.
  const rest = { feeds: cut, limit: shareOf(left, asked.length), waitMs: 0 };
  const more = (await Promise.all(asked.map((each) => look(each, rest, signal)))).flatMap((answer) => answer ?? []);
  const byFeed = new Map(more.filter(({ reset }) => reset === null).map((answer) => [answer.feed, answer]));
  return found.map((answer) => {
    const further = byFeed.get(answer.feed);
    return further === undefined ? answer : { ...further, events: [...answer.events, ...further.events] };
  });
};

/** The first answer with something to say, or none when the wait is over. */
const firstNews = async (asked: readonly Asked[], request: PullRequest, signal: AbortSignal): Promise<PulledFeeds> => {
  signal.throwIfAborted();
  const ended = new AbortController();
  const news = Promise.withResolvers<PulledFeeds>();
  const timer = setTimeout(() => news.resolve([]), request.waitMs);
  const waiting = { request, endMs: performance.now() + request.waitMs, signal: AbortSignal.any([signal, ended.signal]) };
  const onAbort = (): void => news.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  for (const each of asked) {
    untilNews(each, waiting).then(
      (feeds) => feeds.length > 0 && news.resolve(feeds),
      (error: unknown) => news.reject(error),
    );
  }
  try {
    return await news.promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    ended.abort(new FanfareError('SHUTTING_DOWN', 'The answer came from another database.'));
  }
};

interface Waiting {
  readonly request: PullRequest;
  readonly endMs: number;
  readonly signal: AbortSignal;
}

/** Waits for news in one database, through times when it is away. */
const untilNews = async ([part, feeds]: Asked, { request, endMs, signal }: Waiting): Promise<PulledFeeds> => {
  while (!signal.aborted && performance.now() < endMs) {
    await part.health.answering(signal);
    const waitMs = Math.max(0, Math.round(endMs - performance.now()));
    try {
      const answer = await part.feeds.pull({ ...request, feeds, waitMs }, signal);
      if (answer.feeds.length > 0) return answer.feeds;
    } catch (error) {
      if (signal.aborted || !isDatabaseAway(error)) throw error;
      part.health.suspect(error);
    }
  }
  return [];
};
