import type { Database, Transaction } from '#platform/database/database.ts';
import type { Feeds } from '#platform/feed/feed.ts';
import { createLane, type Lane } from '#platform/lane/lane.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { type GiftCommand, type GiftWish, wishOf } from '../domain/gift.ts';
import type { GiftOrder } from '../domain/giftOrder.ts';
import { decideWish } from './giftBatchDecide.ts';
import { loadGiftBatch } from './giftBatchLoad.ts';
import type { GiftOutcome, WishOutcome } from './giftBatchState.ts';
import { writeGiftBatch } from './giftBatchWrite.ts';
import type { WalletHints } from './walletHints.ts';

export type GiftLane = Lane<GiftCommand, GiftOutcome>;
export type BulkGiftLane = Lane<GiftWish, WishOutcome>;

export interface GiftLaneOptions {
  readonly database: Database;
  readonly feeds: Feeds;
  readonly telemetry: Telemetry;
  readonly walletHints: WalletHints;
}

/** Gifts per transaction at most. More saves little per gift and makes everybody wait longer. */
const GIFT_BATCH_MAX = 1_000;
/** Wishes of several gifts per transaction at most: with GIFT_ITEMS_MAX each that is twice as many gifts. They have a lane of their own, so that whoever sends one gift
 * does not wait for hundreds of somebody else's. */
const BULK_BATCH_MAX = 20;

/** The lane through which every single gift goes. */
export const openGiftLane = (options: GiftLaneOptions): GiftLane => {
  const run = runnerOf(options);
  return createLane<GiftCommand, GiftOutcome>({
    name: 'gifts',
    database: options.database,
    telemetry: options.telemetry,
    actorOf: (command) => command.senderId,
    batchMax: GIFT_BATCH_MAX,
    run: async (tx, batch) => (await run(tx, batch.map(wishOf))).flat(),
  });
};

/** The lane of wishes of several gifts: the same transaction over the same rows, told apart by locks alone. */
export const openBulkGiftLane = (options: GiftLaneOptions): BulkGiftLane =>
  createLane<GiftWish, WishOutcome>({
    name: 'bulk-gifts',
    database: options.database,
    telemetry: options.telemetry,
    actorOf: (wish) => wish.senderId,
    batchMax: BULK_BATCH_MAX,
    run: runnerOf(options),
  });

/** Decides and writes one batch of wishes inside an open transaction, in arrival order: load, decide, write. A fixed number of statements, however many gifts. */
export const runGiftBatch = async (
  tx: Transaction,
  feeds: Feeds,
  batch: readonly GiftWish[],
  now: Date,
): Promise<{ readonly outcomes: readonly WishOutcome[]; readonly orders: readonly GiftOrder[] }> => {
  const state = await loadGiftBatch(tx, batch, now);
  const outcomes = batch.map((wish) => decideWish(wish, state));
  await writeGiftBatch(tx, feeds, state);
  return { outcomes, orders: state.newOrders };
};

const runnerOf = ({ feeds, telemetry, walletHints }: GiftLaneOptions) => {
  const gifts = telemetry.counter('fanfare_gifts_total', 'Gift orders accepted (debited and committed).');
  const coins = telemetry.counter('fanfare_gift_coins_total', 'Bought coins spent on gifts.');
  return async (tx: Transaction, batch: readonly GiftWish[]): Promise<readonly WishOutcome[]> => {
    const { outcomes, orders } = await runGiftBatch(tx, feeds, batch, new Date());
    tx.afterCommit(() => {
      gifts.inc(undefined, orders.length);
      coins.inc(undefined, Number(orders.reduce((sum, order) => sum + order.coins, 0n)));
      walletHints.publish(orders.map((order) => order.senderId));
    });
    return outcomes;
  };
};
