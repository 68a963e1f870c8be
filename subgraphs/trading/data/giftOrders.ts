import { plain, rowsOf, texts, times, uuids } from '#platform/database/arrays.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import { isUuid, shardAt, shardIndexOfId, shardOf } from '#platform/ids.ts';
import type { GiftOrder } from '../domain/giftOrder.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';

/** Orders by id; unknown ids, and what is not an id of ours, are absent. One statement. */
export const readGiftOrders = async (db: Queryable, ids: readonly string[]): Promise<ReadonlyMap<string, GiftOrder>> => {
  const wanted = ids.filter(isUuid);
  if (wanted.length === 0) return new Map();
  const shards = wanted.map((id) => shardAt(shardIndexOfId(id)));
  const rows = await db.query<OrderRow>({ name: 'readGiftOrders', text: READ_GIFT_ORDERS, values: [plain(shards), uuids(wanted)] });
  return new Map(rows.map((row) => [row.id, toOrder(row)]));
};

/** Writes the orders of a batch. One statement. */
export const insertGiftOrders = async (tx: Transaction, orders: readonly GiftOrder[], at: Date): Promise<void> => {
  await tx.query({
    name: 'insertGiftOrders',
    text: INSERT_GIFT_ORDERS,
    values: [
      plain(orders.map((order) => shardOf(order.senderId))),
      uuids(orders.map((order) => order.id)),
      texts(orders.map((order) => order.senderId)),
      texts(orders.map((order) => order.receiverId)),
      uuids(orders.map((order) => order.streamId)),
      texts(orders.map((order) => order.giftId)),
      plain(orders.map((order) => order.priceVersion)),
      plain(orders.map((order) => order.priceCoins)),
      plain(orders.map((order) => order.quantity)),
      plain(orders.map((order) => order.coins)),
      plain(orders.map((order) => order.bonusCoins)),
      plain(orders.map((order) => order.backpackPieces)),
      plain(orders.map((order) => order.diamonds)),
      uuids(orders.map((order) => order.comboId)),
      plain(orders.map((order) => order.comboCount)),
      plain(orders.map((order) => order.entrySeq)),
      times(orders.map((order) => order.cancellableUntil)),
      at,
    ],
  });
};

/** The orders that somebody sent, the newest first, at most `limit`. `beforeId`: only those older than that order. */
export const listGiftOrders = (
  prisma: PrismaClient,
  { senderId, beforeId, limit }: { readonly senderId: string; readonly beforeId: string | null; readonly limit: number },
): Promise<readonly GiftOrder[]> =>
  prisma.giftOrder.findMany({
    where: { shard: shardOf(senderId), senderId, ...(beforeId === null ? {} : { id: { lt: beforeId } }) },
    orderBy: { id: 'desc' },
    take: limit,
  });

interface OrderRow {
  readonly id: string;
  readonly sender_id: string;
  readonly receiver_id: string;
  readonly stream_id: string;
  readonly gift_id: string;
  readonly price_version: number;
  readonly price_coins: bigint;
  readonly quantity: number;
  readonly coins: bigint;
  readonly bonus_coins: bigint;
  readonly backpack_pieces: number;
  readonly diamonds: bigint;
  readonly combo_id: string | null;
  readonly combo_count: number | null;
  readonly created_at: Date;
  readonly entry_seq: bigint | null;
  readonly cancellable_until: Date | null;
}

const toOrder = (row: OrderRow): GiftOrder => ({
  id: row.id,
  senderId: row.sender_id,
  receiverId: row.receiver_id,
  streamId: row.stream_id,
  giftId: row.gift_id,
  priceVersion: row.price_version,
  priceCoins: row.price_coins,
  quantity: row.quantity,
  coins: row.coins,
  bonusCoins: row.bonus_coins,
  backpackPieces: row.backpack_pieces,
  diamonds: row.diamonds,
  comboId: row.combo_id,
  comboCount: row.combo_count,
  createdAt: row.created_at,
  entrySeq: row.entry_seq,
  cancellableUntil: row.cancellable_until,
});

const READ_GIFT_ORDERS = `/* readGiftOrders */
  SELECT o.id, o.sender_id, o.receiver_id, o.stream_id, o.gift_id, o.price_version, o.price_coins, o.quantity, o.coins,
    o.bonus_coins, o.backpack_pieces, o.diamonds, o.combo_id, o.combo_count, o.created_at, o.entry_seq, o.cancellable_until
  FROM unnest($1::int[], $2::uuid[]) AS k (shard, id)
  JOIN gift_order o ON o.shard = k.shard AND o.id = k.id`;

const INSERT_GIFT_ORDERS = `/* insertGiftOrders */
  INSERT INTO gift_order (shard, id, sender_id, receiver_id, stream_id, gift_id, price_version, price_coins, quantity,
    coins, bonus_coins, backpack_pieces, diamonds, combo_id, combo_count, created_at, entry_seq, cancellable_until)
  SELECT n.shard, n.id, n.sender_id, n.receiver_id, n.stream_id, n.gift_id, n.price_version, n.price_coins, n.quantity,
    n.coins, n.bonus_coins, n.backpack_pieces, n.diamonds, n.combo_id, n.combo_count, $18::timestamptz, n.entry_seq, n.cancellable_until
  FROM ${rowsOf('n', { shard: 'int', id: 'uuid', sender_id: 'text', receiver_id: 'text', stream_id: 'uuid', gift_id: 'text', price_version: 'int', price_coins: 'bigint', quantity: 'int', coins: 'bigint', bonus_coins: 'bigint', backpack_pieces: 'int', diamonds: 'bigint', combo_id: 'uuid', combo_count: 'int', entry_seq: 'bigint', cancellable_until: 'timestamptz' })}`;
