import { plain, texts, times } from '#platform/database/arrays.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import { isUuid, shardAt, shardIndexOfId, shardOf } from '#platform/ids.ts';
import type { TopUp, TopUpStatus } from '../domain/topUp.ts';

/** Top-ups by id; unknown ids, and what is not an id of ours, are absent. One statement. */
export const readTopUps = async (db: Queryable, ids: readonly string[]): Promise<ReadonlyMap<string, TopUp>> => {
  const wanted = [...new Set(ids.filter(isUuid))];
  if (wanted.length === 0) return new Map();
  const shards = wanted.map((id) => shardAt(shardIndexOfId(id)));
  const rows = await db.query<TopUpRow>({ name: 'readTopUps', text: READ_TOP_UPS, values: [plain(shards), plain(wanted)] });
  return new Map(rows.map((row) => [row.id, toTopUp(row)]));
};

/** How many orders of these owners wait for their payment; owners without one are absent. Their wallets must be locked. One statement. */
export const countPendingTopUps = async (tx: Transaction, ownerIds: readonly string[]): Promise<ReadonlyMap<string, number>> => {
  const owners = [...new Set(ownerIds)];
  const values = [plain(owners.map(shardOf)), texts(owners)];
  const rows = await tx.query<{ readonly owner_id: string; readonly pending: number }>({
    name: 'countPendingTopUps',
    text: COUNT_PENDING_TOP_UPS,
    values,
  });
  return new Map(rows.map(({ owner_id, pending }) => [owner_id, pending]));
};

/** One page of somebody's top-ups, the newest first. `beforeId`: only those older than that one. */
export const listTopUps = async (db: Queryable, ownerId: string, limit: number, beforeId: string | null): Promise<readonly TopUp[]> => {
  const values = [shardOf(ownerId), ownerId, beforeId, limit];
  return (await db.query<TopUpRow>({ name: 'listTopUps', text: LIST_TOP_UPS, values })).map(toTopUp);
};

/** Takes over top-ups of a provider that somebody has to look at, those due longest first, and puts off their next turn: twice as long with every look, until
 * LOOK_AGAIN_MAX, but not past the end of their time. Whoever dies with them leaves them to that turn. One statement, which waits for nobody. */
export const claimDueTopUps = async (
  db: Queryable,
  { provider, now, limit }: { readonly provider: string; readonly now: Date; readonly limit: number },
): Promise<readonly TopUp[]> => {
  const rows = await db.query<TopUpRow>({ name: 'claimDueTopUps', text: CLAIM_DUE_TOP_UPS, values: [provider, now, limit] });
  return rows.map(toTopUp);
};

/** Stores new top-ups. One statement. */
export const insertTopUps = async (tx: Transaction, topUps: readonly TopUp[]): Promise<void> => {
  await tx.query({
    name: 'insertTopUps',
    text: INSERT_TOP_UPS,
    values: [
      plain(topUps.map((topUp) => shardOf(topUp.ownerId))),
      plain(topUps.map((topUp) => topUp.id)),
      texts(topUps.map((topUp) => topUp.ownerId)),
      texts(topUps.map((topUp) => topUp.productId)),
      plain(topUps.map((topUp) => topUp.coins)),
      plain(topUps.map((topUp) => topUp.bonusCoins)),
      plain(topUps.map((topUp) => topUp.amountMinor)),
      texts(topUps.map((topUp) => topUp.currency)),
      texts(topUps.map((topUp) => topUp.provider)),
      times(topUps.map((topUp) => topUp.createdAt)),
      times(topUps.map((topUp) => topUp.expiresAt)),
      times(topUps.map((topUp) => topUp.watchAt)),
    ],
  });
};

/** Writes what has become of top-ups. The owners' wallets must be locked. One statement. */
export const updateTopUps = async (tx: Transaction, topUps: readonly TopUp[]): Promise<void> => {
  await tx.query({
    name: 'updateTopUps',
    text: UPDATE_TOP_UPS,
    values: [
      plain(topUps.map((topUp) => shardOf(topUp.ownerId))),
      plain(topUps.map((topUp) => topUp.id)),
      plain(topUps.map((topUp) => topUp.status)),
      texts(topUps.map((topUp) => topUp.paymentId)),
      times(topUps.map((topUp) => topUp.settledAt)),
      times(topUps.map((topUp) => topUp.refundedAt)),
      plain(topUps.map((topUp) => topUp.refunds)),
      plain(topUps.map((topUp) => topUp.version)),
      times(topUps.map((topUp) => topUp.watchAt)),
    ],
  });
};

