import type { Unsubscribe } from '#platform/bus/bus.ts';
import { ensureEpoch } from './epoch.ts';
import type { TailLender } from './follower.ts';
import { type ComparedHeads, compareHeads, type KnownHead } from './heads.ts';
import { hintChannel } from './hint.ts';
import { readLogs } from './log.ts';
import { Tail, type TailListener, type TailOptions } from './tail.ts';

/** A lost hint costs at most this long: one query per process compares the heads of all feeds that it follows. */
export const HEAD_CHECK_INTERVAL_MS = 1_000;
/** Between two long polls of one consumer its channels stay subscribed for this long. */
const WATCH_LINGER_MS = 30_000;
/** How long the first long poll of a feed waits for the bus to acknowledge its subscription (while Redis is known to be down: not at all); the head check finds what it misses. */
const SUBSCRIBE_WAIT_MS = 1_000;
/** Logs per statement when all places are checked after a restart of the server. */
const VERIFY_LOGS_MAX = 1_000;

export interface FollowedFeedsOptions extends TailOptions {
  /** How long after one comparison of the heads the next one begins, in milliseconds. */
  readonly headCheckIntervalMs: number;
}

/** A feed whose news somebody waits for, without needing its events. */
interface Watch {
  readonly feed: string;
  readonly subscribed: Promise<void>;
  unsubscribe: Unsubscribe | null;
  /** Counts whatever may have changed the log. */
  news: number;
  knownHead: number;
  usedMs: number;
}

interface Waiter {
  readonly feeds: ReadonlySet<string>;
  readonly wake: () => void;
}

/** Everything that this process follows in one database: the tails, the feeds that long polls wait for, and the one head check for both. */
export class FollowedFeeds implements TailLender {
  readonly #shared: FollowedFeedsOptions;
  readonly #tails = new Map<string, Tail>();
  readonly #watches = new Map<string, Watch>();
  readonly #waiters = new Set<Waiter>();
  readonly #stopGaps: Unsubscribe;
  #followers = 0;
  #timer: NodeJS.Timeout | null = null;
  #checking: Promise<void> | null = null;
  /** Both as the last head check found them; null before the first one. */
  #serverStartedAtMs: number | null;
  #epoch: string | null;
  #closed = false;

  constructor(shared: FollowedFeedsOptions, life: Pick<ComparedHeads, 'epoch' | 'serverStartedAtMs'> | null) {
    this.#shared = shared;
    this.#epoch = life?.epoch ?? null;
    this.#serverStartedAtMs = life?.serverStartedAtMs ?? null;
    this.#stopGaps = shared.bus.onGap(() => this.#checkNow());
  }

