import type { Queryable, Transaction } from '#platform/database/database.ts';
import { isUuid, shardAt, shardIndexOfId, shardOf } from '#platform/ids.ts';
import type { TopUp, TopUpStatus } from '../domain/topUp.ts';

/** Top-ups by id; unknown ids are absent. One statement. */
export const readTopUps = async (db: Queryable, ids: readonly string[]): Promise<ReadonlyMap<string, TopUp>> => {
  const wanted = ids.filter(isUuid);
  if (wanted.length === 0) return new Map();
  const shards = wanted.map((id) => shardAt(shardIndexOfId(id)));
  const rows = await db.query<TopUpRow>({ name: 'readTopUps', text: READ_TOP_UPS, values: [shards, wanted] });
  return new Map(rows.map((row) => [row.id, toTopUp(row)]));
};

/** Where a look at the pending top-ups ended. */
export type PendingPlace = Pick<TopUp, 'createdAt' | 'id'>;

/** Top-ups that have been PENDING since before a moment, the oldest first. `after`: only those behind that place. */
export const listPendingTopUps = async (
  db: Queryable,
  { before, after, limit }: { readonly before: Date; readonly after: PendingPlace | null; readonly limit: number },
): Promise<readonly TopUp[]> => {
  const values = [before, after?.createdAt ?? null, after?.id ?? null, limit];
  const rows = await db.query<TopUpRow>({ name: 'listPendingTopUps', text: LIST_PENDING_TOP_UPS, values });
  return rows.map(toTopUp);
};

/** Stores new, PENDING top-ups. One statement. */
export const insertTopUps = async (tx: Transaction, topUps: readonly TopUp[]): Promise<void> => {
  await tx.query({
    name: 'insertTopUps',
    text: INSERT_TOP_UPS,
    values: [
      topUps.map((topUp) => shardOf(topUp.ownerId)),
      topUps.map((topUp) => topUp.id),
      topUps.map((topUp) => topUp.ownerId),
      topUps.map((topUp) => topUp.productId),
      topUps.map((topUp) => topUp.coins),
      topUps.map((topUp) => topUp.amountMinor),
      topUps.map((topUp) => topUp.currency),
      topUps.map((topUp) => topUp.createdAt),
    ],
  });
};

/** Makes top-ups final. The owners' wallets must be locked. One statement. */
export const updateTopUps = async (tx: Transaction, topUps: readonly TopUp[], now: Date): Promise<void> => {
  await tx.query({
    name: 'updateTopUps',
    text: UPDATE_TOP_UPS,
    values: [topUps.map((topUp) => shardOf(topUp.ownerId)), topUps.map((topUp) => topUp.id), topUps.map((topUp) => topUp.status), now],
  });
};

interface TopUpRow {
  readonly id: string;
  readonly owner_id: string;
  readonly product_id: string;
  readonly coins: bigint;
  readonly amount_minor: bigint;
  readonly currency: string;
  readonly status: TopUpStatus;
  readonly created_at: Date;
  readonly settled_at: Date | null;
}

const toTopUp = (row: TopUpRow): TopUp => ({
  id: row.id,
  ownerId: row.owner_id,
  productId: row.product_id,
  coins: row.coins,
  amountMinor: row.amount_minor,
  currency: row.currency,
  status: row.status,
  createdAt: row.created_at,
  settledAt: row.settled_at,
});

const COLUMNS = 't.id, t.owner_id, t.product_id, t.coins, t.amount_minor, t.currency, t.status, t.created_at, t.settled_at';

const READ_TOP_UPS = `/* readTopUps */
  SELECT ${COLUMNS} FROM unnest($1::int[], $2::uuid[]) AS k (shard, id) JOIN top_up t ON t.shard = k.shard AND t.id = k.id`;

const LIST_PENDING_TOP_UPS = `/* listPendingTopUps */
  SELECT ${COLUMNS} FROM top_up t
  WHERE t.status = 'PENDING' AND t.created_at < $1 AND ($2::timestamptz IS NULL OR (t.created_at, t.id) > ($2, $3::uuid))
  ORDER BY t.created_at, t.id LIMIT $4`;

const INSERT_TOP_UPS = `/* insertTopUps */
  INSERT INTO top_up (shard, id, owner_id, product_id, coins, amount_minor, currency, status, created_at)
  SELECT n.shard, n.id, n.owner_id, n.product_id, n.coins, n.amount_minor, n.currency, 'PENDING', n.created_at
  FROM unnest($1::int[], $2::uuid[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::text[], $8::timestamptz[])
    AS n (shard, id, owner_id, product_id, coins, amount_minor, currency, created_at)`;

const UPDATE_TOP_UPS = `/* updateTopUps */
  UPDATE top_up t SET status = n.status, settled_at = $4::timestamptz
  FROM unnest($1::int[], $2::uuid[], $3::top_up_status[]) AS n (shard, id, status)
  WHERE t.shard = n.shard AND t.id = n.id AND t.status = 'PENDING'`;
