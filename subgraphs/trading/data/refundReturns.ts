import { plain } from '#platform/database/arrays.ts';
import type { Transaction } from '#platform/database/database.ts';
import { shardAt, shardIndexOf, shardOf } from '#platform/ids.ts';
import { type Book, mirrorAccount } from '../domain/ledger.ts';
import type { GiftRefunded } from '../events.ts';
import { returnPieces } from './backpack.ts';

/** Notes which refunds arrive at their senders and answers with those that had not before: a feed that is read again hands over what arrived long ago. One statement. */
export const insertReturns = async <Refund extends { readonly orderId: string; readonly senderId: string }>(
  tx: Transaction,
  refunds: readonly Refund[],
  batch: { readonly id: string; readonly at: Date },
): Promise<readonly Refund[]> => {
  const rows = await tx.query<{ readonly order_id: string }>({
    name: 'insertReturns',
    text: INSERT_RETURNS,
    values: [plain(refunds.map(({ senderId }) => shardOf(senderId))), plain(refunds.map(({ orderId }) => orderId)), batch.id, batch.at],
  });
  const fresh = new Set(rows.map((row) => row.order_id));
  return refunds.filter(({ orderId }) => fresh.has(orderId));
};

/** Gives the senders of refunded gifts everything back as what it was: coins, bonus coins and pieces of the backpack. The senders' wallets must be locked. One statement
 * when there are pieces. */
export const giveBack = async (tx: Transaction, book: Book, refunds: readonly GiftRefunded[], now: Date): Promise<void> => {
  for (const { orderId, senderId, receiverId, coins, bonusCoins } of refunds) {
    const [from, to] = [shardIndexOf(receiverId), shardIndexOf(senderId)];
    for (const [currency, amount] of [
      ['COINS', coins],
      ['BONUS_COINS', bonusCoins],
    ] as const) {
      if (amount === 0n) continue;
      book.postSystem({ shard: shardAt(to), accountId: mirrorAccount(from, to, currency), currency, amount: -amount });
      book.post({ ownerId: senderId, currency, amount, causeId: orderId });
    }
  }
  const ofBackpacks = refunds
    .filter(({ backpackPieces }) => backpackPieces > 0)
    .map(({ orderId, senderId }) => ({ id: orderId, senderId }));
  if (ofBackpacks.length === 0) return;
  for (const [ownerId, pieces] of await returnPieces(tx, ofBackpacks, now)) book.changePieces(ownerId, pieces);
};

const INSERT_RETURNS = `/* insertReturns */
  INSERT INTO gift_refund_return (shard, order_id, batch_id, returned_at)
  SELECT n.shard, n.order_id, $3::uuid, $4::timestamptz
  FROM unnest($1::int[], $2::uuid[]) AS n (shard, order_id)
  ON CONFLICT DO NOTHING
  RETURNING order_id`;
