import type { StateHints } from '#platform/bus/state-watch.ts';
import type { Database, Transaction } from '#platform/database/database.ts';
import type { Feeds } from '#platform/feed/feed.ts';
import { fingerprintOf } from '#platform/idempotency.ts';
import { createLane, type Lane } from '#platform/lane/lane.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import type { GiftOrder } from '../domain/giftOrder.ts';
import {
  type CancelError,
  type CancelRefusal,
  cancelError,
  cancelRefusal,
  type GiftHold,
  isCancelRefusal,
  nextHoldStatus,
} from '../domain/hold.ts';
import { openBook, type WalletState } from '../domain/ledger.ts';
import { answerName, findAnswers, type StoredAnswer } from './answers.ts';
import { readGiftOrders } from './giftOrders.ts';
import { readHolds } from './holds.ts';
import { type HoldBatch, writeHoldBatch } from './holdWrites.ts';
import type { WalletHints } from './walletHints.ts';
import { lockWallets } from './wallets.ts';

// A gift that may be taken back is paid when it is ordered: what it cost waits on the holds account. Then exactly one of three things happens, under the lock of the
// sender's wallet: it is sent when its window is over (the coins go on their way and `gift.sent` is appended: the order of the feed is that of sending), its sender
// takes it back in time, or nobody could send it for so long that it is given back.

/** CANCEL: the sender takes a gift back. END: whatever the hold's time asks for. */
export type HoldCommand =
  | { readonly kind: 'CANCEL'; readonly senderId: string; readonly orderId: string; readonly idempotencyKey: string }
  | { readonly kind: 'END'; readonly senderId: string; readonly orderId: string };

/** What became of it. `wallet` is the sender's after the batch's decision. `hold`: null when there is none. */
export interface HoldOutcome {
  readonly order: GiftOrder | null;
  readonly hold: GiftHold | null;
  readonly wallet: WalletState;
  readonly error: CancelError | null;
}

export type HoldLane = Lane<HoldCommand, HoldOutcome>;

export interface HoldLaneOptions {
  readonly database: Database;
  readonly feeds: Feeds;
  readonly telemetry: Telemetry;
  readonly walletHints: WalletHints;
  readonly orderHints: StateHints;
}

/** The lane in which gifts that may be taken back are sent, taken back or given back. */
export const openHoldLane = ({ database, feeds, telemetry, walletHints, orderHints }: HoldLaneOptions): HoldLane => {
  const ended = telemetry.counter('fanfare_gift_holds_total', 'Gifts that could be taken back, by what became of them.', ['end']);
  return createLane<HoldCommand, HoldOutcome>({
    name: 'gift-holds',
    database,
    telemetry,
    actorOf: (command) => command.senderId,
    run: async (tx, batch) => {
      const { outcomes, holds } = await runHoldBatch(tx, feeds, batch, new Date());
      tx.afterCommit(() => {
        for (const { status } of holds) ended.inc({ end: status.toLowerCase() });
        walletHints.publish(holds.map(({ senderId }) => senderId));
        orderHints.publish(holds.map(({ orderId }) => orderId));
      });
      return outcomes;
    },
  });
};

/** Decides and writes one batch in order of arrival. Thirteen statements at most (and the feed's), however many holds. `holds`: those that became final. */
export const runHoldBatch = async (
  tx: Transaction,
  feeds: Feeds,
  batch: readonly HoldCommand[],
  now: Date,
): Promise<{ readonly outcomes: readonly HoldOutcome[]; readonly holds: readonly GiftHold[] }> => {
  const ids = batch.map(({ orderId }) => orderId);
  const keys = batch.flatMap((command) => (command.kind === 'CANCEL' ? { actorId: command.senderId, key: command.idempotencyKey } : []));
  // Holds change only under the lock of their sender's wallet, so what is read behind it stands until COMMIT.
  const [locked, stored, holds, orders] = await Promise.all([
    lockWallets(
      tx,
      batch.map(({ senderId }) => senderId),
    ),
    keys.length === 0 ? new Map<string, StoredAnswer>() : findAnswers(tx, keys),
    readHolds(tx, ids),
    readGiftOrders(tx, ids),
  ]);
  const state: State = {
    book: openBook(locked, now),
    answers: new Map(stored),
    holds: new Map(holds),
    orders,
    now,
    ended: [],
    newAnswers: [],
  };
  const errors = batch.map((command) => (command.kind === 'CANCEL' ? cancel(command, state) : end(command, state)));
  await writeHoldBatch(tx, feeds, state);
  const outcomes = batch.map(({ senderId, orderId }, index): HoldOutcome => {
    const order = ownOrder(senderId, orderId, state);
    const hold = order === null ? null : (state.holds.get(orderId) ?? null);
    return { order, hold, wallet: state.book.walletOf(senderId), error: errors[index] ?? null };
  });
  return { outcomes, holds: state.ended.map(({ hold }) => hold) };
};

interface State extends HoldBatch {
  /** By answerName. */
  readonly answers: Map<string, StoredAnswer>;
  readonly holds: Map<string, GiftHold>;
  readonly orders: ReadonlyMap<string, GiftOrder>;
}

type Cancel = HoldCommand & { readonly kind: 'CANCEL' };

const cancel = (command: Cancel, state: State): CancelError | null => {
  const { senderId, orderId, idempotencyKey } = command;
  const name = answerName(senderId, idempotencyKey);
  const fingerprint = fingerprintOf('cancelGift', orderId);
  const stored = state.answers.get(name);
  if (stored !== undefined) return repeatAnswer(stored, fingerprint);
  const refusal = tryCancel(command, state);
  const answer: StoredAnswer = { actorId: senderId, key: idempotencyKey, fingerprint, refusal, resultId: null, detail: null };
  state.answers.set(name, answer);
  state.newAnswers.push(answer);
  return refusal === null ? null : cancelError(refusal);
};

const repeatAnswer = (stored: StoredAnswer, fingerprint: string): CancelError | null => {
  if (stored.fingerprint !== fingerprint) return cancelError('IDEMPOTENCY_CONFLICT');
  if (stored.refusal === null) return null;
  if (isCancelRefusal(stored.refusal)) return cancelError(stored.refusal);
  throw new Error(`a stored answer refuses to take a gift back with ${stored.refusal}, which this version does not know: update it`);
};

const tryCancel = ({ senderId, orderId }: Cancel, state: State): CancelRefusal | null => {
  const order = ownOrder(senderId, orderId, state);
  if (order === null) return 'ORDER_NOT_FOUND';
  const hold = state.holds.get(orderId) ?? null;
  const refusal = cancelRefusal(hold, state.now);
  if (refusal === null && hold !== null) endHold(order, { ...hold, status: 'VOIDED', endedAt: state.now }, state);
  return refusal;
};

const end = ({ senderId, orderId }: HoldCommand, state: State): null => {
  const [order, hold] = [ownOrder(senderId, orderId, state), state.holds.get(orderId)];
  if (order === null || hold === undefined) throw new Error(`there is no hold of order ${orderId} of ${senderId} to end`);
  const status = nextHoldStatus(hold, 'END', state.now);
  if (status !== hold.status) endHold(order, { ...hold, status, endedAt: state.now }, state);
  return null;
};

const endHold = (order: GiftOrder, hold: GiftHold, { holds, ended }: State): void => {
  holds.set(hold.orderId, hold);
  ended.push({ order, hold });
};

const ownOrder = (senderId: string, orderId: string, { orders }: Pick<State, 'orders'>): GiftOrder | null => {
  const order = orders.get(orderId);
  return order?.senderId === senderId ? order : null;
};
