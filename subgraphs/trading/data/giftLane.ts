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
  /** How long the oldest gift has waited for its receiver's credit, in milliseconds (default: not at all). */
  readonly creditLagMs?: () => number;
}

/** So many lanes of single gifts share a database, each for shards of its own: they have no row in common, and one decides while another waits for PostgreSQL. Measured on two cores: one
 * leaves a third of them idle, a third one gains nothing. */
export const GIFT_LANES = 2;
/** Gifts that wait in all of them together: about a second's worth. Who comes later is told BUSY at once rather than made to wait. */
const GIFT_QUEUE_MAX = 10_000;
/** Receivers are promised their credit within a second. Where the credits come later than this, gifts rest between batches until they have caught up: accepting more than can be credited
 * would only make the promise worse. */
const CREDIT_LAG_MS_MAX = 400;
const REST_MS_MAX = 100;
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
    queueMax: GIFT_QUEUE_MAX / GIFT_LANES,
    restMs: () => restMs(options.creditLagMs?.() ?? 0),
    run: async (tx, batch) => (await run(tx, batch.map(wishOf))).flat(),
  });
};

/** The longer the credits lag, the longer: a quarter of what is too much. */
const restMs = (lagMs: number): number => Math.min(REST_MS_MAX, Math.max(0, lagMs - CREDIT_LAG_MS_MAX) / 4);

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
