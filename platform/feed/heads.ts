import type { Queryable } from '#platform/database/database.ts';
import { EPOCH_SHARD, shardOfFeed } from './shard.ts';

/** A feed and the head that the asker knows. */
export interface KnownHead {
  readonly feed: string;
  readonly head: number;
}

export interface ComparedHeads {
  readonly epoch: string;
  /** When the database server was started: another time means another life, perhaps from other files. */
  readonly serverStartedAtMs: number;
  /** The heads that differ from what was known, by place in the question. */
  readonly moved: ReadonlyMap<number, number>;
}

/** Compares any number of heads by one statement; only the differing ones travel. */
export const compareHeads = async (database: Queryable, known: readonly KnownHead[]): Promise<ComparedHeads> => {
  const rows = await database.query<{ epoch: string; started_at: Date; place: bigint | null; head: bigint }>({
    name: 'feed.compareHeads',
    text: `/* compareHeads */ SELECT epoch.epoch, pg_postmaster_start_time() AS started_at, moved.place, moved.head FROM feed_epoch AS epoch
      LEFT JOIN (
        SELECT asked.place, coalesce(feed.head_seq, 0) AS head
        FROM unnest($1::int[], $2::text[], $3::bigint[]) WITH ORDINALITY AS asked (shard, feed_id, known, place)
        LEFT JOIN feed ON feed.shard = asked.shard AND feed.id = asked.feed_id
        WHERE coalesce(feed.head_seq, 0) <> asked.known
      ) AS moved ON true
      WHERE epoch.shard = $4`,
    values: [known.map(({ feed }) => shardOfFeed(feed)), known.map(({ feed }) => feed), known.map(({ head }) => head), EPOCH_SHARD],
  });
  const [top] = rows;
  if (top === undefined) throw new Error('the table feed_epoch lost its row: start this process again');
  const moved = rows.flatMap(({ place, head }): [number, number][] => (place === null ? [] : [[Number(place) - 1, Number(head)]]));
  return { epoch: top.epoch, serverStartedAtMs: top.started_at.getTime(), moved: new Map(moved) };
};
