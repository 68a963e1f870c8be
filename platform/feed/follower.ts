import type { Cursor } from './cursor.ts';
import { encodeCursor, markOf } from './cursor.ts';
import type { FeedEvent, FeedItem, ResetReason } from './feed.ts';
import { type LogAnswer, type LogHead, toPosition } from './log.ts';
import { untilReachable } from './patience.ts';
import type { Tail, TailListener, TailOptions } from './tail.ts';

/** Events that wait in memory for a slow follower. Past that it reads from the log at its own speed. */
export const FOLLOWER_BUFFER_MAX = 256;
/** Events per read of the log. */
const REPLAY_EVENTS_MAX = 256;

/** Lends a tail for as long as somebody follows. */
export interface TailLender {
  borrow(feed: string, listener: TailListener): Tail;
  giveBack(tail: Tail, listener: TailListener): void;
}

export interface FollowerOptions {
  readonly feed: string;
  readonly after: Cursor | null;
  readonly signal: AbortSignal | undefined;
  readonly tails: TailLender;
  readonly shared: TailOptions;
}

/** One reader of one feed. It is either live (the tail hands it every event) or reads pages of the log until it has come up with the tail. */
export class Follower implements AsyncIterableIterator<FeedItem> {
  readonly #options: FollowerOptions;
  readonly #closing = new AbortController();
  readonly #items: FeedItem[] = [];
  readonly #asks: PromiseWithResolvers<IteratorResult<FeedItem>>[] = [];
  readonly #listener: TailListener = {
    event: (event) => this.#onEvent(event),
    reset: (reason, head) => this.#onReset(reason, head),
  };
  readonly #onAbort = (): void => this.#close();
  #tail: Tail | null = null;
  /** After the last item in `#items`. */
  #position: Cursor | null = null;
  #live = false;
  #reading = false;

  constructor(options: FollowerOptions) {
    this.#options = options;
    if (options.signal?.aborted === true) this.#close();
    else options.signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<FeedItem>> {
    if (this.#closing.signal.aborted) return Promise.resolve({ done: true, value: undefined });
    const ask = Promise.withResolvers<IteratorResult<FeedItem>>();
    this.#asks.push(ask);
    this.#serve();
    return ask.promise;
  }

  return(): Promise<IteratorResult<FeedItem>> {
    this.#close();
    return Promise.resolve({ done: true, value: undefined });
  }

  throw(error: unknown): Promise<IteratorResult<FeedItem>> {
    this.#close();
    return Promise.reject(error);
  }

  /** Answers what can be answered; reads when there is nothing and the tail won't bring it. */
  #serve(): void {
    while (this.#asks.length > 0) {
      const item = this.#items.shift();
      if (item === undefined) break;
      this.#asks.shift()?.resolve({ done: false, value: item });
    }
    if (this.#asks.length === 0 || this.#live || this.#reading || this.#closing.signal.aborted) return;
    this.#reading = true;
    this.#step()
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#reading = false;
        if (!this.#closing.signal.aborted) this.#serve();
      });
  }

  async #step(): Promise<void> {
    if (this.#tail === null) {
      this.#tail = this.#options.tails.borrow(this.#options.feed, this.#listener);
      await this.#tail.ready;
    }
    if (this.#closing.signal.aborted) return;
    if (this.#position === null) await this.#begin(this.#tail);
    else await this.#readOn(this.#tail, this.#position);
  }

  /** The first item: the caller's own cursor, or the head. */
  async #begin(tail: Tail): Promise<void> {
    const { after } = this.#options;
    if (after === null) {
      const head = await this.#readHead();
      this.#items.push({ type: 'position', ...toPosition(head) });
      this.#position = head.cursor;
      this.#join(tail);
      return;
    }
    const answer = await this.#readLog(after);
    this.#items.push({ type: 'position', cursor: encodeCursor(after), seq: after.seq, at: answer.fromAt ?? answer.headAt ?? new Date() });
    this.#position = after;
    await this.#take(tail, answer);
  }

  async #readOn(tail: Tail, position: Cursor): Promise<void> {
    const answer = await this.#readLog(position);
    await this.#take(tail, answer);
    if (this.#live || answer.events.length > 0 || answer.reset !== null) return;
    // The log has nothing more, yet the tail claims to be further on: the tail's own place may not be in this log.
    await tail.verify();
    this.#join(tail);
  }

  async #take(tail: Tail, answer: LogAnswer): Promise<void> {
    if (answer.reset !== null) {
      this.#options.shared.metrics.reset(answer.reset);
      this.#startOver(answer.reset, await this.#readHead());
    }
    for (const event of answer.events) this.#push(event);
    this.#join(tail);
  }

  /** Becomes live as soon as the tail is not ahead. Between this look and the tail's next event there is no gap: nothing is awaited. */
  #join(tail: Tail): void {
    if (this.#position === null || tail.position === null) return;
    this.#live = tail.position.epoch === this.#position.epoch && tail.position.seq <= this.#position.seq;
  }

  #onEvent(event: FeedEvent): void {
    // Joined ahead of the tail: it tells again what was read from the log already.
    if (!this.#live || this.#position === null || event.seq <= this.#position.seq) return;
    if (event.seq !== this.#position.seq + 1 || this.#items.length >= FOLLOWER_BUFFER_MAX) {
      this.#live = false;
      this.#options.shared.metrics.fellBehind();
      return;
    }
    this.#push(event);
    this.#serve();
  }

  #onReset(reason: ResetReason, head: LogHead): void {
    // One that reads the log finds out by itself.
    if (!this.#live) return;
    this.#startOver(reason, head);
    this.#serve();
  }

  #startOver(reason: ResetReason, head: LogHead): void {
    this.#items.push({ type: 'reset', reason, ...toPosition(head) });
    this.#position = head.cursor;
  }

  #push(event: FeedEvent): void {
    if (this.#position === null) return;
    this.#items.push({ type: 'event', event });
    this.#position = { epoch: this.#position.epoch, seq: event.seq, mark: markOf(event.id) };
  }

  #readLog(after: Cursor): Promise<LogAnswer> {
    const { feed, shared } = this.#options;
    return this.#read(() => shared.reader.log({ feed, after, take: REPLAY_EVENTS_MAX }));
  }

  #readHead(): Promise<LogHead> {
    const { feed, shared } = this.#options;
    return this.#read(() => shared.reader.head(feed));
  }

  #read<T>(read: () => Promise<T>): Promise<T> {
    return untilReachable(read, this.#closing.signal, this.#options.shared.telemetry.log);
  }

  #fail(error: unknown): void {
    // Closed while it was reading: everybody has been answered.
    if (this.#closing.signal.aborted) return;
    const ask = this.#asks.shift();
    this.#close();
    ask?.reject(error);
  }

  #close(): void {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort(new Error('the follower was closed'));
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    if (this.#tail !== null) this.#options.tails.giveBack(this.#tail, this.#listener);
    this.#live = false;
    this.#items.length = 0;
    for (const ask of this.#asks.splice(0)) ask.resolve({ done: true, value: undefined });
  }
}
