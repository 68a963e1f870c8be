import type { Bus, Unsubscribe } from '#platform/bus/bus.ts';
import type { Database } from '#platform/database/database.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { type Cursor, markOf } from './cursor.ts';
import type { FeedEvent, ResetReason } from './feed.ts';
import { decodeHint, type Hint, hintChannel } from './hint.ts';
import type { LogHead } from './log.ts';
import type { FeedMetrics } from './metrics.ts';
import { untilReachable } from './patience.ts';
import type { LogReader } from './reader.ts';

/** Hints that wait for one before them. Past that they are forgotten: the log has them. */
const PENDING_HINTS_MAX = 256;
/** Hints of different processes overtake each other; after this long the missing one is taken for lost and the log is read. */
const HOLE_WAIT_MS = 30;
/** Events per read of the log. */
const CATCH_UP_EVENTS_MAX = 500;
/** How long the first follower waits for the bus to acknowledge (while Redis is known to be down: not at all). Until then the head check alone brings the news. */
const SUBSCRIBE_WAIT_MS = 1_000;

/** What a tail tells each of its followers, synchronously and in order. */
export interface TailListener {
  event(event: FeedEvent): void;
  reset(reason: ResetReason, head: LogHead): void;
}

/** What tails of one process share. */
export interface TailOptions {
  readonly database: Database;
  readonly bus: Bus;
  readonly telemetry: Telemetry;
  readonly metrics: FeedMetrics;
  readonly reader: LogReader;
}

/** The live end of one feed in this process: turns hints and reads of the log into one contiguous sequence for all followers. */
export class Tail {
  readonly feed: string;
  /** Resolves when `position` is known and hints flow. */
  readonly ready: Promise<void>;
  readonly #options: TailOptions;
  readonly #listeners = new Set<TailListener>();
  readonly #pending = new Map<number, FeedEvent>();
  readonly #closing = new AbortController();
  /** Hints that came before the head had been read. */
  readonly #early: Hint[] = [];
  #position: Cursor | null = null;
  /** The highest seq that anybody has told of. */
  #target = 0;
  #unsubscribe: Unsubscribe | null = null;
  #holeTimer: NodeJS.Timeout | null = null;
  #catchingUp: Promise<void> | null = null;
  #catchUpAgain = false;

  constructor(feed: string, options: TailOptions) {
    this.feed = feed;
    this.#options = options;
    this.ready = this.#start();
  }

  /** Up to where the followers have been told. null before `ready`. */
  get position(): Cursor | null {
    return this.#position;
  }

  get followers(): number {
    return this.#listeners.size;
  }

  add(listener: TailListener): void {
    this.#listeners.add(listener);
  }

  remove(listener: TailListener): void {
    this.#listeners.delete(listener);
  }

  /** Reads the log from the tail's position on, which also shows whether that position is still in it. Resolves when the followers have been told. */
  verify(): Promise<void> {
    this.#catchUpAgain = true;
    this.#catchingUp ??= this.#catchUp();
    return this.#catchingUp;
  }

  /** What the head check found. `askedAt`: the seq that the tail had when the question was sent. */
  heardHead(head: number, epoch: string, askedAt: number): void {
    if (this.#position === null) return;
    if (epoch !== this.#position.epoch || head < askedAt) this.#verifySoon();
    else this.#heard(head);
  }

  /** Goes on at the log's head and tells every follower why. */
  async startOver(reason: ResetReason): Promise<void> {
    const head = await this.#read(() => this.#options.reader.head(this.feed));
    this.#options.metrics.reset(reason);
    this.#options.telemetry.log.warn(
      { feed: this.feed, reason, seq: head.cursor.seq },
      'a feed is not the one it was: its followers go on at the head',
    );
    this.#pending.clear();
    this.#position = head.cursor;
    this.#target = head.cursor.seq;
    for (const listener of this.#listeners) listener.reset(reason, head);
  }

  close(): void {
    this.#closing.abort(new Error(`the tail of ${this.feed} was closed`));
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    if (this.#holeTimer !== null) clearTimeout(this.#holeTimer);
    this.#pending.clear();
  }

  async #start(): Promise<void> {
    const { bus, database, reader } = this.#options;
    const waitMs = bus.connected ? SUBSCRIBE_WAIT_MS : 0;
    const subscribed = bus.subscribe(hintChannel(database.name, this.feed), (message) => this.#onMessage(message));
    let waiting = true;
    const kept = subscribed.then((unsubscribe) => {
      if (this.#closing.signal.aborted) unsubscribe();
      else this.#unsubscribe = unsubscribe;
      // Acknowledged later than we waited: what was published in between is in the log only.
      if (!waiting) this.#verifySoon();
    });
    await this.#atMost(waitMs, kept);
    waiting = false;
    const { cursor } = await this.#read(() => reader.head(this.feed));
    this.#position = cursor;
    this.#target = cursor.seq;
    for (const hint of this.#early.splice(0)) this.#onHint(hint, cursor);
  }

  /** Waits for `work`, but not longer than that. Its failure later on is logged: the head check takes over. */
  async #atMost(waitMs: number, work: Promise<void>): Promise<void> {
    const safe = work.catch((error: unknown) => {
      this.#options.telemetry.log.warn(
        { err: error, feed: this.feed },
        'a feed follows without hints: its channel could not be subscribed',
      );
    });
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, waitMs);
    });
    await Promise.race([safe, timeout]);
    clearTimeout(timer);
  }

