import type { Database } from '#platform/database/database.ts';
import { shardOfFeed } from './shard.ts';

/** Events that one call removes at most: its locks and its log volume stay small. Call again while it removed so many. */
export const TRIM_EVENTS_MAX = 5_000;

export interface TrimRequest {
  readonly feed: string;
  /** Events older than this may go. */
  readonly before: Date;
  /** Events to remove at most in this call, up to TRIM_EVENTS_MAX. */
  readonly eventsMax?: number;
}

/** Removes old events from the beginning of a log and answers with how many. Never passes what a registered consumer has applied. Off unless somebody calls it: conversations
 * are kept. Of the last event removed the row stays, without payload and cause, so that a cursor just there can still be told from one of another log; readers never see it. */
export const trimFeed = (database: Database, { feed, before, eventsMax = TRIM_EVENTS_MAX }: TrimRequest): Promise<number> =>
  database.transaction('trimFeed', async (tx) => {
    const key = [shardOfFeed(feed), feed];
    const [row] = await tx.query<{ first: bigint }>({
      text: '/* lockFeed */ SELECT first_seq AS first FROM feed WHERE shard = $1 AND id = $2 FOR NO KEY UPDATE',
      values: key,
    });
    if (row === undefined) return 0;
    const [{ last } = { last: null }] = await tx.query<{ last: bigint | null }>({
      text: `/* lastToRemove */ SELECT least(
          (SELECT max(old.seq) FROM (SELECT seq, at FROM feed_event WHERE shard = $1 AND feed_id = $2 AND seq >= $3 ORDER BY seq LIMIT $5) AS old WHERE old.at < $4),
          (SELECT min(consumer.seq) FROM feed_consumer AS consumer WHERE consumer.shard = $1 AND consumer.feed_id = $2)) AS last`,
      values: [...key, row.first, before, Math.min(eventsMax, TRIM_EVENTS_MAX)],
    });
    if (last === null || last < row.first) return 0;
    await tx.query({
      text: `/* removeEvents */ WITH removed AS (
          DELETE FROM feed_event WHERE shard = $1 AND feed_id = $2 AND seq < $3
        ), emptied AS (
          UPDATE feed_event SET payload = '{}', source_event_id = NULL WHERE shard = $1 AND feed_id = $2 AND seq = $3
        )
        UPDATE feed SET first_seq = $3::bigint + 1 WHERE shard = $1 AND id = $2`,
      values: [...key, last],
    });
    return Number(last - row.first) + 1;
  });
