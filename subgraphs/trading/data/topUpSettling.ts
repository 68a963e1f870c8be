import type { StateHints } from '#platform/bus/state-watch.ts';
import type { Database, Transaction } from '#platform/database/database.ts';
import { newId } from '#platform/ids.ts';
import { createLane, type Lane } from '#platform/lane/lane.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { BONUS_GRANTS_ACCOUNT, type Book, openBook, TOP_UP_ACCOUNT, type WalletState } from '../domain/ledger.ts';
import type { PaymentFact } from '../domain/payment.ts';
import type { TopUp } from '../domain/topUp.ts';
import { applyFact, type FactRefusal, heardAlone, holdsCoins } from '../domain/topUpStates.ts';
import { writeBook } from './ledger.ts';
import { type DecidedEvent, eventName, findDecidedEvents, type PaymentEventRecord, writePaymentEvents } from './paymentEvents.ts';
import { readTopUps, updateTopUps } from './topUpRows.ts';
import type { WalletHints } from './walletHints.ts';
import { lockWallets } from './wallets.ts';

/** What a provider said about the payment of an order: as an answer, or by an event (then with the one fact that the event tells). */
export interface SettleCommand {
  readonly topUpId: string;
  /** Null where the provider refused to make one. */
  readonly paymentId: string | null;
  /** In the order in which they happened. */
  readonly facts: readonly PaymentFact[];
  /** Absent for answers. */
  readonly event?: PaymentEventRecord;
}

/** The order as it is now, with its owner's wallet; null where there is none of that id. `refusals`: facts that could not be booked. `changed`: whether it is another one
 * than before. */
export interface SettleOutcome {
  readonly topUp: TopUp | null;
  readonly wallet: WalletState | null;
  readonly refusals: readonly FactRefusal[];
  readonly changed: boolean;
}

export type SettlingLane = Lane<SettleCommand, SettleOutcome>;

export interface SettlingLaneOptions {
  readonly database: Database;
  readonly telemetry: Telemetry;
  readonly walletHints: WalletHints;
  readonly topUpHints: StateHints;
}

/** An event whose order is not here is looked at again so often, and so long: a provider sends on for about three days too. */
const WAITING_LOOK_MS = 10 * 60_000;
export const WAITING_MS_MAX = 3 * 24 * 3_600_000;

/** The lane through which everything goes that providers say. */
export const openSettlingLane = ({ database, telemetry, walletHints, topUpHints }: SettlingLaneOptions): SettlingLane => {
  const refused = telemetry.counter(
    'fanfare_top_up_facts_refused_total',
    'Payment facts that could not be booked: an operator has to look.',
    ['reason'],
  );
  return createLane<SettleCommand, SettleOutcome>({
    name: 'top-ups-settling',
    database,
    telemetry,
    actorOf: (command) => command.topUpId,
    run: async (tx, batch) => {
      const outcomes = await settleTopUps(tx, batch, new Date());
      tx.afterCommit(() => {
        const changed = outcomes.flatMap(({ topUp, changed: is }) => (is && topUp !== null ? [topUp] : []));
        topUpHints.publish(changed.map(({ id }) => id));
        walletHints.publish(changed.map(({ ownerId }) => ownerId));
        for (const [index, { refusals }] of outcomes.entries()) {
          for (const reason of refusals) {
            refused.inc({ reason });
            telemetry.log.error({ topUp: batch[index]?.topUpId, payment: batch[index]?.paymentId, reason }, REFUSAL_MEANS[reason]);
          }
        }
      });
      return outcomes;
    },
  });
};

const REFUSAL_MEANS: Readonly<Record<FactRefusal, string>> = {
  WRONG_AMOUNT: 'a payment for a top-up has another amount than the order: no coins were credited, look at it with the provider',
  PAID_TWICE: 'a top-up was paid by a second payment: give that one back at the provider',
  COINS_SPENT: 'the money of a top-up was given back past us, and its coins are spent: they could not be taken back',
};

