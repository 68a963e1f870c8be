import type { Queryable, Transaction } from '#platform/database/database.ts';
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
import { emptyWallet, lockWallets, readWallets } from './wallets.ts';

/** A gift that somebody wants to send: what state it depends on. */
interface Asked extends Shelf {
  readonly senderId: string;
  readonly streamId: string;
}

/** Locks the senders' wallets and reads all that a batch's decisions depend on. Statements run in the order of these calls, so keys and everything else that
 * belongs to a sender are looked up when the wallets are held. Newcomers' wallets are made after that; one that appeared in the meantime has the whole
 * transaction begin again. Six statements, which travel together; one more each for newcomers, repeated keys, backpacks and gifts with a limit per day. */
export const loadGiftBatch = (tx: Transaction, batch: readonly GiftWish[], now: Date): Promise<BatchState> =>
  load(tx, batch, now, {
    wallets: lockWallets(
      tx,
      batch.map((wish) => wish.senderId),
    ),
    answers: findAnswers(
      tx,
      batch.map((wish) => ({ actorId: wish.senderId, key: wish.idempotencyKey })),
    ),
  });

/** The same as it stands now, for one wish that nobody has sent: nothing is locked, and no key is looked up. */
export const readGiftState = (db: Queryable, wish: GiftWish, now: Date): Promise<BatchState> =>
  load(db, [wish], now, { wallets: walletOrNone(db, wish.senderId), answers: Promise.resolve(new Map()) });

const walletOrNone = async (db: Queryable, ownerId: string): Promise<ReadonlyMap<string, WalletState>> => {
  const wallets = await readWallets(db, [ownerId]);
  return wallets.size === 0 ? new Map([[ownerId, emptyWallet(ownerId)]]) : wallets;
};

/** What was asked for first. */
interface AskedFirst {
  readonly wallets: Promise<ReadonlyMap<string, WalletState>>;
  readonly answers: Promise<ReadonlyMap<string, StoredAnswer>>;
}

const load = async (db: Queryable, batch: readonly GiftWish[], now: Date, { wallets, answers }: AskedFirst): Promise<BatchState> => {
  const asked = batch.flatMap(({ senderId, items }) =>
    items.map(({ streamId, giftId }): Asked => ({ senderId, ownerId: senderId, streamId, giftId })),
  );
  const [locked, stored, catalogue, streams, senderStreams, policy] = await Promise.all([
    wallets,
    answers,
    readGifts(
      db,
      asked.map((item) => item.giftId),
      now,
    ),
    readStreams(
      db,
      asked.map((item) => item.streamId),
    ),
    readSenderStreams(db, asked),
    readTradingPolicy(db),
  ]);
  const [orders, lots, senderGifts] = await readTheRest(db, asked, { locked, stored, catalogue });
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
const readTheRest = (db: Queryable, asked: readonly Asked[], { locked, stored, catalogue }: ReadSoFar) =>
  Promise.all([
    readGiftOrders(db, [...stored.values()].flatMap(orderIdsOf)),
    readShelves(
      db,
      asked.filter(({ senderId }) => (locked.get(senderId)?.backpackPieces ?? 0) > 0),
    ),
    readSenderGifts(
      db,
      asked.filter(({ giftId }) => (catalogue.get(giftId)?.dailyQuantityMax ?? null) !== null),
    ),
  ]);
