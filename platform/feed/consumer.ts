import type { Database, Transaction } from '#platform/database/database.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import type { FeedEvent, FeedSource } from './feed.ts';

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
  /** Raised on RESET. */
  readonly onReset?: (feed: string, reason: string) => void;
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
