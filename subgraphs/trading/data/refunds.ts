import type { StateHints } from '#platform/bus/state-watch.ts';
import type { Database, Transaction } from '#platform/database/database.ts';
import { FanfareError } from '#platform/errors.ts';
import type { Feeds } from '#platform/feed/feed.ts';
import { newId, newIdInShard, shardAt, shardIndexOf } from '#platform/ids.ts';
import { createLane, type Lane } from '#platform/lane/lane.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import type { GiftOrder, GiftRefund, Settlement } from '../domain/giftOrder.ts';
import { type Book, ISSUANCE_ACCOUNT, openBook, REFUND_LOSS_ACCOUNT, revenueAccount, transitAccount } from '../domain/ledger.ts';
import { type RefundRefusal, type RefundWish, refundRepeated, shareLoss } from '../domain/refund.ts';
import { giftRefundedEvent } from '../events.ts';
import { addToGiftGoals } from './giftGoals.ts';
import { addToGiftTotals } from './giftTotals.ts';
import { writeBook } from './ledger.ts';
import type { Loaders } from './loaders.ts';
import { insertRefunds } from './refundRows.ts';
import { readSettlements } from './settlements.ts';
import type { WalletHints } from './walletHints.ts';
import { lockWallets } from './wallets.ts';

// A refund takes two hops, as a gift does. It is decided in the receiver's partition: what was earned is taken back, what was revenue leaves for the sender's shard,
// and `gift.refunded` says so in the receiver's feed. The sender's partition gives everything back when that event arrives (data/credits.ts). Whoever dies in
// between loses nothing: the decision is the row of the order, the arrival is a row of its own.

/** An operator wants an order given back. The order is read already: orders never change. */
export interface RefundCommand extends RefundWish {
  readonly order: GiftOrder;
}

export type RefundOutcome =
  | { readonly ok: true; readonly refund: GiftRefund }
  | { readonly ok: false; readonly refusal: RefundRefusal | 'NOT_SETTLED' };

export type RefundLane = Lane<RefundCommand, RefundOutcome>;

export interface RefundLaneOptions {
  readonly database: Database;
  readonly feeds: Feeds;
  readonly telemetry: Telemetry;
  readonly walletHints: WalletHints;
  readonly orderHints: StateHints;
}

/** Receivers are credited within a second. */
const NOT_SETTLED_RETRY_MS = 1_000;

/** The lane of the receivers' partition in which refunds are decided. */
export const openRefundLane = ({ database, feeds, telemetry, walletHints, orderHints }: RefundLaneOptions): RefundLane => {
  const refunds = telemetry.counter('fanfare_gift_refunds_total', 'Gift orders that operators gave back.');
  const lost = telemetry.counter(
    'fanfare_gift_refund_loss_diamonds_total',
    'Diamonds of refunded gifts that their receivers no longer had.',
  );
  return createLane<RefundCommand, RefundOutcome>({
    name: 'gift-refunds',
    database,
    telemetry,
    actorOf: (command) => command.operatorId,
    run: async (tx, batch) => {
      const { outcomes, decided } = await runRefunds(tx, feeds, batch, new Date());
      tx.afterCommit(() => {
        refunds.inc(undefined, decided.length);
        lost.inc(undefined, Number(decided.reduce((sum, { diamondsLost }) => sum + diamondsLost, 0n)));
        walletHints.publish(decided.map(({ receiverId }) => receiverId));
        orderHints.publish(decided.map(({ orderId }) => orderId));
      });
      return outcomes;
    },
  });
};

/** Submits a refund. Throws FanfareError BUSY while the order is not credited yet, which passes: the same key may be sent again. */
export const submitRefund = async (lane: RefundLane, command: RefundCommand, signal: AbortSignal): Promise<RefundRefusal | null> => {
  const outcome = await lane.submit(command, { signal });
  if (outcome.ok) return null;
  if (outcome.refusal !== 'NOT_SETTLED') return outcome.refusal;
  throw notSettledYet(NOT_SETTLED_RETRY_MS);
};

/** The order that an operator names, if it is one that can be given back. Throws FanfareError BUSY while its sender may still take it back. */
export const findRefundable = async (
  { giftOrders, holds }: Pick<Loaders, 'giftOrders' | 'holds'>,
  orderId: string,
  now: Date,
): Promise<
  { readonly ok: true; readonly order: GiftOrder } | { readonly ok: false; readonly refusal: 'ORDER_NOT_FOUND' | 'ORDER_CANCELLED' }
