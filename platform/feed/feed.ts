import type { Transaction } from '#platform/database/database.ts';

/** A JSON value that may be stored in a payload. No NUL, no lone surrogates: borders refuse them before they get here. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** What a writer appends. `feed` is the feed's id, for example `room/<roomId>` or `gifts/<shardIndex>`. */
export interface NewFeedEvent {
  readonly feed: string;
  /** The shard column of that feed's rows: a value of SHARDS. */
  readonly shard: number;
  /** UUIDv7, unique. Its last 32 bits are the cursor's mark. */
  readonly id: string;
  /** What happened, for example `gift.sent`. Lower case, dotted. */
  readonly kind: string;
  /** Version of the payload's form. Consumers tolerate newer ones. */
  readonly v: number;
  readonly payload: JsonObject;
  /** The event of another feed that caused this one: unique per feed, so that an effect happens once. */
  readonly sourceEventId?: string;
}

/** One event of a log, as followers and consumers see it. */
export interface FeedEvent {
  readonly feed: string;
  /** Contiguous from 1 per feed. */
  readonly seq: number;
  readonly id: string;
  readonly at: Date;
  readonly kind: string;
  readonly v: number;
  readonly payload: JsonObject;
  /** The opaque position just after this event. */
  readonly cursor: string;
}

/** A place in a feed. `cursor` is opaque: epoch, seq and mark, encoded. */
export interface FeedPosition {
  readonly cursor: string;
  readonly seq: number;
  readonly at: Date;
}

/** EPOCH: the log is another one (restored, or its server changed), or the cursor's mark or seq doesn't fit it. RETENTION: what follows the cursor is gone. */
export type ResetReason = 'RETENTION' | 'EPOCH';

/** What a follower receives, in this order: one `position` (the caller's own `after`, or the head), then, if that cursor is not in this log any
 * more, one `reset` with the position from which it goes on (the head), then events without a gap. A reset can come later too. */
export type FeedItem =
  | ({ readonly type: 'position' } & FeedPosition)
  | ({ readonly type: 'reset'; readonly reason: ResetReason } & FeedPosition)
  | { readonly type: 'event'; readonly event: FeedEvent };

export interface PullRequest {
  /** Whose progress this is: retention never passes it. */
  readonly consumer?: string;
  /** Feeds and the cursor after which each is read; null = from the first kept event, FROM_HEAD = from now on (answered at once with the place at the head). At most
   * PULL_FEEDS_MAX. */
  readonly feeds: readonly { readonly feed: string; readonly after: string | null }[];
  /** Events in the whole answer at most, 1 to PULL_EVENTS_MAX. */
  readonly limit: number;
  /** How long to wait for an event when there is none, 0 to PULL_WAIT_MS_MAX. */
  readonly waitMs: number;
}

export interface PullResponse {
  /** Only feeds with something to say. A reset's `cursor` is the place before the first kept event: a consumer reads on from there and deduplicates by id. */
  readonly feeds: readonly {
    readonly feed: string;
    readonly reset: ResetReason | null;
    readonly events: readonly FeedEvent[];
    /** Where to go on: after the last event, or the reset's place. */
    readonly cursor: string;
    /** Seq of the feed's last event: head − seq is the lag. */
    readonly head: number;
  }[];
}

/** Where a consumer pulls from: the owner's Feeds in the same process, or `POST /internal/feeds/pull` with a service identity. */
export interface FeedSource {
  pull(request: PullRequest, signal: AbortSignal): Promise<PullResponse>;
}

/** One page of a log, in both directions. Pages never show events past the head that was read. */
export interface FeedPageRequest {
  readonly feed: string;
  readonly limit: number;
  /** `forward` reads up from `after`; `backward` reads down from `before`. Absent: from the beginning, or from the head. */
  readonly direction: 'forward' | 'backward';
  readonly after?: string;
  readonly before?: string;
  readonly kinds?: readonly string[];
}

export interface FeedPage {
  /** Ascending by seq. */
  readonly events: readonly FeedEvent[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /** A cursor that is not in this log is refused as BAD_USER_INPUT by the caller; here it is reported. */
  readonly reset: ResetReason | null;
}

/** The logs of one database. One instance per process and database. */
export interface Feeds extends FeedSource {
  /** Appends in the open transaction, as its last statement before COMMIT: locks the feed rows by id, numbers the events, and publishes hints after
   * COMMIT. Events keep their order per feed. An event whose sourceEventId its feed already has is skipped (absent from the answer). */
  append(tx: Transaction, events: readonly NewFeedEvent[]): Promise<readonly FeedEvent[]>;
  /** Follows one feed for ever (or until `signal`). All followers of a feed in this process share one tail. Throws FanfareError BAD_USER_INPUT when `after`
   * is not a cursor at all. */
  follow(feed: string, options: { readonly after?: string | null; readonly signal?: AbortSignal }): AsyncIterableIterator<FeedItem>;
  /** Reads one page. Throws FanfareError BAD_USER_INPUT when a cursor is not a cursor at all. */
  page(request: FeedPageRequest): Promise<FeedPage>;
  /** Reads any number of pages by a fixed number of statements, in the order of the requests. Throws like `page` when one of them is faulty. */
  pages(requests: readonly FeedPageRequest[]): Promise<readonly FeedPage[]>;
  /** The position at the head; seq 0 for a feed without events. */
  head(feed: string): Promise<FeedPosition>;
  close(): Promise<void>;
}

/** Instead of a cursor in a pull: from now on. No cursor looks like this. */
export const FROM_HEAD = 'head';
export const PULL_FEEDS_MAX = 256;
export const PULL_EVENTS_MAX = 1_000;
export const PULL_WAIT_MS_MAX = 20_000;