interface TopUpRow {
  readonly id: string;
  readonly owner_id: string;
  readonly product_id: string;
  readonly coins: bigint;
  readonly bonus_coins: bigint;
  readonly amount_minor: bigint;
  readonly currency: string;
  readonly status: TopUpStatus;
  readonly provider: string;
  readonly payment_id: string | null;
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly settled_at: Date | null;
  readonly refunded_at: Date | null;
  readonly refunds: number;
  readonly version: number;
  readonly watch_at: Date | null;
}

const toTopUp = (row: TopUpRow): TopUp => ({
  id: row.id,
  ownerId: row.owner_id,
  productId: row.product_id,
  coins: row.coins,
  bonusCoins: row.bonus_coins,
  amountMinor: row.amount_minor,
  currency: row.currency,
  status: row.status,
  provider: row.provider,
  paymentId: row.payment_id,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  settledAt: row.settled_at,
  refundedAt: row.refunded_at,
  refunds: row.refunds,
  version: row.version,
  watchAt: row.watch_at,
});

const COLUMNS = `t.id, t.owner_id, t.product_id, t.coins, t.bonus_coins, t.amount_minor, t.currency, t.status, t.provider, t.payment_id, t.created_at, t.expires_at,
    t.settled_at, t.refunded_at, t.refunds, t.version, t.watch_at`;

const READ_TOP_UPS = `/* readTopUps */
  SELECT ${COLUMNS} FROM unnest($1::int[], $2::uuid[]) AS k (shard, id) JOIN top_up t ON t.shard = k.shard AND t.id = k.id`;

const COUNT_PENDING_TOP_UPS = `/* countPendingTopUps */
  SELECT t.owner_id, count(*)::int AS pending FROM unnest($1::int[], $2::text[]) AS o (shard, owner_id)
  JOIN top_up t ON t.shard = o.shard AND t.owner_id = o.owner_id COLLATE "C"
  WHERE t.status = 'PENDING' GROUP BY t.owner_id`;

const LIST_TOP_UPS = `/* listTopUps */
  SELECT ${COLUMNS} FROM top_up t
  WHERE t.shard = $1 AND t.owner_id = $2 COLLATE "C" AND ($3::uuid IS NULL OR t.id < $3)
  ORDER BY t.id DESC LIMIT $4`;

/** A look at a hanging top-up is followed by the next one after a minute, two, four, and so on, up to this. */
const LOOK_AGAIN_MAX = '1 hour';

const CLAIM_DUE_TOP_UPS = `/* claimDueTopUps */
  WITH due AS MATERIALIZED (
    SELECT shard, id FROM top_up WHERE watch_at <= $2 AND provider = $1 COLLATE "C" ORDER BY watch_at, id LIMIT $3 FOR NO KEY UPDATE SKIP LOCKED
  )
  UPDATE top_up t SET looks = t.looks + 1, watch_at = CASE
      WHEN t.status IN ('PENDING', 'DECLINED') AND t.expires_at > $2 THEN least(t.expires_at, $2 + interval '1 minute' * 2 ^ least(t.looks, 10))
      ELSE $2 + least(interval '${LOOK_AGAIN_MAX}', interval '1 minute' * 2 ^ least(t.looks, 10)) END
  FROM due WHERE t.shard = due.shard AND t.id = due.id
  RETURNING ${COLUMNS}`;

const INSERT_TOP_UPS = `/* insertTopUps */
  INSERT INTO top_up (shard, id, owner_id, product_id, coins, bonus_coins, amount_minor, currency, status, provider, created_at, expires_at, watch_at)
  SELECT n.shard, n.id, n.owner_id, n.product_id, n.coins, n.bonus_coins, n.amount_minor, n.currency, 'PENDING', n.provider, n.created_at, n.expires_at, n.watch_at
  FROM unnest($1::int[], $2::uuid[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::text[], $9::text[], $10::timestamptz[],
      $11::timestamptz[], $12::timestamptz[])
    AS n (shard, id, owner_id, product_id, coins, bonus_coins, amount_minor, currency, provider, created_at, expires_at, watch_at)`;

const UPDATE_TOP_UPS = `/* updateTopUps */
  UPDATE top_up t SET status = n.status, payment_id = n.payment_id, settled_at = n.settled_at, refunded_at = n.refunded_at, refunds = n.refunds,
    version = n.version, watch_at = n.watch_at, looks = CASE WHEN t.status = n.status THEN t.looks ELSE 0 END
  FROM unnest($1::int[], $2::uuid[], $3::top_up_status[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::int[], $8::int[], $9::timestamptz[])
    AS n (shard, id, status, payment_id, settled_at, refunded_at, refunds, version, watch_at)
  WHERE t.shard = n.shard AND t.id = n.id`;
