import { plain, texts } from '#platform/database/arrays.ts';
import type { Queryable } from '#platform/database/database.ts';
import { shardOf } from '#platform/ids.ts';
import type { GiftOrder, Payment } from '../domain/giftOrder.ts';
import type { SpendableCurrency } from '../domain/ledger.ts';

/** Entries by which one order is paid at most: one per currency that can be spent. */
const ENTRIES_PER_ORDER_MAX = 2;

/** How these orders were paid, by order id: what the ledger says, found by its primary key. Orders that took no coins of any kind are absent. The senders' partition.
 * One statement. */
export const readPayments = async (
  db: Queryable,
  orders: readonly Pick<GiftOrder, 'id' | 'senderId' | 'entrySeq'>[],
): Promise<ReadonlyMap<string, readonly Payment[]>> => {
  const paid = orders.filter(({ entrySeq }) => entrySeq !== null);
  if (paid.length === 0) return new Map();
  const rows = await db.query<PaymentRow>({
    name: 'readPayments',
    text: READ_PAYMENTS,
    values: [
      plain(paid.map(({ senderId }) => shardOf(senderId))),
      texts(paid.map(({ senderId }) => senderId)),
      plain(paid.map(({ entrySeq }) => entrySeq)),
      plain(paid.map(({ id }) => id)),
    ],
  });
  const payments = new Map<string, Payment[]>();
  for (const { order_id, currency, amount, balance_after } of rows) {
    const ofOrder = payments.get(order_id) ?? [];
    ofOrder.push({ currency, amount: -amount, balanceAfter: balance_after });
    payments.set(order_id, ofOrder);
  }
  return payments;
};

interface PaymentRow {
  readonly order_id: string;
  readonly currency: SpendableCurrency;
  readonly amount: bigint;
  readonly balance_after: bigint;
}

const READ_PAYMENTS = `/* readPayments */
  SELECT k.order_id, e.currency, e.amount, e.balance_after
  FROM unnest($1::int[], $2::text[], $3::bigint[], $4::uuid[]) AS k (shard, owner_id, seq, order_id)
  JOIN ledger_entry e ON e.shard = k.shard AND e.account_kind = 'WALLET' AND e.account_id = k.owner_id COLLATE "C"
    AND e.seq > k.seq - ${ENTRIES_PER_ORDER_MAX} AND e.seq <= k.seq AND e.cause_id = k.order_id
  ORDER BY k.order_id, e.seq`;
