import { setTimeout as sleep } from 'node:timers/promises';
import { FanfareError } from '#platform/errors.ts';
import { parseCursor } from '#platform/feed/cursor.ts';
import { FROM_HEAD, type PullResponse } from '#platform/feed/feed.ts';
import { type ConsumerMetrics, consumerMetrics } from '#platform/feed/metrics.ts';
import { backOff } from '#platform/feed/patience.ts';
import { checkPulled } from '#platform/feed/pulled.ts';
import { newId } from '#platform/ids.ts';
import { BOARD_SHELVES, type Boards, type Marks } from '#platform/store/boards.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { GIFT_FEEDS } from '../events.ts';
import { applyNews, type PulledGifts, type ShelfAnswers } from './boardApply.ts';
import { rebuildShelves } from './boardRebuild.ts';
import type { Partitions } from './partitions.ts';

export interface BoardFollowerOptions {
  readonly boards: Boards;
  readonly partitions: Partitions;
  readonly telemetry: Telemetry;
  /** Told which streams' boards have changed. */
  readonly hints: { publish(streamIds: Iterable<string>): void };
  readonly pace?: BoardPace;
}

/** How long it waits, in milliseconds. */
export interface BoardPace {
  /** After a batch, what arrives for so long is summed up first, unless more waits than one batch takes (200). */
  readonly intervalMs: number;
  /** How often those who don't lead ask whether they are to (1,000). */
  readonly standbyMs: number;
  /** After a failure at most; pauses grow up to that (2,000). */
  readonly pauseMaxMs: number;
}

