import type { Transaction } from '#platform/database/database.ts';
import type { GiftWish } from '../domain/gift.ts';
import { openBook } from '../domain/ledger.ts';
import { findAnswers } from './answers.ts';
import { readGifts } from './catalogue.ts';
import type { BatchState } from './giftBatchState.ts';
import { readGiftOrders } from './giftOrders.ts';
import { readStreams } from './streams.ts';
import { lockWallets } from './wallets.ts';

/** Locks the senders' wallets and reads all that a batch's decisions depend on. Statements run in the order of these calls, so keys and everything else that
 * belongs to a sender are looked up when the wallets are held. Newcomers' wallets are made after that; one that appeared in the meantime has the whole
 * transaction begin again. Four statements, which travel together; one more each for newcomers and repeated keys. */
export const loadGiftBatch = async (tx: Transaction, batch: readonly GiftWish[], now: Date): Promise<BatchState> => {
  const items = batch.flatMap((wish) => wish.items);
  const [locked, stored, catalogue, streams] = await Promise.all([
    lockWallets(
      tx,
      batch.map((wish) => wish.senderId),
    ),
    findAnswers(
      tx,
      batch.map((wish) => ({ actorId: wish.senderId, key: wish.idempotencyKey })),
    ),
    readGifts(
      tx,
      items.map((item) => item.giftId),
      now,
    ),
    readStreams(
      tx,
      items.map((item) => item.streamId),
    ),
  ]);
  const earlier = await readGiftOrders(
    tx,
    [...stored.values()].flatMap((answer) => answer.resultId ?? []),
  );
  return {
    book: openBook(locked, now),
    answers: new Map(stored),
    orders: new Map(earlier),
    catalogue,
    streams,
    now,
    newAnswers: [],
    newOrders: [],
  };
};
