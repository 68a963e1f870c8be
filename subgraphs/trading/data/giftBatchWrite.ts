import type { Transaction } from '#platform/database/database.ts';
import type { Feeds } from '#platform/feed/feed.ts';
import { newId } from '#platform/ids.ts';
import { holdOf } from '../domain/hold.ts';
import { giftSentEvent, stockPaidEvents } from '../events.ts';
import { insertAnswers } from './answers.ts';
import { writeUses } from './backpack.ts';
import type { BatchState } from './giftBatchState.ts';
import { insertGiftOrders } from './giftOrders.ts';
import { insertHolds } from './holds.ts';
import { writeBook } from './ledger.ts';
import { writeSenderGifts } from './senderGifts.ts';
import { writeSenderStreams } from './senderStreams.ts';

/** Writes what a batch has decided. The statements travel together; the order of these calls is the order of their locks: wallets (held), rows that belong to one
 * sender, the platform's accounts, feeds. Nothing when every key was a repeat; the answers alone when everything was refused. */
export const writeGiftBatch = async (tx: Transaction, feeds: Feeds, state: BatchState): Promise<void> => {
  const { book, newAnswers, newOrders, now } = state;
  if (newAnswers.length === 0) return;
  const answers = insertAnswers(tx, newAnswers, now);
  if (newOrders.length === 0) return answers;
  const held = newOrders.flatMap((order) => holdOf(order) ?? []);
  const sent = newOrders.filter(({ cancellableUntil }) => cancellableUntil === null);
  // Pieces of a stock are sold when they are paid, also where the gift may still be taken back.
  const events = [...sent.map(giftSentEvent), ...stockPaidEvents(newOrders)];
  await Promise.all([
    answers,
    insertGiftOrders(tx, newOrders, now),
    writeSenderStreams(tx, state.senderStreams.changed()),
    writeSenderGifts(tx, state.senderGifts.changed()),
    held.length > 0 && insertHolds(tx, held),
    writeUses(tx, state.backpacks.uses(), now),
    writeBook(tx, book.close(), newId(now.getTime())),
    events.length > 0 && feeds.append(tx, events),
  ]);
};