  borrow(feed: string, listener: TailListener): Tail {
    const known = this.#tails.get(feed);
    const tail = known ?? new Tail(feed, this.#shared);
    if (known === undefined) this.#tails.set(feed, tail);
    tail.add(listener);
    this.#count(1);
    this.#schedule();
    return tail;
  }

  giveBack(tail: Tail, listener: TailListener): void {
    tail.remove(listener);
    if (tail.followers === 0) {
      tail.close();
      if (this.#tails.get(tail.feed) === tail) this.#tails.delete(tail.feed);
    }
    this.#count(-1);
  }

  /** Starts to watch feeds (or goes on). Resolves when their hints flow, or after a while without: the head check then brings the news. */
  async watch(feeds: readonly string[]): Promise<void> {
    const nowMs = performance.now();
    const watches = feeds.map((feed) => {
      const watch = this.#watches.get(feed) ?? this.#startWatch(feed);
      watch.usedMs = nowMs;
      return watch;
    });
    this.#schedule();
    await Promise.all(watches.map((watch) => watch.subscribed));
  }

  /** Changes whenever one of the feeds may have changed. */
  newsOf(feeds: readonly string[]): number {
    let news = 0;
    for (const feed of feeds) news += this.#watches.get(feed)?.news ?? 0;
    return news;
  }

  /** Resolves when `newsOf(feeds)` is no longer `seen`, after `waitMs`, or when the signal aborts. */
  async untilNews(feeds: readonly string[], seen: number, waitMs: number, signal: AbortSignal): Promise<void> {
    if (this.newsOf(feeds) !== seen || signal.aborted || this.#closed) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiter: Waiter = { feeds: new Set(feeds), wake: () => resolve() };
    const timer = setTimeout(resolve, waitMs);
    signal.addEventListener('abort', waiter.wake, { once: true });
    this.#waiters.add(waiter);
    await promise;
    this.#waiters.delete(waiter);
    signal.removeEventListener('abort', waiter.wake);
    clearTimeout(timer);
  }

  /** Ends the check and every subscription. Followers must have been closed before. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#stopGaps();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    for (const watch of this.#watches.values()) this.#endWatch(watch);
    for (const waiter of this.#waiters) waiter.wake();
    for (const tail of this.#tails.values()) tail.close();
    await this.#checking;
  }

  #count(followers: number): void {
    this.#followers += followers;
    this.#shared.metrics.following(this.#tails.size, this.#followers);
  }

  #startWatch(feed: string): Watch {
    const waitMs = this.#shared.bus.connected ? SUBSCRIBE_WAIT_MS : 0;
    const subscription = this.#shared.bus.subscribe(hintChannel(this.#shared.database.name, feed), () => this.#news(watch));
    const { promise, resolve } = Promise.withResolvers<void>();
    const watch: Watch = { feed, subscribed: promise, unsubscribe: null, news: 0, knownHead: 0, usedMs: 0 };
    this.#watches.set(feed, watch);
    const timer = setTimeout(resolve, waitMs);
    subscription
      .then((unsubscribe) => {
        if (this.#watches.get(feed) === watch) watch.unsubscribe = unsubscribe;
        else unsubscribe();
        this.#news(watch);
      })
      .catch((error: unknown) =>
        this.#shared.telemetry.log.warn({ err: error, feed }, 'a feed is watched without hints: its channel could not be subscribed'),
      )
      .finally(() => {
        clearTimeout(timer);
        resolve();
      });
    return watch;
  }

  #endWatch(watch: Watch): void {
    this.#watches.delete(watch.feed);
    watch.unsubscribe?.();
  }

  #news(watch: Watch): void {
    watch.news += 1;
    for (const waiter of this.#waiters) if (waiter.feeds.has(watch.feed)) waiter.wake();
  }

  #schedule(): void {
    if (this.#timer !== null || this.#closed || (this.#tails.size === 0 && this.#watches.size === 0)) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#checkNow();
    }, this.#shared.headCheckIntervalMs);
    this.#timer.unref();
  }

  #checkNow(): void {
    if (this.#closed) return;
    this.#checking ??= this.#check()
      .catch((error: unknown) => {
        if (!this.#closed)
          this.#shared.telemetry.log.warn(
            { err: error },
            'the heads of the followed feeds could not be compared; the next check is in a second',
          );
      })
      .finally(() => {
        this.#checking = null;
        this.#schedule();
      });
  }

  async #check(): Promise<void> {
    this.#endIdleWatches();
    const tails = [...this.#tails.values()].filter((tail) => tail.position !== null);
    const watches = [...this.#watches.values()];
    const asked: KnownHead[] = [
      ...tails.map((tail) => ({ feed: tail.feed, head: tail.position?.seq ?? 0 })),
      ...watches.map(({ feed, knownHead }) => ({ feed, head: knownHead })),
    ];
    if (asked.length === 0) return;
    const heads = await compareHeads(this.#shared.database, asked);
    // Whoever waits in a long poll is told to look again too: their cursors fit no more.
    if (this.#epoch !== null && this.#epoch !== heads.epoch) for (const watch of watches) this.#news(watch);
    this.#epoch = heads.epoch;
    for (const [index, head] of heads.moved) {
      const watch = watches[index - tails.length];
      if (watch === undefined) continue;
      watch.knownHead = head;
      this.#news(watch);
    }
    for (const [index, tail] of tails.entries()) {
      const known = asked[index]?.head ?? 0;
      tail.heardHead(heads.moved.get(index) ?? known, heads.epoch, known);
    }
    if (this.#serverStartedAtMs !== null && this.#serverStartedAtMs !== heads.serverStartedAtMs) await this.#verifyAll(tails);
    // Only now: when the verification failed, the next check does it again.
    this.#serverStartedAtMs = heads.serverStartedAtMs;
  }

  /** The server was started again, perhaps from other files: is it the one we know, and is every place still in its log? */
  async #verifyAll(tails: readonly Tail[]): Promise<void> {
    const { database, telemetry } = this.#shared;
    await ensureEpoch(database, telemetry.log);
    for (const watch of this.#watches.values()) this.#news(watch);
    for (let start = 0; start < tails.length; start += VERIFY_LOGS_MAX) {
      const some = tails.slice(start, start + VERIFY_LOGS_MAX);
      const answers = await readLogs(
        database,
        some.map(({ feed, position }) => ({ feed, after: position, take: 0 })),
      );
      await Promise.all(answers.map(({ reset }, index) => (reset === null ? undefined : some[index]?.startOver(reset))));
    }
  }

  #endIdleWatches(): void {
    const idleSinceMs = performance.now() - WATCH_LINGER_MS;
    const inUse = new Set([...this.#waiters].flatMap((waiter) => [...waiter.feeds]));
    for (const watch of this.#watches.values()) if (watch.usedMs < idleSinceMs && !inUse.has(watch.feed)) this.#endWatch(watch);
  }
}
