import type { Bus } from '#platform/bus/bus.ts';
import type { Database, Transaction } from '#platform/database/database.ts';
import { FanfareError } from '#platform/errors.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { type Appended, appendEvents } from './append.ts';
import { parseCursor } from './cursor.ts';
import { ensureEpoch } from './epoch.ts';
import type {
  FeedEvent,
  FeedItem,
  FeedPage,
  FeedPageRequest,
  FeedPosition,
  Feeds,
  NewFeedEvent,
  PullRequest,
  PullResponse,
} from './feed.ts';
import { FollowedFeeds, HEAD_CHECK_INTERVAL_MS } from './followed.ts';
import { Follower } from './follower.ts';
import { type ComparedHeads, compareHeads } from './heads.ts';
import { encodeHint, hintChannel } from './hint.ts';
import { toPosition } from './log.ts';
import { type FeedMetrics, feedMetrics } from './metrics.ts';
import { readPage, readPages } from './page.ts';
import { ConsumerProgress } from './progress.ts';
import { pullFeeds } from './pull.ts';
import { createLogReader } from './reader.ts';
import type { TailOptions } from './tail.ts';

export interface OpenFeedsOptions {
  readonly database: Database;
  readonly bus: Bus;
  readonly telemetry: Telemetry;
  /** What a lost hint costs at most, in milliseconds (default 1,000): how often the heads of all that is followed are compared. */
  readonly headCheckIntervalMs?: number;
}

/** Opens the logs of one database. Makes or turns the epoch where needed, so it rejects when the database cannot be reached. */
export const openFeeds = async (options: OpenFeedsOptions): Promise<Feeds> => {
  await ensureEpoch(options.database, options.telemetry.log);
  return new OpenFeeds(options, await compareHeads(options.database, []));
};

/** The same for a database that may not be there yet (`openDatabaseLater`): whoever opens it has its first connection checked by `ensureEpoch`. */
export const openFeedsLater = (options: OpenFeedsOptions): Feeds => new OpenFeeds(options, null);

class OpenFeeds implements Feeds {
  readonly #database: Database;
  readonly #bus: Bus;
  readonly #metrics: FeedMetrics;
  readonly #shared: TailOptions;
  readonly #followed: FollowedFeeds;
  readonly #progress: ConsumerProgress;
  readonly #closing = new AbortController();

  constructor({ database, bus, telemetry, headCheckIntervalMs = HEAD_CHECK_INTERVAL_MS }: OpenFeedsOptions, life: ComparedHeads | null) {
    this.#database = database;
    this.#bus = bus;
    this.#metrics = feedMetrics(telemetry, database.label);
    this.#shared = { database, bus, telemetry, metrics: this.#metrics, reader: createLogReader(database) };
    this.#progress = new ConsumerProgress(database);
    this.#followed = new FollowedFeeds({ ...this.#shared, headCheckIntervalMs }, life);
  }

  async append(tx: Transaction, events: readonly NewFeedEvent[]): Promise<readonly FeedEvent[]> {
    const appended = await appendEvents(tx, events);
    if (appended.events.length > 0) tx.afterCommit(() => this.#publish(appended));
    return appended.events;
  }

  follow(
    feed: string,
    { after = null, signal }: { readonly after?: string | null; readonly signal?: AbortSignal },
  ): AsyncIterableIterator<FeedItem> {
    const cursor = after === null ? null : parseCursor(after);
    const signals = signal === undefined ? this.#closing.signal : AbortSignal.any([signal, this.#closing.signal]);
    return new Follower({ feed, after: cursor, signal: signals, tails: this.#followed, shared: this.#shared });
  }

  pull(request: PullRequest, signal: AbortSignal): Promise<PullResponse> {
    const options = { database: this.#database, followed: this.#followed, progress: this.#progress };
    return pullFeeds(options, request, AbortSignal.any([signal, this.#closing.signal]));
  }

  page(request: FeedPageRequest): Promise<FeedPage> {
    return readPage(this.#database, request);
  }

  pages(requests: readonly FeedPageRequest[]): Promise<readonly FeedPage[]> {
    return readPages(this.#database, requests);
  }

  async head(feed: string): Promise<FeedPosition> {
    return toPosition(await this.#shared.reader.head(feed));
  }

  async close(): Promise<void> {
    this.#closing.abort(new FanfareError('SHUTTING_DOWN', 'This process is going down. Retry: another one answers.'));
    await this.#followed.close();
  }

  /** One hint per feed and commit. */
  #publish({ epoch, events }: Appended): void {
    this.#metrics.appended(events.length);
    for (const [feed, ofFeed] of Map.groupBy(events, (event) => event.feed)) {
      const channel = hintChannel(this.#database.name, feed);
      if (this.#bus.wanted?.(channel) === false) continue;
      this.#bus.publish(channel, encodeHint(epoch, ofFeed.at(-1)?.seq ?? 0, ofFeed));
    }
  }
}
