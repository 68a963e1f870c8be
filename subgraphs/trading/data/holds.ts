import { plain, texts, times } from '#platform/database/arrays.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import { isUuid, shardAt, shardIndexOfId, shardOf } from '#platform/ids.ts';
import type { BundleItem } from '../domain/catalogue.ts';
import type { HoldStatus } from '../domain/giftOrder.ts';
import type { GiftHold } from '../domain/hold.ts';

/** Holds by order id; orders that never could be taken back, and what is no id of ours, are absent. The senders' partition. One statement. */
export const readHolds = async (db: Queryable, orderIds: readonly string[]): Promise<ReadonlyMap<string, GiftHold>> => {
  const ids = orderIds.filter(isUuid);
  if (ids.length === 0) return new Map();
  const values = [plain(ids.map((id) => shardAt(shardIndexOfId(id)))), plain(ids)];
  const rows = await db.query<HoldRow>({ name: 'readHolds', text: READ_HOLDS, values });
  return new Map(rows.map((row) => [row.order_id, toHold(row)]));
};

/** Where a look at the holds whose time has come ended. */
export type HoldPlace = Pick<GiftHold, 'postsAt' | 'orderId'>;

/** Holds that are PENDING and whose time has come, those longest due first. `after`: only those behind that place. */
export const listDueHolds = async (
  db: Queryable,
  { at, after, limit }: { readonly at: Date; readonly after: HoldPlace | null; readonly limit: number },
): Promise<readonly GiftHold[]> => {
  const values = [at, after?.postsAt ?? null, after?.orderId ?? null, limit];
  return (await db.query<HoldRow>({ name: 'listDueHolds', text: LIST_DUE_HOLDS, values })).map(toHold);
};

/** What is held of these owners' coins, bought and bonus together, by owner; who has nothing held is absent. One statement. */
export const readHeldCoins = async (db: Queryable, ownerIds: readonly string[]): Promise<ReadonlyMap<string, bigint>> => {
  const rows = await db.query<{ readonly sender_id: string; readonly coins: bigint }>({
    name: 'readHeldCoins',
    text: READ_HELD_COINS,
    values: [plain(ownerIds.map(shardOf)), texts(ownerIds)],
  });
  return new Map(rows.map((row) => [row.sender_id, row.coins]));
};

/** Writes new, PENDING holds. One statement. */
export const insertHolds = async (tx: Transaction, holds: readonly GiftHold[]): Promise<void> => {
  await tx.query({
    name: 'insertHolds',
    text: INSERT_HOLDS,
    values: [
      plain(holds.map(({ senderId }) => shardOf(senderId))),
      plain(holds.map(({ orderId }) => orderId)),
      texts(holds.map(({ senderId }) => senderId)),
      plain(holds.map(({ coins }) => coins)),
      plain(holds.map(({ bonusCoins }) => bonusCoins)),
      times(holds.map(({ postsAt }) => postsAt)),
      times(holds.map(({ expiresAt }) => expiresAt)),
      texts(holds.map(({ contents }) => JSON.stringify(contents))),
    ],
  });
};

/** Makes holds final. The senders' wallets must be locked. One statement. */
export const endHolds = async (tx: Transaction, holds: readonly GiftHold[], at: Date): Promise<void> => {
  await tx.query({
    name: 'endHolds',
    text: END_HOLDS,
    values: [
      plain(holds.map(({ senderId }) => shardOf(senderId))),
      plain(holds.map(({ orderId }) => orderId)),
      plain(holds.map(({ status }) => status)),
      at,
    ],
  });
};

interface HoldRow {
  readonly order_id: string;
  readonly sender_id: string;
  readonly coins: bigint;
  readonly bonus_coins: bigint;
  readonly status: HoldStatus;
  readonly posts_at: Date;
  readonly expires_at: Date;
  readonly ended_at: Date | null;
  readonly contents: readonly BundleItem[];
}

const toHold = (row: HoldRow): GiftHold => ({
  orderId: row.order_id,
  senderId: row.sender_id,
  coins: row.coins,
  bonusCoins: row.bonus_coins,
  status: row.status,
  postsAt: row.posts_at,
  expiresAt: row.expires_at,
  endedAt: row.ended_at,
  contents: row.contents,
});

const COLUMNS = 'h.order_id, h.sender_id, h.coins, h.bonus_coins, h.status, h.posts_at, h.expires_at, h.ended_at, h.contents';

const READ_HOLDS = `/* readHolds */
  SELECT ${COLUMNS}
  FROM unnest($1::int[], $2::uuid[]) AS k (shard, order_id)
  JOIN gift_hold h ON h.shard = k.shard AND h.order_id = k.order_id`;

const LIST_DUE_HOLDS = `/* listDueHolds */
  SELECT ${COLUMNS} FROM gift_hold h
  WHERE h.status = 'PENDING' AND h.posts_at <= $1 AND ($2::timestamptz IS NULL OR (h.posts_at, h.order_id) > ($2, $3::uuid))
  ORDER BY h.posts_at, h.order_id LIMIT $4`;

const READ_HELD_COINS = `/* readHeldCoins */
  SELECT h.sender_id, sum(h.coins + h.bonus_coins)::bigint AS coins
  FROM unnest($1::int[], $2::text[]) AS o (shard, owner_id)
  JOIN gift_hold h ON h.shard = o.shard AND h.sender_id = o.owner_id COLLATE "C" AND h.status = 'PENDING'
  GROUP BY h.sender_id`;

const INSERT_HOLDS = `/* insertHolds */
  INSERT INTO gift_hold (shard, order_id, sender_id, coins, bonus_coins, status, posts_at, expires_at, contents)
  SELECT n.shard, n.order_id, n.sender_id, n.coins, n.bonus_coins, 'PENDING', n.posts_at, n.expires_at, n.contents::jsonb
  FROM unnest($1::int[], $2::uuid[], $3::text[], $4::bigint[], $5::bigint[], $6::timestamptz[], $7::timestamptz[], $8::text[])
    AS n (shard, order_id, sender_id, coins, bonus_coins, posts_at, expires_at, contents)`;

const END_HOLDS = `/* endHolds */
  UPDATE gift_hold h SET status = n.status, ended_at = $4::timestamptz
  FROM unnest($1::int[], $2::uuid[], $3::hold_status[]) AS n (shard, order_id, status)
  WHERE h.shard = n.shard AND h.order_id = n.order_id AND h.status = 'PENDING'`;
