import { plain } from '#platform/database/arrays.ts';
import type { Queryable } from '#platform/database/database.ts';
import { shardOf } from '#platform/ids.ts';
import type { GiftOrder, GiftRefund, Settlement } from '../domain/giftOrder.ts';

/** What has become of these orders on their receivers' side, by order id; orders whose receivers are not credited yet are absent. The receivers' partition. One
 * statement. */
export const readSettlements = async (
  db: Queryable,
  orders: readonly Pick<GiftOrder, 'id' | 'receiverId'>[],
): Promise<ReadonlyMap<string, Settlement>> => {
  const rows = await db.query<SettlementRow>({
    name: 'readSettlements',
    text: READ_SETTLEMENTS,
    values: [plain(orders.map(({ receiverId }) => shardOf(receiverId))), plain(orders.map(({ id }) => id))],
  });
  return new Map(rows.map((row) => [row.order_id, { settledAt: row.credited_at, refund: row.id === null ? null : toRefund(row) }]));
};

/** When the refunds of these orders arrived in their senders' wallets, by order id; those that have not are absent. The senders' partition. One statement. */
export const readReturns = async (
  db: Queryable,
  orders: readonly Pick<GiftOrder, 'id' | 'senderId'>[],
): Promise<ReadonlyMap<string, Date>> => {
  const rows = await db.query<{ readonly order_id: string; readonly returned_at: Date }>({
    name: 'readReturns',
    text: READ_RETURNS,
    values: [plain(orders.map(({ senderId }) => shardOf(senderId))), plain(orders.map(({ id }) => id))],
  });
  return new Map(rows.map((row) => [row.order_id, row.returned_at]));
};

interface RefundRow {
  readonly order_id: string;
  readonly id: string;
  readonly operator_id: string;
  readonly key: string;
  readonly reason: string;
  readonly receiver_id: string;
  readonly diamonds: bigint;
  readonly diamonds_lost: bigint;
  readonly refunded_at: Date;
}

type SettlementRow = { readonly order_id: string; readonly credited_at: Date } & (RefundRow | { readonly id: null });

const toRefund = (row: RefundRow): GiftRefund => ({
  id: row.id,
  orderId: row.order_id,
  operatorId: row.operator_id,
  key: row.key,
  reason: row.reason,
  receiverId: row.receiver_id,
  diamonds: row.diamonds,
  diamondsLost: row.diamonds_lost,
  refundedAt: row.refunded_at,
});

const READ_SETTLEMENTS = `/* readSettlements */
  SELECT c.order_id, c.credited_at, r.id, r.operator_id, r.key, r.reason, r.receiver_id, r.diamonds, r.diamonds_lost, r.refunded_at
  FROM unnest($1::int[], $2::uuid[]) AS k (shard, order_id)
  JOIN gift_credit c ON c.shard = k.shard AND c.order_id = k.order_id
  LEFT JOIN gift_refund r ON r.shard = k.shard AND r.order_id = k.order_id`;

const READ_RETURNS = `/* readReturns */
  SELECT t.order_id, t.returned_at
  FROM unnest($1::int[], $2::uuid[]) AS k (shard, order_id)
  JOIN gift_refund_return t ON t.shard = k.shard AND t.order_id = k.order_id`;
