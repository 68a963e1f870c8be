import { setTimeout as sleep } from 'node:timers/promises';
import type { Database, Transaction } from '#platform/database/database.ts';
import { FanfareError } from '#platform/errors.ts';
import { failureOf } from '#platform/lane/failure.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { applyEffects, type Places, type PulledFeed, readPlaces } from './effect.ts';
import { type FeedEvent, type FeedSource, PULL_FEEDS_MAX, PULL_WAIT_MS_MAX } from './feed.ts';
import { type ConsumerMetrics, consumerMetrics } from './metrics.ts';
import { backOff } from './patience.ts';
import { checkPulled } from './pulled.ts';

/** Follows feeds of a source and applies their effects to this database, exactly once. */
export interface ConsumerOptions {
  /** Unique per destination, for example `messaging.gifts`. */
  readonly name: string;
  readonly source: FeedSource;
  /** All feeds to follow, for example `gifts/0` … `gifts/63`. At most PULL_FEEDS_MAX. */
  readonly feeds: readonly string[];
  /** The destination. Its cursor rows live here. */
  readonly database: Database;
  readonly telemetry: Telemetry;
  /** Applies a batch inside the effect transaction, in which the cursor rows are already locked. Events are ascending per feed, without a gap, each handed
   * over once, or again after a RESET: then (and only then) the effect must recognise `event.id` (sourceEventId). Set-based statements, feed appends last. */
  readonly apply: (tx: Transaction, events: readonly FeedEvent[]) => Promise<void>;
  /** Applies the same events before that, in transactions of its own: for effects that must not share one with the cursor rows. They come again when the process dies in between, so each must
   * recognise `event.id` always, not only after a RESET. */
  readonly ahead?: (events: readonly FeedEvent[]) => Promise<void>;
  /** Raised on RESET. */
  readonly onReset?: (feed: string, reason: string) => void;
  /** Batches begin at least so far apart (milliseconds, default 20), unless more waits than one batch takes. After a lull the first event goes at once. */
  readonly intervalMs?: number;
}

export interface Consumer {
  readonly name: string;
  /** Events known to be waiting, and how long the oldest of them has been (milliseconds). For metrics, alarms and tests. */
  lag(): { readonly events: number; readonly ageMs: number };
  /** Resolves when everything up to the source's head at the time of the call has been applied. For tests, benches and shutdown. */
  caughtUp(signal?: AbortSignal): Promise<void>;
  /** Finishes the batch under way. */
  close(): Promise<void>;
}

const PULL_EVENTS = 1_000;
/** A batch of ten events costs nearly as much as one of a hundred. Nobody sees a wait of this length. */
const INTERVAL_MS = 20;
/** A feed whose next event can't be applied is tried again after the first of these, and with doubling pauses up to the second. */
const STUCK_PAUSE_MIN_MS = 1_000;
const STUCK_PAUSE_MAX_MS = 60_000;
/** Waiting longer than this is no burst: somebody should look. */
const LAG_ALARM_MS = 30_000;
const LAG_ALARM_INTERVAL_MS = 60_000;

/** Starts to follow. Errors never skip an event: a database or source that cannot be reached is asked again with growing pauses; an event that `apply` can't take (a bug, or
 * data that the destination refuses) holds up its own feed only, is tried again for ever, and raises an alarm (log, `fanfare_consumer_stuck_feeds`). */
export const startConsumer = (options: ConsumerOptions): Consumer => {
  if (options.feeds.length < 1 || options.feeds.length > PULL_FEEDS_MAX) {
    throw new RangeError(`consumer ${options.name} follows ${options.feeds.length} feeds: 1 to ${PULL_FEEDS_MAX}`);
  }
  return new FollowingConsumer(options);
};

interface StuckFeed {
  readonly tries: number;
  readonly untilMs: number;
}

class FollowingConsumer implements Consumer {
  readonly name: string;
  readonly #options: ConsumerOptions;
  readonly #metrics: ConsumerMetrics;
  readonly #closing = new AbortController();
  readonly #heads = new Map<string, number>();
  /** When the oldest event known to wait happened, per feed that has one. */
  readonly #waitingSince = new Map<string, Date>();
  readonly #stuck = new Map<string, StuckFeed>();
  readonly #watchers = new Set<() => void>();
  readonly #running: Promise<void>;
  /** null: the table knows better than we do. */
  #places: Places | null = null;
  #alarmedMs = Number.NEGATIVE_INFINITY;
  /** Before this the next batch does not begin. */
  #restUntilMs = Number.NEGATIVE_INFINITY;