  #onMessage(message: string): void {
    const hint = decodeHint(this.feed, message);
    if (hint === null) {
      this.#options.metrics.hintRefused();
      return;
    }
    if (this.#position === null) this.#keepEarly(hint);
    else this.#onHint(hint, this.#position);
  }

  #onHint(hint: Hint, position: Cursor): void {
    if (hint.epoch !== position.epoch) {
      this.#verifySoon();
      return;
    }
    for (const event of hint.events) {
      if (event.seq === (this.#position?.seq ?? 0) + 1) this.#tell(event);
      else if (event.seq > position.seq && this.#pending.size < PENDING_HINTS_MAX) this.#pending.set(event.seq, event);
    }
    this.#target = Math.max(this.#target, hint.head);
    this.#drain();
    // A hint without events is too large for the bus: waiting would not bring them.
    if (hint.events.length === 0) this.#verifySoon();
    else this.#mindTheHole();
  }

  /** Past the limit the first read of the log, or the head check, brings what the forgotten ones said. */
  #keepEarly(hint: Hint): void {
    if (this.#early.length < PENDING_HINTS_MAX) this.#early.push(hint);
  }

  #heard(head: number): void {
    this.#target = Math.max(this.#target, head);
    this.#mindTheHole();
  }

  /** Hands on what has become contiguous. */
  #drain(): void {
    for (;;) {
      const next = this.#pending.get((this.#position?.seq ?? 0) + 1);
      if (next === undefined) return;
      this.#tell(next);
    }
  }

  #tell(event: FeedEvent): void {
    this.#pending.delete(event.seq);
    if (this.#position === null || event.seq !== this.#position.seq + 1) return;
    this.#position = { epoch: this.#position.epoch, seq: event.seq, mark: markOf(event.id) };
    for (const listener of this.#listeners) listener.event(event);
  }

  #mindTheHole(): void {
    if (this.#holeTimer !== null || this.#position === null || this.#target <= this.#position.seq) return;
    this.#holeTimer = setTimeout(() => {
      this.#holeTimer = null;
      if (this.#position !== null && this.#target > this.#position.seq) {
        this.#options.metrics.hole();
        this.#verifySoon();
      }
    }, HOLE_WAIT_MS);
  }

  #verifySoon(): void {
    this.verify().catch((error: unknown) => {
      if (this.#closing.signal.aborted) return;
      this.#options.telemetry.log.error(
        { err: error, feed: this.feed },
        'the log of a followed feed could not be read; the next head check tries again',
      );
    });
  }

  async #catchUp(): Promise<void> {
    try {
      await this.ready;
      while (this.#catchUpAgain && !this.#closing.signal.aborted) {
        this.#catchUpAgain = false;
        await this.#catchUpOnce();
      }
    } finally {
      // In the same turn as the last look at #catchUpAgain: a call of verify() after this starts anew.
      this.#catchingUp = null;
    }
    // What is still missing now was heard of while the log was being read, or is not in it.
    this.#target = Math.max(this.#position?.seq ?? 0, ...this.#pending.keys());
    this.#mindTheHole();
  }

  async #catchUpOnce(): Promise<void> {
    const after = this.#position;
    if (after === null) return;
    const hinted = [...this.#pending.keys()];
    const answer = await this.#read(() => this.#options.reader.log({ feed: this.feed, after, take: CATCH_UP_EVENTS_MAX }));
    if (answer.reset !== null) {
      await this.startOver(answer.reset);
      return;
    }
    // A hint is sent after its COMMIT, so what it tells of was in the log before it came: this one is of another log. Waiting for what leads up to it would never end.
    for (const seq of hinted) if (seq > answer.head && this.#pending.delete(seq)) this.#options.metrics.hintRefused();
    for (const event of answer.events) this.#tell(event);
    for (const seq of this.#pending.keys()) if (seq <= (this.#position?.seq ?? 0)) this.#pending.delete(seq);
    this.#drain();
    if (answer.events.length > 0 && (this.#position?.seq ?? 0) < answer.head) this.#catchUpAgain = true;
  }

  #read<T>(read: () => Promise<T>): Promise<T> {
    return untilReachable(read, this.#closing.signal, this.#options.telemetry.log);
  }
}
