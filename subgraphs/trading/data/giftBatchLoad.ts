import type { Transaction } from '#platform/database/database.ts';
import { openBackpacks } from '../domain/backpack.ts';
import type { CatalogueGift } from '../domain/catalogue.ts';
import type { GiftWish } from '../domain/gift.ts';
import { openBook, type WalletState } from '../domain/ledger.ts';
import { openUndoableMap } from '../domain/undoable.ts';
import { findAnswers, type StoredAnswer } from './answers.ts';
import { readShelves, type Shelf } from './backpack.ts';
import { readGifts } from './catalogue.ts';
import { orderIdsOf } from './giftAnswers.ts';
import type { BatchState } from './giftBatchState.ts';
import { readGiftOrders } from './giftOrders.ts';
import { readTradingPolicy } from './policy.ts';
import { readSenderGifts } from './senderGifts.ts';
import { readSenderStreams } from './senderStreams.ts';
import { readStreams } from './streams.ts';
import { lockWallets } from './wallets.ts';

/** A gift that somebody wants to send: what state it depends on. */
interface Asked extends Shelf {
  readonly senderId: string;
  readonly streamId: string;
}

/** Locks the senders' wallets and reads all that a batch's decisions depend on. Statements run in the order of these calls, so keys and everything else that
 * belongs to a sender are looked up when the wallets are held. Newcomers' wallets are made after that; one that appeared in the meantime has the whole
 * transaction begin again. Six statements, which travel together; one more each for newcomers, repeated keys, backpacks and gifts with a limit per day. */
export const loadGiftBatch = async (tx: Transaction, batch: readonly GiftWish[], now: Date): Promise<BatchState> => {
  const asked = batch.flatMap(({ senderId, items }) =>
    items.map(({ streamId, giftId }): Asked => ({ senderId, ownerId: senderId, streamId, giftId })),
  );
  const [locked, stored, catalogue, streams, senderStreams, policy] = await Promise.all([
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
      asked.map((item) => item.giftId),
      now,
    ),
    readStreams(
      tx,
      asked.map((item) => item.streamId),
    ),
    readSenderStreams(tx, asked),
    readTradingPolicy(tx),
  ]);
  const [orders, lots, senderGifts] = await readTheRest(tx, asked, { locked, stored, catalogue });
  return {
    book: openBook(locked, now),
    answers: new Map(stored),
    orders: new Map(orders),
    catalogue,
    streams,
    policy,
    backpacks: openBackpacks(lots, now),
    senderStreams: openUndoableMap(senderStreams),
    senderGifts: openUndoableMap(senderGifts),
    now,
    newAnswers: [],
    newOrders: [],
  };
};

interface ReadSoFar {
  readonly locked: ReadonlyMap<string, WalletState>;
  readonly stored: ReadonlyMap<string, StoredAnswer>;
  readonly catalogue: ReadonlyMap<string, CatalogueGift>;
}

// What only few gifts need, and what the first answers tell them by.
const readTheRest = (tx: Transaction, asked: readonly Asked[], { locked, stored, catalogue }: ReadSoFar) =>
  Promise.all([
    readGiftOrders(tx, [...stored.values()].flatMap(orderIdsOf)),
    readShelves(
      tx,
      asked.filter(({ senderId }) => (locked.get(senderId)?.backpackPieces ?? 0) > 0),
    ),
    readSenderGifts(
      tx,
      asked.filter(({ giftId }) => (catalogue.get(giftId)?.dailyQuantityMax ?? null) !== null),
    ),
  ]);