/** Keeps the leaderboards: follows the gift feeds, and makes lost shelves anew from the orders. */
export interface BoardFollower {
  /** Resolves when all gifts committed before the call are on the boards. For tests and benches. */
  caughtUp(signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

const NAME = 'trading.boards';
const PULL_EVENTS = 1_000;
/** A long poll ends well before the lead does. */
const PULL_WAIT_MS = 2_000;
/** Who leads goes on leading if they say so this often. A process that died is followed by another one after it. */
const LEAD_MS = 6_000;
/** A lead of this length is one that has ended. */
const LET_GO_MS = 1;
const PACE: BoardPace = { intervalMs: 200, standbyMs: 1_000, pauseMaxMs: 2_000 };
/** Of the tries that fail in a row, every so many is logged: about one a minute. */
const LOGGED_TRIES = 30;
/** A shelf that somebody holds (the command that compares) is asked again after this. */
const HELD_PAUSE_MS = 100;

/** Starts to follow. The place in the feeds is not kept in the database but beside the scores, on each shelf, and both change in one step: however often the same events are applied and whoever dies when,
 * each gift counts once. The database is asked for nothing but the events. Errors never skip an event: what cannot be reached is asked again with growing pauses. */
export const startBoardFollower = (options: BoardFollowerOptions): BoardFollower => new Following(options);

class Following implements BoardFollower {
  readonly #options: BoardFollowerOptions;
  readonly #pace: BoardPace;
  readonly #metrics: ConsumerMetrics;
  readonly #holder = newId();
  readonly #closing = new AbortController();
  readonly #watchers = new Set<() => void>();
  readonly #running: Promise<void>;
  /** Where each shelf stands; null: the store knows better than we do. */
  #shelves: Map<number, Marks> | null = null;
  #leads = false;
  #restUntilMs = Number.NEGATIVE_INFINITY;

  constructor(options: BoardFollowerOptions) {
    this.#options = options;
    this.#pace = options.pace ?? PACE;
    this.#metrics = consumerMetrics(options.telemetry, NAME);
    this.#running = this.#run();
  }

  async caughtUp(signal: AbortSignal = new AbortController().signal): Promise<void> {
    const { partitions } = this.#options;
    const heads = await partitions.source.pull(
      { feeds: GIFT_FEEDS.map((feed) => ({ feed, after: FROM_HEAD })), limit: 1, waitMs: 0 },
      signal,
    );
    const isThere = (): boolean =>
      this.#shelves !== null &&
      [...this.#shelves.values()].every((marks) => heads.feeds.every(({ feed, cursor }) => seqOf(marks, feed) >= parseCursor(cursor).seq));
    const ended = AbortSignal.any([signal, this.#closing.signal]);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const look = (): void => {
      if (isThere()) resolve();
    };
    const end = (): void => reject(ended.reason);
    this.#watchers.add(look);
    ended.addEventListener('abort', end, { once: true });
    look();
    try {
      await promise;
    } finally {
      this.#watchers.delete(look);
      ended.removeEventListener('abort', end);
    }
  }

  async close(): Promise<void> {
    this.#closing.abort(new FanfareError('SHUTTING_DOWN', 'The leaderboards are no longer followed by this process.'));
    await this.#running;
    // Whoever else is here need not wait until our lead is over.
    if (this.#leads) await this.#options.boards.lead(NAME, this.#holder, LET_GO_MS);
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    const { boards, telemetry } = this.#options;
    for (let tries = 0; !signal.aborted; ) {
      try {
        this.#leads = await boards.lead(NAME, this.#holder, LEAD_MS);
        await (this.#leads ? this.#step() : this.#standBy());
        tries = 0;
      } catch (error) {
        if (signal.aborted) return;
        if (tries % LOGGED_TRIES === 0) telemetry.log.warn({ err: error }, 'the leaderboards cannot be kept at the moment; trying again');
        this.#metrics.failed();
        // Whether the last change was made is for the marks to say.
        this.#shelves = null;
        await backOff(tries, signal, this.#pace.pauseMaxMs).catch(() => undefined); // closed while it waited: the loop's condition sees it
        tries += 1;
      }
    }
  }

  async #standBy(): Promise<void> {
    this.#shelves = null;
    await sleep(this.#pace.standbyMs, undefined, { signal: this.#closing.signal });
  }

  async #step(): Promise<void> {
    const { partitions } = this.#options;
    const { signal } = this.#closing;
    const shelves = this.#shelves ?? (await this.#load());
    if (shelves === null) return;
    this.#shelves = shelves;
    this.#look();
    const asked = lowestMarks(shelves.values());
    const restMs = this.#restUntilMs - performance.now();
    if (restMs > 0) await sleep(restMs, undefined, { signal });
    const answer = await partitions.source.pull({ consumer: NAME, feeds: asked, limit: PULL_EVENTS, waitMs: PULL_WAIT_MS }, signal);
    checkPulled(asked, answer.feeds);
    const events = answer.feeds.reduce((sum, feed) => sum + feed.events.length, 0);
    const reset = answer.feeds.filter((feed) => feed.reset !== null);
    if (reset.length > 0) return this.#reset(shelves, reset);
    if (events === 0) return this.#report(shelves, answer.feeds);
    const startedMs = performance.now();
    await this.#apply(shelves, answer.feeds, events);
    // With more gifts than this process has time for, boards wait: half of the time at least is for those who pay.
    const busyMs = performance.now() - startedMs;
    this.#restUntilMs = performance.now() + (events < PULL_EVENTS ? Math.max(this.#pace.intervalMs, busyMs) : busyMs);
    this.#report(shelves, answer.feeds);
  }

  async #apply(shelves: Map<number, Marks>, pulled: readonly PulledGifts[], events: number): Promise<void> {
    const { boards, hints, telemetry } = this.#options;
    const answers: ShelfAnswers = await applyNews(boards, shelves, pulled);
    for (const [shelf, marks] of answers.marks) shelves.set(shelf, marks);
    if (answers.lost.length > 0) {
      telemetry.log.warn({ shelves: answers.lost }, 'shelves of the leaderboards are lost, or count another log; they are counted again');
      await this.#rebuild(answers.lost);
    }
    hints.publish(answers.streamIds);
    this.#metrics.applied(events);
    this.#look();
    if (answers.held) await sleep(HELD_PAUSE_MS, undefined, { signal: this.#closing.signal });
  }

  /** Where all shelves stand, once none of them is lost; null while somebody else is making some anew. */
  async #load(): Promise<Map<number, Marks> | null> {
    const { boards, telemetry } = this.#options;
    const all = Array.from({ length: BOARD_SHELVES }, (_, shelf) => shelf);
    const marks = new Map(await Promise.all(all.map(async (shelf) => [shelf, await boards.marks(shelf)] as const)));
    const lost = [...(await this.#foreign(marks)), ...all.filter((shelf) => !isWhole(marks.get(shelf)))];
    if (lost.length > 0) {
      telemetry.log.info({ shelves: lost.length }, 'counting leaderboards from the orders');
      await this.#rebuild(lost);
      return null;
    }
    return new Map([...marks].flatMap(([shelf, known]) => (known === null ? [] : [[shelf, known] as const])));
  }

  /** Shelves that stand at places which are not in the feeds: the database was restored, or is another one. */
  async #foreign(shelves: ReadonlyMap<number, Marks | null>): Promise<readonly number[]> {
    const { partitions } = this.#options;
    const groups = Map.groupBy(
      [...shelves].filter(([, marks]) => isWhole(marks)),
      ([, marks]) => JSON.stringify([...(marks ?? [])].sort()),
    );
    const foreign: number[] = [];
    for (const group of groups.values()) {
      const asked = lowestMarks(group.flatMap(([, marks]) => marks ?? []));
      const { feeds } = await partitions.source.pull({ feeds: asked, limit: 1, waitMs: 0 }, this.#closing.signal);
      if (feeds.some(({ reset }) => reset !== null)) foreign.push(...group.map(([shelf]) => shelf));
    }
    return foreign;
  }

  async #reset(shelves: Map<number, Marks>, reset: PullResponse['feeds']): Promise<void> {
    this.#options.telemetry.log.error(
      { feeds: reset.map(({ feed, reset: reason }) => `${feed} ${reason}`) },
      'gift feeds are not those that the leaderboards have counted: they are counted again from the orders',
    );
    for (const _ of reset) this.#metrics.reset();
    await this.#rebuild([...shelves.keys()]);
  }

  async #rebuild(shelves: readonly number[]): Promise<void> {
    const { boards, partitions, telemetry } = this.#options;
    const { signal } = this.#closing;
    this.#shelves = null;
    const startedMs = performance.now();
    // Who leads goes on leading meanwhile, however long it takes.
    const leading = setInterval(() => void boards.lead(NAME, this.#holder, LEAD_MS), this.#pace.standbyMs);
    try {
      const recount = await rebuildShelves({ boards, partitions }, shelves, { signal });
      if (recount === null) {
        await sleep(HELD_PAUSE_MS, undefined, { signal });
        return;
      }
      for (const shelf of shelves) while (await boards.sweep(shelf));
      telemetry.log.info(
        { shelves: shelves.length, orders: recount.orders, ms: Math.round(performance.now() - startedMs) },
        'the leaderboards are counted again',
      );
    } finally {
      clearInterval(leading);
    }
  }

  #report(shelves: ReadonlyMap<number, Marks>, pulled: PullResponse['feeds']): void {
    let waiting = 0;
    const oldest: number[] = [];
    for (const { feed, head, events } of pulled) {
      waiting += Math.max(0, head - Math.min(...[...shelves.values()].map((marks) => seqOf(marks, feed))));
      const last = events.at(-1);
      if (last !== undefined && last.seq < head) oldest.push(last.at.getTime());
    }
    this.#metrics.lag(waiting, oldest.length === 0 ? 0 : Math.max(0, Date.now() - Math.min(...oldest)), 0);
  }

  #look(): void {
    for (const watcher of this.#watchers) watcher();
  }
}

const isWhole = (marks: Marks | null | undefined): boolean =>
  marks !== null && marks !== undefined && GIFT_FEEDS.every((feed) => marks.has(feed));

const seqOf = (marks: Marks, feed: string): number => {
  const cursor = marks.get(feed);
  return cursor === undefined ? -1 : parseCursor(cursor).seq;
};

/** The place in each feed that the shelf furthest behind has come to. */
const lowestMarks = (shelves: Iterable<Marks>): readonly { readonly feed: string; readonly after: string }[] => {
  const all = [...shelves];
  return GIFT_FEEDS.flatMap((feed) => {
    const [first, ...others] = all.flatMap((marks) => marks.get(feed) ?? []);
    if (first === undefined) return [];
    const after = others.reduce(
      (lowest, cursor) => (cursor !== lowest && parseCursor(cursor).seq < parseCursor(lowest).seq ? cursor : lowest),
      first,
    );
    return [{ feed, after }];
  });
};
