import { plain, texts } from '#platform/database/arrays.ts';
import type { Transaction } from '#platform/database/database.ts';
import { shardOf } from '#platform/ids.ts';
import type { GiftRefund } from '../domain/giftOrder.ts';

/** Writes what was decided about orders. The receivers' wallets must be locked, and the orders looked up under that lock. One statement. */
export const insertRefunds = async (tx: Transaction, refunds: readonly GiftRefund[], at: Date): Promise<void> => {
  await tx.query({
    name: 'insertRefunds',
    text: INSERT_REFUNDS,
    values: [
      plain(refunds.map(({ receiverId }) => shardOf(receiverId))),
      plain(refunds.map(({ orderId }) => orderId)),
      plain(refunds.map(({ id }) => id)),
      texts(refunds.map(({ operatorId }) => operatorId)),
      texts(refunds.map(({ key }) => key)),
      texts(refunds.map(({ reason }) => reason)),
      texts(refunds.map(({ receiverId }) => receiverId)),
      plain(refunds.map(({ diamonds }) => diamonds)),
      plain(refunds.map(({ diamondsLost }) => diamondsLost)),
      at,
    ],
  });
};

const INSERT_REFUNDS = `/* insertRefunds */
  INSERT INTO gift_refund (shard, order_id, id, operator_id, key, reason, receiver_id, diamonds, diamonds_lost, refunded_at)
  SELECT n.shard, n.order_id, n.id, n.operator_id, n.key, n.reason, n.receiver_id, n.diamonds, n.diamonds_lost, $10::timestamptz
  FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::bigint[])
    AS n (shard, order_id, id, operator_id, key, reason, receiver_id, diamonds, diamonds_lost)`;
