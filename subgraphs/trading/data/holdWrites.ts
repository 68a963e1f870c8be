import type { Transaction } from '#platform/database/database.ts';
import type { Feeds } from '#platform/feed/feed.ts';
import { newId, shardIndexOf, shardOf } from '#platform/ids.ts';
import type { GiftOrder } from '../domain/giftOrder.ts';
import type { GiftHold } from '../domain/hold.ts';
import { type Book, holdsAccount, transitAccount } from '../domain/ledger.ts';
import { dayOf, spendingWithout } from '../domain/limits.ts';
import { giftSentEvent, stockReturnedEvent } from '../events.ts';
import { insertAnswers, type StoredAnswer } from './answers.ts';
import { returnPieces } from './backpack.ts';
import { endHolds } from './holds.ts';
import { writeBook } from './ledger.ts';
import { takeFromSenderGifts } from './senderGifts.ts';
import { takeFromSenderStreams } from './senderStreams.ts';

/** A hold that became final in this batch, with its order. */
export interface EndedHold {
  readonly order: GiftOrder;
  readonly hold: GiftHold;
}

/** What a batch of holds has decided. */
export interface HoldBatch {
  readonly book: Book;
  readonly now: Date;
  readonly ended: EndedHold[];
  readonly newAnswers: StoredAnswer[];
}

/** Posts and writes what a batch has decided about holds. The order of these calls is the order of their locks: wallets (held), rows that belong to one sender, the
 * platform's accounts, feeds. */
export const writeHoldBatch = async (tx: Transaction, feeds: Feeds, { book, now, ended, newAnswers }: HoldBatch): Promise<void> => {
  if (newAnswers.length > 0) await insertAnswers(tx, newAnswers, now);
  if (ended.length === 0) return;
  const posted = ended.filter(({ hold }) => hold.status === 'POSTED');
  const back = ended.filter(({ hold }) => hold.status !== 'POSTED').map(({ order }) => order);
  for (const { order, hold } of ended) post(book, order, hold);
  const ofBackpacks = back.filter(({ backpackPieces }) => backpackPieces > 0);
  const pieces = ofBackpacks.length === 0 ? new Map<string, number>() : await returnPieces(tx, ofBackpacks, now);
  for (const [ownerId, count] of pieces) book.changePieces(ownerId, count);
  await Promise.all([
    endHolds(
      tx,
      ended.map(({ hold }) => hold),
      now,
    ),
    back.length > 0 && takeFromSenderStreams(tx, back),
    back.length > 0 && takeFromSenderGifts(tx, back.map(toPieces)),
    writeBook(tx, book.close(), newId(now.getTime())),
    feeds.append(tx, [
      ...posted.map(({ order, hold }) => giftSentEvent({ ...order, contents: hold.contents })),
      // Whether a stock gave pieces for them, the stock knows.
      ...back.map((order) => stockReturnedEvent(order, newId(now.getTime()))),
    ]),
  ]);
};

const toPieces = ({ senderId, giftId, quantity, createdAt }: GiftOrder) => ({ senderId, giftId, day: dayOf(createdAt), pieces: quantity });

const post = (book: Book, { id, receiverId, senderId, createdAt }: GiftOrder, { status, coins, bonusCoins }: GiftHold): void => {
  const shard = shardOf(senderId);
  for (const [currency, amount] of [
    ['COINS', coins],
    ['BONUS_COINS', bonusCoins],
  ] as const) {
    if (amount === 0n) continue;
    book.postSystem({ shard, accountId: holdsAccount(currency), currency, amount: -amount });
    if (status !== 'POSTED') book.post({ ownerId: senderId, currency, amount, causeId: id });
    else
      book.postSystem({ shard, accountId: transitAccount(shardIndexOf(senderId), shardIndexOf(receiverId), currency), currency, amount });
  }
  // What is held is part of the wallet as its owner sees it, and a gift that is sent makes no entry there: its version says that something has changed.
  book.changeSettings(senderId, {});
  if (status !== 'POSTED') book.setSpending(senderId, spendingWithout(book.walletOf(senderId).spending, coins, createdAt));
};
