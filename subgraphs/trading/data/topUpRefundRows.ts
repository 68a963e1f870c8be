import { plain, texts, times } from '#platform/database/arrays.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import { shardAt, shardIndexOfId } from '#platform/ids.ts';
import { isRefundRefusal, type RefundTopUpCommand, type TopUpRefund } from '../domain/topUpRefund.ts';

/** Refunds of one order that are shown at most, the newest ones. */
export const TOP_UP_REFUNDS_SHOWN_MAX = 100;

/** What identifies a wish: which order, whose it is and under which key. None of them may hold NUL (PostgreSQL refuses it). */
export const refundName = ({ topUpId, actorId, idempotencyKey }: Omit<RefundTopUpCommand, 'reason'>): string =>
  `${topUpId}\0${actorId}\0${idempotencyKey}`;

/** What was answered to these wishes before, by refundName. Call it after the owners' wallets are locked. One statement. */
export const findTopUpRefunds = async (
  tx: Transaction,
  commands: readonly RefundTopUpCommand[],
): Promise<ReadonlyMap<string, TopUpRefund>> => {
  const rows = await tx.query<RefundRow>({
    name: 'findTopUpRefunds',
    text: FIND_TOP_UP_REFUNDS,
    values: [
      plain(commands.map(shardOfRefund)),
      plain(commands.map(({ topUpId }) => topUpId)),
      texts(commands.map(({ actorId }) => actorId)),
      texts(commands.map(({ idempotencyKey }) => idempotencyKey)),
    ],
  });
  return new Map(rows.map(toRefund).map((refund) => [refundName(refund), refund]));
};

/** Logs wishes with what was answered. One statement. */
export const insertTopUpRefunds = async (tx: Transaction, refunds: readonly TopUpRefund[]): Promise<void> => {
  await tx.query({
    name: 'insertTopUpRefunds',
    text: INSERT_TOP_UP_REFUNDS,
    values: [
      plain(refunds.map(shardOfRefund)),
      plain(refunds.map(({ topUpId }) => topUpId)),
      texts(refunds.map(({ actorId }) => actorId)),
      texts(refunds.map(({ idempotencyKey }) => idempotencyKey)),
      texts(refunds.map(({ fingerprint }) => fingerprint)),
      texts(refunds.map(({ reason }) => reason)),
      texts(refunds.map(({ refusal }) => refusal)),
      plain(refunds.map(({ attempt }) => attempt)),
      times(refunds.map(({ at }) => at)),
    ],
  });
};

/** The refunds that were wished for these orders, refused ones too, each order's newest first and TOP_UP_REFUNDS_SHOWN_MAX at most. One statement. */
export const listTopUpRefunds = async (
  db: Queryable,
  topUpIds: readonly string[],
): Promise<ReadonlyMap<string, readonly TopUpRefund[]>> => {
  const values = [plain(topUpIds.map((topUpId) => shardOfRefund({ topUpId }))), plain(topUpIds), TOP_UP_REFUNDS_SHOWN_MAX];
  const rows = await db.query<RefundRow>({ name: 'listTopUpRefunds', text: LIST_TOP_UP_REFUNDS, values });
  return Map.groupBy(rows.map(toRefund), ({ topUpId }) => topUpId);
};

interface RefundRow {
  readonly top_up_id: string;
  readonly actor_id: string;
  readonly key: string;
  readonly fingerprint: string;
  readonly reason: string;
  readonly refusal: string | null;
  readonly attempt: number | null;
  readonly at: Date;
}

const toRefund = (row: RefundRow): TopUpRefund => {
  const { refusal } = row;
  if (refusal !== null && !isRefundRefusal(refusal))
    throw new Error(`a stored answer refuses a refund with ${refusal}, which this version does not know: update it`);
  return {
    topUpId: row.top_up_id,
    actorId: row.actor_id,
    idempotencyKey: row.key,
    fingerprint: row.fingerprint,
    reason: row.reason,
    refusal,
    attempt: row.attempt,
    at: row.at,
  };
};

const shardOfRefund = ({ topUpId }: { readonly topUpId: string }): number => shardAt(shardIndexOfId(topUpId));

const COLUMNS = 'r.top_up_id, r.actor_id, r.key, r.fingerprint, r.reason, r.refusal, r.attempt, r.at';

const FIND_TOP_UP_REFUNDS = `/* findTopUpRefunds */
  SELECT ${COLUMNS} FROM unnest($1::int[], $2::uuid[], $3::text[], $4::text[]) AS k (shard, top_up_id, actor_id, key)
  JOIN top_up_refund r ON r.shard = k.shard AND r.top_up_id = k.top_up_id AND r.actor_id = k.actor_id COLLATE "C" AND r.key = k.key COLLATE "C"`;

const INSERT_TOP_UP_REFUNDS = `/* insertTopUpRefunds */
  INSERT INTO top_up_refund (shard, top_up_id, actor_id, key, fingerprint, reason, refusal, attempt, at)
  SELECT n.* FROM unnest($1::int[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::int[], $9::timestamptz[])
    AS n (shard, top_up_id, actor_id, key, fingerprint, reason, refusal, attempt, at)`;

const LIST_TOP_UP_REFUNDS = `/* listTopUpRefunds */
  SELECT r.* FROM unnest($1::int[], $2::uuid[]) AS k (shard, top_up_id)
  CROSS JOIN LATERAL (
    SELECT ${COLUMNS} FROM top_up_refund r WHERE r.shard = k.shard AND r.top_up_id = k.top_up_id ORDER BY r.at DESC, r.actor_id, r.key LIMIT $3
  ) AS r`;
