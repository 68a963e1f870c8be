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

export interface GiftLaneOptions {
  readonly database: Database;
  readonly feeds: Feeds;
  readonly telemetry: Telemetry;
  readonly walletHints: WalletHints;
}

/** Gifts per transaction at most. More saves little per gift and makes everybody wait longer. */
const GIFT_BATCH_MAX = 1_000;

/** The lane through which every gift goes. */
export const openGiftLane = ({ database, feeds, telemetry, walletHints }: GiftLaneOptions): GiftLane => {
  const gifts = telemetry.counter('fanfare_gifts_total', 'Gift orders accepted (debited and committed).');
  const coins = telemetry.counter('fanfare_gift_coins_total', 'Coins spent on gifts.');
  return createLane<GiftCommand, GiftOutcome>({
    name: 'gifts',
    database,
    telemetry,
    actorOf: (command) => command.senderId,
    batchMax: GIFT_BATCH_MAX,
    run: async (tx, batch) => {
      const { outcomes, orders } = await runGiftBatch(tx, feeds, batch.map(wishOf), new Date());
      tx.afterCommit(() => {
        gifts.inc(undefined, orders.length);
        coins.inc(undefined, Number(orders.reduce((sum, order) => sum + order.coins, 0n)));
        walletHints.publish(orders.map((order) => order.senderId));
      });
      return outcomes.flat();
    },
  });
};

/** Decides and writes one batch of wishes inside an open transaction, in arrival order: load, decide, write. Twelve statements at most (and the feed's), however
 * many gifts. */
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
