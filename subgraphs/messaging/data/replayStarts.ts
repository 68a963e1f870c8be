import { plain, texts } from '#platform/database/arrays.ts';
import type { Queryable } from '#platform/database/database.ts';
import { encodeCursor, markOf } from '#platform/feed/cursor.ts';
import { EPOCH_SHARD } from '#platform/feed/shard.ts';
import { shardOf } from '#platform/ids.ts';
import { conversationFeedOf } from '../events.ts';

/** A moment in a room's log. */
export interface ReplayStart {
  readonly roomId: string;
  readonly at: Date;
}

/** The cursors just before the first events at or after these moments, in the order of the questions; null: the oldest event kept is the first. One statement: a log's times never run backwards,
 * so each place is found by halving its seqs over the primary key. */
export const replayStarts = (database: Queryable, starts: readonly ReplayStart[]): Promise<readonly (string | null)[]> =>
  cursorsAround(database, starts, -1);

/** The cursors of the first events at or after these moments, in the order of the questions; null: there is none yet. One statement; see replayStarts. */
export const firstSince = (database: Queryable, starts: readonly ReplayStart[]): Promise<readonly (string | null)[]> =>
  cursorsAround(database, starts, 0);

const cursorsAround = async (database: Queryable, starts: readonly ReplayStart[], step: -1 | 0): Promise<readonly (string | null)[]> => {
  const rows = await database.query<{ place: bigint; seq: bigint; id: string; epoch: string }>({
    name: 'replayStarts',
    text: `/* replayStarts */
      WITH RECURSIVE asked AS (
        SELECT given.place, given.shard, given.feed_id, given.at, feed.first_seq, feed.head_seq
          FROM unnest($1::int[], $2::text[], $3::timestamptz[]) WITH ORDINALITY AS given (shard, feed_id, at, place)
          JOIN feed ON feed.shard = given.shard AND feed.id = given.feed_id
      ), search AS (
        SELECT place, shard, feed_id, at, first_seq AS low, head_seq + 1 AS high FROM asked
        UNION ALL
        SELECT search.place, search.shard, search.feed_id, search.at,
               CASE WHEN event.at < search.at THEN event.seq + 1 ELSE search.low END,
               CASE WHEN event.at < search.at THEN search.high ELSE event.seq END
          FROM search
          JOIN feed_event AS event
            ON event.shard = search.shard AND event.feed_id = search.feed_id AND event.seq = (search.low + search.high) / 2
         WHERE search.low < search.high
      )
      SELECT search.place, before.seq, before.id, epoch.epoch
        FROM search
        JOIN feed_event AS before
          ON before.shard = search.shard AND before.feed_id = search.feed_id AND before.seq = search.low + $5
        JOIN feed_epoch AS epoch ON epoch.shard = $4
       WHERE search.low >= search.high`,
    values: [
      plain(starts.map(({ roomId }) => shardOf(roomId))),
      texts(starts.map(({ roomId }) => conversationFeedOf(roomId))),
      starts.map(({ at }) => at),
      EPOCH_SHARD,
      step,
    ],
  });
  const cursors = new Map(
    rows.map(({ place, seq, id, epoch }) => [Number(place), encodeCursor({ epoch, seq: Number(seq), mark: markOf(id) })]),
  );
  return starts.map((_, index) => cursors.get(index + 1) ?? null);
};
