import type { StateHints } from '#platform/bus/state-watch.ts';
import type { Database, Transaction } from '#platform/database/database.ts';
import { fingerprintOf } from '#platform/idempotency.ts';
import { newId } from '#platform/ids.ts';
import { createLane, type Lane } from '#platform/lane/lane.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { type Book, openBook } from '../domain/ledger.ts';
import type { TopUp } from '../domain/topUp.ts';
import { decideRefund, type RefundTopUpCommand, type RefundTopUpErrorCode, type TopUpRefund } from '../domain/topUpRefund.ts';
import { writeBook } from './ledger.ts';
import { findTopUpRefunds, insertTopUpRefunds, refundName } from './topUpRefundRows.ts';
import { readTopUps, updateTopUps } from './topUpRows.ts';
import { canTakeBack, postTopUp } from './topUpSettling.ts';
import { FIRST_LOOK_MS } from './topUps.ts';
import type { WalletHints } from './walletHints.ts';
import { lockWallets } from './wallets.ts';

// A refund goes through two lanes with the provider between them, as a top-up does. This one takes the coins back and stores under the operator's key that the
// provider is to be asked; the settling lane stores what the provider says. Whoever dies in between leaves a REFUNDING row, and the sweep asks again: order and
// attempt are the provider's key, so the money goes back once.

/** What became of an operator's wish. `attempt`: which refund of the order it is. */
export type RefundOutcome =
  | { readonly ok: true; readonly topUp: TopUp; readonly attempt: number }
  | { readonly ok: false; readonly topUp: TopUp | null; readonly code: RefundTopUpErrorCode };

export type RefundLane = Lane<RefundTopUpCommand, RefundOutcome>;

export interface RefundLaneOptions {
  readonly database: Database;
  readonly telemetry: Telemetry;
  readonly walletHints: WalletHints;
  readonly topUpHints: StateHints;
  /** Name of the provider that can be asked: orders of others stay as they are. */
  readonly provider: string;
}

/** The lane through which operators give money back. */
export const openRefundLane = ({ database, telemetry, walletHints, topUpHints, provider }: RefundLaneOptions): RefundLane =>
  createLane<RefundTopUpCommand, RefundOutcome>({
    name: 'top-ups-refunding',
    database,
    telemetry,
    actorOf: (command) => command.actorId,
    run: async (tx, batch) => {
      const { outcomes, changed } = await refundTopUps(tx, batch, { provider, now: new Date() });
      tx.afterCommit(() => {
        walletHints.publish(changed.map(({ ownerId }) => ownerId));
        topUpHints.publish(changed.map(({ id }) => id));
      });
      return outcomes;
    },
  });

/** Decides and writes a batch in arrival order. At most ten statements. */
const refundTopUps = async (
  tx: Transaction,
  batch: readonly RefundTopUpCommand[],
  { provider, now }: { readonly provider: string; readonly now: Date },
): Promise<{ readonly outcomes: readonly RefundOutcome[]; readonly changed: readonly TopUp[] }> => {
  const ids = batch.map((command) => command.topUpId);
  // Whose they are never changes; what has become of them is read again under the owners' locks, where it stands until COMMIT.
  const owners = [...(await readTopUps(tx, ids)).values()].map((topUp) => topUp.ownerId);
  if (owners.length === 0) return { outcomes: batch.map(() => ({ ok: false, topUp: null, code: 'TOP_UP_NOT_FOUND' })), changed: [] };
  const [wallets, topUps, stored] = await Promise.all([lockWallets(tx, owners), readTopUps(tx, ids), findTopUpRefunds(tx, batch)]);
  const state: RefundState = {
    book: openBook(wallets, now),
    now,
    provider,
    topUps: new Map(topUps),
    changed: new Map(),
    refunds: new Map(stored),
    newRefunds: [],
  };
  const outcomes = batch.map((command) => decide(command, state));
  const changed = [...state.changed.values()];
  if (state.newRefunds.length > 0) await insertTopUpRefunds(tx, state.newRefunds);
  if (changed.length > 0) await updateTopUps(tx, changed);
  await writeBook(tx, state.book.close(), newId(now.getTime()));
  return { outcomes, changed };
};

interface RefundState {
  readonly book: Book;
  readonly now: Date;
  readonly provider: string;
  readonly topUps: Map<string, TopUp>;
  readonly changed: Map<string, TopUp>;
  /** By refundName: those stored before, then also those of this batch. */
  readonly refunds: Map<string, TopUpRefund>;
  readonly newRefunds: TopUpRefund[];
}

const decide = (command: RefundTopUpCommand, state: RefundState): RefundOutcome => {
  const topUp = state.topUps.get(command.topUpId);
  if (topUp === undefined) return { ok: false, topUp: null, code: 'TOP_UP_NOT_FOUND' };
  const fingerprint = fingerprintOf('refundTopUp', command.topUpId, command.reason);
  const stored = state.refunds.get(refundName(command));
  if (stored !== undefined) {
    if (stored.fingerprint !== fingerprint) return { ok: false, topUp, code: 'IDEMPOTENCY_CONFLICT' };
    return answerOf(stored, topUp);
  }
  // A matter of this server, not of the order: nothing to remember.
  if (topUp.provider !== state.provider) return { ok: false, topUp, code: 'PROVIDER_NOT_CONFIGURED' };
  const watchAt = new Date(state.now.getTime() + FIRST_LOOK_MS);
  const decision = decideRefund(topUp, { canTakeBack: canTakeBack(state.book, topUp), watchAt });
  const refund: TopUpRefund = {
    ...command,
    fingerprint,
    refusal: decision.ok ? null : decision.refusal,
    attempt: decision.ok ? decision.after.refunds : null,
    at: state.now,
  };
  state.refunds.set(refundName(command), refund);
  state.newRefunds.push(refund);
  if (!decision.ok) return answerOf(refund, topUp);
  postTopUp(state.book, topUp, decision.after);
  state.topUps.set(topUp.id, decision.after);
  state.changed.set(topUp.id, decision.after);
  return answerOf(refund, decision.after);
};

const answerOf = ({ refusal, attempt }: TopUpRefund, topUp: TopUp): RefundOutcome => {
  if (refusal !== null) return { ok: false, topUp, code: refusal };
  if (attempt === null) throw new Error(`a refund of top-up ${topUp.id} is stored without refusal and without attempt`);
  return { ok: true, topUp, attempt };
};
