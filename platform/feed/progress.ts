import type { Queryable } from '#platform/database/database.ts';
import { shardOfFeed } from './shard.ts';

/** A consumer's progress is written at most this often per feed: retention may lag, it must never lead. */
const PROGRESS_INTERVAL_MS = 5_000;
/** Progress that is not asked about for so long is forgotten in memory (the table keeps it). */
const FORGET_AFTER_MS = 60_000;

/** How far a consumer has come: everything up to `seq` is applied. */
export interface Progress {
  readonly feed: string;
  readonly seq: number;
}

/** Keeps feed_consumer up to date, one statement per pull at most, and most pulls none. */
export class ConsumerProgress {
  readonly #database: Queryable;
  readonly #written = new Map<string, { readonly seq: number; readonly atMs: number }>();

  constructor(database: Queryable) {
    this.#database = database;
  }

  async note(consumer: string, progress: readonly Progress[]): Promise<void> {
    const nowMs = performance.now();
    const due = progress.filter(({ feed, seq }) => {
      const written = this.#written.get(keyOf(consumer, feed));
      // A step back (after a RESET, or from a restored destination) is written at once: retention must not go by the old place.
      return written === undefined || seq < written.seq || nowMs - written.atMs >= PROGRESS_INTERVAL_MS;
    });
    if (due.length === 0) return;
    await this.#database.query({
      name: 'feed.noteProgress',
      text: `/* noteProgress */ INSERT INTO feed_consumer AS stored (shard, feed_id, consumer, seq, seen_at)
        SELECT asked.shard, asked.feed_id, $4, asked.seq, now() FROM unnest($1::int[], $2::text[], $3::bigint[]) AS asked (shard, feed_id, seq)
        ORDER BY asked.feed_id, asked.shard
        ON CONFLICT (shard, feed_id, consumer) DO UPDATE SET seq = excluded.seq, seen_at = excluded.seen_at`,
      values: [due.map(({ feed }) => shardOfFeed(feed)), due.map(({ feed }) => feed), due.map(({ seq }) => seq), consumer],
    });
    for (const { feed, seq } of due) this.#written.set(keyOf(consumer, feed), { seq, atMs: nowMs });
    this.#forget(nowMs - FORGET_AFTER_MS);
  }

  #forget(beforeMs: number): void {
    for (const [key, { atMs }] of this.#written) if (atMs < beforeMs) this.#written.delete(key);
  }
}

const keyOf = (consumer: string, feed: string): string => `${consumer} ${feed}`;