> => {
  const order = await giftOrders.load(orderId);
  if (order === null) return { ok: false, refusal: 'ORDER_NOT_FOUND' };
  const hold = order.cancellableUntil === null ? null : await holds.load(orderId);
  if (hold === null || hold.status === 'POSTED') return { ok: true, order };
  if (hold.status === 'PENDING') throw notSettledYet(Math.max(0, hold.postsAt.getTime() - now.getTime()) + NOT_SETTLED_RETRY_MS);
  return { ok: false, refusal: 'ORDER_CANCELLED' };
};

const notSettledYet = (retryAfterMs: number): FanfareError =>
  new FanfareError(
    'BUSY',
    'The receiver of this order is not credited yet, so nothing was given back. Retry with the same idempotencyKey.',
    {
      retryAfterMs,
    },
  );

/** Decides and writes a batch in order of arrival, each order once. Nine statements at most (and the feed's). */
export const runRefunds = async (
  tx: Transaction,
  feeds: Feeds,
  batch: readonly RefundCommand[],
  now: Date,
): Promise<{ readonly outcomes: readonly RefundOutcome[]; readonly decided: readonly GiftRefund[] }> => {
  const orders = batch.map(({ order }) => order);
  // Credits and refunds of a receiver change only under the lock of their wallet, so what is read behind it stands until COMMIT.
  const [locked, settlements] = await Promise.all([
    lockWallets(
      tx,
      orders.map(({ receiverId }) => receiverId),
    ),
    readSettlements(tx, orders),
  ]);
  const state = { book: openBook(locked, now), settlements: new Map(settlements), now };
  const decided: Decided[] = [];
  const outcomes = batch.map((command): RefundOutcome => {
    const { order } = command;
    const settlement = state.settlements.get(order.id);
    if (settlement === undefined) return { ok: false, refusal: 'NOT_SETTLED' };
    if (settlement.refund !== null) {
      const refusal = refundRepeated(settlement.refund, command);
      return refusal === null ? { ok: true, refund: settlement.refund } : { ok: false, refusal };
    }
    const refund = decide(command, state.book, now);
    state.settlements.set(order.id, { ...settlement, refund } satisfies Settlement);
    decided.push({ order, refund, creditedAt: settlement.settledAt });
    return { ok: true, refund };
  });
  const refunds = decided.map(({ refund }) => refund);
  if (refunds.length > 0) {
    await Promise.all([
      insertRefunds(tx, refunds, now),
      writeBook(tx, state.book.close(), newId(now.getTime())),
      addToGiftTotals(tx, decided.map(takenBack), now),
      addToGiftGoals(tx, decided.map(takenBack), now),
      feeds.append(tx, decided.map(giftRefundedEvent)),
    ]);
  }
  return { outcomes, decided: refunds };
};

interface Decided {
  readonly order: GiftOrder;
  readonly refund: GiftRefund;
  readonly creditedAt: Date;
}

const decide = ({ order, operatorId, idempotencyKey, reason }: RefundCommand, book: Book, now: Date): GiftRefund => {
  const { receiverId } = order;
  const refund: GiftRefund = {
    id: newIdInShard(shardIndexOf(receiverId), now.getTime()),
    orderId: order.id,
    operatorId,
    key: idempotencyKey,
    reason,
    receiverId,
    ...shareLoss(order.diamonds, book.walletOf(receiverId).diamonds),
    refundedAt: now,
  };
  post(book, order, refund);
  return refund;
};

const post = (book: Book, order: GiftOrder, { diamonds, diamondsLost }: GiftRefund): void => {
  const from = shardIndexOf(order.receiverId);
  const shard = shardAt(from);
  const to = shardIndexOf(order.senderId);
  if (diamonds > 0n) book.post({ ownerId: order.receiverId, currency: 'DIAMONDS', amount: -diamonds, causeId: order.id });
  if (diamondsLost > 0n) book.postSystem({ shard, accountId: REFUND_LOSS_ACCOUNT, currency: 'DIAMONDS', amount: -diamondsLost });
  if (order.diamonds > 0n) book.postSystem({ shard, accountId: ISSUANCE_ACCOUNT, currency: 'DIAMONDS', amount: order.diamonds });
  for (const [currency, amount] of [
    ['COINS', order.coins],
    ['BONUS_COINS', order.bonusCoins],
  ] as const) {
    if (amount === 0n) continue;
    book.postSystem({ shard, accountId: revenueAccount(currency), currency, amount: -amount });
    book.postSystem({ shard, accountId: transitAccount(from, to, currency), currency, amount });
  }
};

const takenBack = ({ order: { receiverId, streamId, giftId, quantity, coins }, creditedAt }: Decided) => ({
  receiverId,
  streamId,
  giftId,
  creditedAt,
  quantity: -quantity,
  coins: -coins,
});