  constructor(options: ConsumerOptions) {
    this.name = options.name;
    this.#options = options;
    this.#metrics = consumerMetrics(options.telemetry, options.name);
    this.#running = this.#run();
  }

  lag(): { readonly events: number; readonly ageMs: number } {
    let events = 0;
    for (const [feed, head] of this.#heads) events += Math.max(0, head - (this.#places?.get(feed)?.seq ?? head));
    const oldest = Math.min(...[...this.#waitingSince.values()].map((at) => at.getTime()));
    return { events, ageMs: Number.isFinite(oldest) ? Math.max(0, Date.now() - oldest) : 0 };
  }

  async caughtUp(signal: AbortSignal = new AbortController().signal): Promise<void> {
    const { database, feeds, source, name } = this.#options;
    const places = await readPlaces(database, name, feeds);
    const asked = feeds.map((feed) => ({ feed, after: places.get(feed)?.cursor ?? null }));
    const answer = await source.pull({ feeds: asked, limit: 1, waitMs: 0 }, signal);
    // After a reset the old seq says nothing: the place must have been another one first.
    const isPast = ({ feed, reset, head }: PulledFeed): boolean => {
      const place = this.#places?.get(feed);
      return place !== undefined && place.seq >= head && (reset === null || place.cursor !== places.get(feed)?.cursor);
    };
    await this.#until(() => answer.feeds.every(isPast), signal);
  }

  async close(): Promise<void> {
    this.#closing.abort(new FanfareError('SHUTTING_DOWN', `The consumer ${this.name} was closed.`));
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    for (let tries = 0; !signal.aborted; ) {
      try {
        await this.#pullAndApply();
        tries = 0;
      } catch (error) {
        if (signal.aborted) break;
        this.#options.telemetry.log.warn({ err: error, consumer: this.name, tries }, 'a consumer could not go on; it tries again');
        this.#metrics.failed();
        // Whether the last transaction was committed is for the table to say.
        this.#places = null;
        await backOff(tries, signal).catch(() => undefined); // closed while it waited: the loop's condition sees it
        tries += 1;
      }
    }
  }

  async #pullAndApply(): Promise<void> {
    const { database, source, feeds, name } = this.#options;
    const places = this.#places ?? (await readPlaces(database, name, feeds));
    if (this.#places === null) this.#moveTo(places);
    const nowMs = performance.now();
    const active = feeds.filter((feed) => (this.#stuck.get(feed)?.untilMs ?? 0) <= nowMs);
    const nextTryMs = Math.min(...[...this.#stuck.values()].map(({ untilMs }) => untilMs).filter((untilMs) => untilMs > nowMs));
    const waitMs = Math.round(Math.min(PULL_WAIT_MS_MAX, nextTryMs - nowMs));
    if (active.length === 0) {
      await sleep(waitMs, undefined, { signal: this.#closing.signal });
      return;
    }
    const asked = active.map((feed) => ({ feed, after: places.get(feed)?.cursor ?? null }));
    await this.#rest();
    const answer = await source.pull({ consumer: name, feeds: asked, limit: PULL_EVENTS, waitMs }, this.#closing.signal);
    const events = answer.feeds.reduce((sum, feed) => sum + feed.events.length, 0);
    if (events < PULL_EVENTS) this.#restUntilMs = performance.now() + (this.#options.intervalMs ?? INTERVAL_MS);
    checkPulled(asked, answer.feeds);
    this.#noteHeads(answer.feeds);
    await this.#applyAll(answer.feeds.filter(({ reset, events }) => reset !== null || events.length > 0));
    this.#report();
  }

  /** What arrives in the meantime travels together. */
  async #rest(): Promise<void> {
    const restMs = this.#restUntilMs - performance.now();
    if (restMs > 0) await sleep(restMs, undefined, { signal: this.#closing.signal });
  }

  async #applyAll(feeds: readonly PulledFeed[]): Promise<void> {
    if (feeds.length === 0) return;
    try {
      await this.#apply(feeds);
    } catch (error) {
      if (failureOf(error) !== 'data') throw error;
      // One of the events is at fault, perhaps. Each feed alone, so that only its own feed waits for it.
      for (const feed of feeds) await this.#applyAlone(feed);
    }
  }

  /** Applies one feed's events up to the first that can't be; that one then holds up its feed. Answers whether all were applied. */
  async #applyAlone(feed: PulledFeed): Promise<boolean> {
    try {
      await this.#apply([feed]);
      return true;
    } catch (error) {
      if (failureOf(error) !== 'data') throw error;
      if (feed.events.length <= 1) {
        this.#hold(feed, error);
        return false;
      }
    }
    const half = Math.ceil(feed.events.length / 2);
    for (const events of [feed.events.slice(0, half), feed.events.slice(half)]) {
      if (!(await this.#applyAlone({ ...feed, events }))) return false;
    }
    return true;
  }

  #hold({ feed, events }: PulledFeed, error: unknown): void {
    const [event] = events;
    const tries = (this.#stuck.get(feed)?.tries ?? 0) + 1;
    const pauseMs = Math.min(STUCK_PAUSE_MAX_MS, STUCK_PAUSE_MIN_MS * 2 ** Math.min(tries - 1, 16));
    this.#stuck.set(feed, { tries, untilMs: performance.now() + pauseMs });
    this.#metrics.failed();
    this.#options.telemetry.log.error(
      { err: error, consumer: this.name, feed, seq: event?.seq, eventId: event?.id, kind: event?.kind, tries, pauseMs },
      'an event cannot be applied; its feed waits for it and is tried again. Correct the code or the data: nothing is skipped',
    );
  }

  async #apply(feeds: readonly PulledFeed[]): Promise<void> {
    const { database, telemetry, apply, ahead } = this.#options;
    const known = this.#places ?? new Map();
    if (ahead !== undefined) await ahead(feeds.flatMap(({ events }) => events));
    const result = await telemetry.span(`consumer ${this.name}`, { feeds: feeds.length }, () =>
      applyEffects(database, this.name, { known, feeds }, apply),
    );
    this.#moveTo(new Map([...known, ...result.places]));
    this.#metrics.applied(result.applied.length);
    for (const { feed, head, events } of feeds) {
      this.#stuck.delete(feed);
      const last = events.at(-1);
      if (last !== undefined && head > last.seq) this.#waitingSince.set(feed, last.at);
      else this.#waitingSince.delete(feed);
    }
    for (const { feed, reset } of result.reset) this.#raiseReset(feed, reset ?? 'EPOCH');
  }

  #moveTo(places: Places): void {
    this.#places = places;
    for (const watcher of this.#watchers) watcher();
  }

  #raiseReset(feed: string, reason: string): void {
    this.#metrics.reset();
    this.#options.telemetry.log.error(
      { consumer: this.name, feed, reason },
      'a source feed is not the one that was followed: it is read again from its first kept event, and events applied before are recognised by their ids',
    );
    this.#options.onReset?.(feed, reason);
  }

  #noteHeads(feeds: readonly PulledFeed[]): void {
    for (const { feed, head, events } of feeds) {
      this.#heads.set(feed, head);
      const [first] = events;
      if (first !== undefined) this.#waitingSince.set(feed, first.at);
    }
  }

  #report(): void {
    const { events, ageMs } = this.lag();
    this.#metrics.lag(events, ageMs, this.#stuck.size);
    const nowMs = performance.now();
    if (ageMs < LAG_ALARM_MS || nowMs - this.#alarmedMs < LAG_ALARM_INTERVAL_MS) return;
    this.#alarmedMs = nowMs;
    this.#options.telemetry.log.error({ consumer: this.name, events, ageMs }, 'a consumer lags behind its source');
  }

  /** Resolves when `isTrue` after some progress (or at once). Rejects when the signal or `close` comes first. */
  async #until(isTrue: () => boolean, signal: AbortSignal): Promise<void> {
    const ended = AbortSignal.any([signal, this.#closing.signal]);
    ended.throwIfAborted();
    if (isTrue()) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const look = (): void => {
      if (isTrue()) resolve();
    };
    const onEnd = (): void => reject(ended.reason);
    this.#watchers.add(look);
    ended.addEventListener('abort', onEnd, { once: true });
    try {
      await promise;
    } finally {
      this.#watchers.delete(look);
      ended.removeEventListener('abort', onEnd);
    }
  }
}
