import { plain, texts } from '#platform/database/arrays.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import { shardOf } from '#platform/ids.ts';
import { ERASURE_FENCE_MS_MAX, type Erasure, type ErasureStep, isErasureStep, PROFILE_SHOWN_MS_MAX } from '../domain/erasure.ts';

/** Who wants whose data erased, and why. */
export interface ErasureRequest {
  readonly userId: string;
  readonly byId: string;
  readonly reason: string | null;
}

/** Notes requests, each user once. One that is under way begins anew, with what came since the one before. The line is the beginning of this transaction: whatever has an earlier
 * time was written by a transaction that had its number before this one got its own, which is the fence. */
export const bookErasures = (tx: Transaction, requests: readonly ErasureRequest[]): Promise<readonly object[]> =>
  tx.query({
    name: 'bookErasures',
    text: `/* bookErasures */
      INSERT INTO erasure AS stored (shard, user_id, requested_at, fence_xid, by_id, reason, step, place, worked_at)
      SELECT new.shard, new.user_id, now(), pg_current_xact_id()::text::bigint, new.by_id, new.reason, 'PROFILE', '{}', now()
        FROM unnest($1::int[], $2::text[], $3::text[], $4::text[]) AS new (shard, user_id, by_id, reason)
       ORDER BY new.shard, new.user_id
      ON CONFLICT (shard, user_id) DO UPDATE
        SET requested_at = excluded.requested_at, fence_xid = excluded.fence_xid, by_id = excluded.by_id, reason = excluded.reason,
            step = excluded.step, place = excluded.place, worked_at = excluded.worked_at, completed_at = NULL,
            erased_count = CASE WHEN stored.completed_at IS NULL THEN stored.erased_count ELSE 0 END`,
    values: [
      plain(requests.map(({ userId }) => shardOf(userId))),
      texts(requests.map(({ userId }) => userId)),
      texts(requests.map(({ byId }) => byId)),
      texts(requests.map(({ reason }) => reason)),
    ],
  });

/** How the erasures of these users stand, by user; who never asked for one is absent. One statement. */
export const erasuresOf = async (database: Queryable, userIds: readonly string[]): Promise<ReadonlyMap<string, Erasure>> => {
  const rows = await database.query<Omit<Erasure, 'erasedCount'> & { readonly erasedCount: bigint }>({
    name: 'erasuresOf',
    text: `/* erasuresOf */
      SELECT user_id AS "userId", by_id AS "byId", reason, requested_at AS "requestedAt", erased_count AS "erasedCount", completed_at AS "completedAt" FROM erasure
       WHERE (shard, user_id) IN (SELECT * FROM unnest($1::int[], $2::text[]))`,
    values: [plain(userIds.map(shardOf)), texts(userIds)],
  });
  return new Map(rows.map((row) => [row.userId, { ...row, erasedCount: Number(row.erasedCount) }]));
};

/** An erasure under its lock. `until`: what is later stays. `place`: the last of the user's rows that the step has done; empty before the first. */
export interface DueErasure {
  readonly userId: string;
  readonly until: Date;
  readonly step: ErasureStep;
  readonly place: readonly string[];
}

/** Takes the erasure that has waited longest among those that nobody else works on; null where none is due. Its lock goes with the transaction, also when the process dies. Before
 * all who could still write something of before the line are over, it is not due. */
export const lockDueErasure = async (tx: Transaction): Promise<DueErasure | null> => {
  const [row] = await tx.query<Omit<DueErasure, 'step'> & { readonly step: string }>({
    name: 'lockDueErasure',
    text: `/* lockDueErasure */
      SELECT user_id AS "userId", requested_at AS until, step, place FROM erasure
       WHERE completed_at IS NULL
         AND (fence_xid <= pg_snapshot_xmin(pg_current_snapshot())::text::bigint OR requested_at < now() - $1 * interval '1 millisecond')
         AND (step <> 'WAIT' OR profile_gone_at < now() - $2 * interval '1 millisecond')
       ORDER BY worked_at LIMIT 1
         FOR NO KEY UPDATE SKIP LOCKED`,
    values: [ERASURE_FENCE_MS_MAX, PROFILE_SHOWN_MS_MAX],
  });
  if (row === undefined) return null;
  const { step } = row;
  if (!isErasureStep(step))
    throw new Error(`the erasure of ${row.userId} is at an unknown step ${step}: this process is older than its database`);
  return { ...row, step };
};

/** Where an erasure goes on. `step` null: it is complete. */
export interface ErasureProgress {
  readonly step: ErasureStep | null;
  readonly place: readonly string[];
  /** Messages that lost their payload just now. */
  readonly erased: number;
}

/** Notes what was done of an erasure that this transaction has locked. */
export const moveErasure = (tx: Transaction, userId: string, { step, place, erased }: ErasureProgress): Promise<readonly object[]> =>
  tx.query({
    name: 'moveErasure',
    text: `/* moveErasure */
      UPDATE erasure
         SET step = coalesce($3, step), place = $4, erased_count = erased_count + $5, worked_at = clock_timestamp(),
             profile_gone_at = CASE WHEN step = 'PROFILE' THEN clock_timestamp() ELSE profile_gone_at END,
             completed_at = CASE WHEN $3::text IS NULL THEN clock_timestamp() END
       WHERE shard = $1 AND user_id = $2`,
    values: [shardOf(userId), userId, step, texts(place), erased],
  });