/** Applies what providers said to the orders, in order of arrival, and books coins; each event once. At most ten statements. */
const settleTopUps = async (tx: Transaction, batch: readonly SettleCommand[], now: Date): Promise<readonly SettleOutcome[]> => {
  const ids = batch.map((command) => command.topUpId);
  // Whose they are never changes; what has become of them is read again under the owners' locks, where it stands until COMMIT.
  const owners = [...(await readTopUps(tx, ids)).values()].map((topUp) => topUp.ownerId);
  const [wallets, topUps, decided] = await Promise.all([
    lockWallets(tx, owners),
    owners.length === 0 ? new Map<string, TopUp>() : readTopUps(tx, ids),
    findDecidedEvents(
      tx,
      batch.flatMap(({ event }) => event ?? []),
    ),
  ]);
  const state: SettlingState = {
    book: openBook(wallets, now),
    now,
    topUps: new Map(topUps),
    changed: new Map(),
    decided: new Set(decided),
    events: [],
  };
  const outcomes = batch.map((command) => settle(command, state));
  if (state.changed.size > 0) await updateTopUps(tx, [...state.changed.values()]);
  await writePaymentEvents(tx, state.events);
  await writeBook(tx, state.book.close(), newId(now.getTime()));
  return outcomes.map((outcome) => ({ ...outcome, wallet: outcome.topUp === null ? null : state.book.walletOf(outcome.topUp.ownerId) }));
};

interface SettlingState {
  readonly book: Book;
  readonly now: Date;
  readonly topUps: Map<string, TopUp>;
  readonly changed: Map<string, TopUp>;
  /** Events that need no decision any more, by eventName. */
  readonly decided: Set<string>;
  readonly events: DecidedEvent[];
}

const settle = ({ topUpId, paymentId, facts, event }: SettleCommand, state: SettlingState): SettleOutcome => {
  const before = state.topUps.get(topUpId) ?? null;
  if (event !== undefined) {
    if (state.decided.has(eventName(event))) return { topUp: before, wallet: null, refusals: [], changed: false };
    state.decided.add(eventName(event));
  }
  if (before === null) {
    if (event !== undefined) state.events.push(keepWaiting(event, state.now));
    return { topUp: null, wallet: null, refusals: [], changed: false };
  }
  const refusals: FactRefusal[] = [];
  for (const fact of facts) {
    const refusal = applyOne({ paymentId, fact: facts.length === 1 ? heardAlone(fact, before) : fact }, topUpId, state);
    if (refusal !== null) refusals.push(refusal);
  }
  const after = state.topUps.get(topUpId) ?? before;
  const changed = after !== before;
  if (event !== undefined) state.events.push({ event, outcome: refusals[0] ?? (changed ? 'CHANGED' : 'UNCHANGED'), lookAt: null });
  return { topUp: after, wallet: null, refusals, changed };
};

const keepWaiting = (event: PaymentEventRecord, now: Date): DecidedEvent =>
  now.getTime() - event.receivedAt.getTime() < WAITING_MS_MAX
    ? { event, outcome: 'WAITING', lookAt: new Date(now.getTime() + WAITING_LOOK_MS) }
    : { event, outcome: 'UNKNOWN', lookAt: null };

const applyOne = (
  news: { readonly paymentId: string | null; readonly fact: PaymentFact },
  topUpId: string,
  state: SettlingState,
): FactRefusal | null => {
  const before = state.topUps.get(topUpId);
  if (before === undefined) return null;
  const decision = applyFact(before, news, { now: state.now, canTakeBack: canTakeBack(state.book, before) });
  if (decision.kind !== 'changed') return decision.kind === 'refused' ? decision.reason : null;
  const after: TopUp = { ...decision.topUp, version: before.version + 1 };
  postTopUp(state.book, before, after);
  state.topUps.set(topUpId, after);
  state.changed.set(topUpId, after);
  return null;
};

/** Whether the owner's wallet, which is locked, still holds what an order brought. */
export const canTakeBack = (book: Book, { ownerId, coins, bonusCoins }: TopUp): boolean => {
  const wallet = book.walletOf(ownerId);
  return wallet.coins >= coins && wallet.bonusCoins >= bonusCoins;
};

/** Books an order's change: coins are in the wallet exactly while `holdsCoins`. */
export const postTopUp = (book: Book, before: TopUp, after: TopUp): void => {
  const change = BigInt(holdsCoins(after.status)) - BigInt(holdsCoins(before.status));
  if (change === 0n) return;
  const { id: causeId, ownerId } = after;
  const { shard } = book.post({ ownerId, currency: 'COINS', amount: change * after.coins, causeId });
  book.postSystem({ shard, accountId: TOP_UP_ACCOUNT, currency: 'COINS', amount: -change * after.coins });
  if (after.bonusCoins === 0n) return;
  book.post({ ownerId, currency: 'BONUS_COINS', amount: change * after.bonusCoins, causeId });
  book.postSystem({ shard, accountId: BONUS_GRANTS_ACCOUNT, currency: 'BONUS_COINS', amount: -change * after.bonusCoins });
};
