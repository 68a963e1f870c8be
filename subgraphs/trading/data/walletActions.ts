import type { Database, Transaction } from '#platform/database/database.ts';
import { checkIdempotencyKey, fingerprintOf } from '#platform/idempotency.ts';
import { newId } from '#platform/ids.ts';
import { createLane, type Lane } from '#platform/lane/lane.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { BONUS_GRANTS_ACCOUNT, type Book, openBook, type WalletState } from '../domain/ledger.ts';
import { restricted } from '../domain/limits.ts';
import {
  type WalletAction,
  type WalletActionError,
  type WalletCommand,
  walletActionError,
  walletActionRefusal,
  walletCommandFault,
  walletCommandLate,
} from '../domain/walletAction.ts';
import { writeBook } from './ledger.ts';
import { openPropsGrants, type PropsGrants, propsToJson } from './propsGrants.ts';
import { restrictionsToJson, writeSenderRules } from './senderRules.ts';
import { findWalletActions, insertWalletActions, walletActionName } from './walletActionRows.ts';
import type { WalletHints } from './walletHints.ts';
import { type FrozenChange, lockWallets, setFrozen } from './wallets.ts';

/** The answer as the graph shows it. */
export interface WalletActionPayload {
  readonly wallet: WalletState | null;
  readonly userErrors: readonly WalletActionError[];
}

/** Checks the shape of an operator's command and submits it. Throws FanfareError BAD_USER_INPUT for a key that is none, and what the lane throws. */
export const submitWalletAction = async (
  command: WalletCommand,
  { lanes, signal }: { readonly lanes: { readonly walletActions: WalletActionLane }; readonly signal: AbortSignal },
): Promise<WalletActionPayload> => {
  checkIdempotencyKey(command.idempotencyKey);
  const fault = walletCommandFault(command);
  if (fault !== null) return { wallet: null, userErrors: [walletActionError(fault)] };
  const { wallet, error } = await lanes.walletActions.submit(command, { signal });
  return { wallet, userErrors: error === null ? [] : [error] };
};

/** What became of it. `wallet` is the owner's after the decision (with a repeated key: as it is now); null when the input was out of order. */
export interface WalletActionOutcome {
  readonly wallet: WalletState | null;
  /** Null: it is done. */
  readonly error: WalletActionError | null;
}

export type WalletActionLane = Lane<WalletCommand, WalletActionOutcome>;

export interface WalletActionLaneOptions {
  readonly database: Database;
  readonly telemetry: Telemetry;
  readonly walletHints: WalletHints;
}

/** The lane through which operators freeze, unfreeze and grant. */
export const openWalletActionLane = ({ database, telemetry, walletHints }: WalletActionLaneOptions): WalletActionLane =>
  createLane<WalletCommand, WalletActionOutcome>({
    name: 'wallet-actions',
    database,
    telemetry,
    actorOf: (command) => command.actorId,
    run: async (tx, batch) => {
      tx.afterCommit(() => walletHints.publish(batch.map((command) => command.ownerId)));
      return runWalletActions(tx, batch, new Date());
    },
  });

/** Decides and writes a batch in arrival order: each action is logged under its key with its reason, refused ones too. Thirteen statements at most. */
const runWalletActions = async (tx: Transaction, batch: readonly WalletCommand[], now: Date): Promise<readonly WalletActionOutcome[]> => {
  const [locked, stored] = await Promise.all([
    lockWallets(
      tx,
      batch.map((command) => command.ownerId),
    ),
    findWalletActions(tx, batch),
  ]);
  const state: BatchState = {
    book: openBook(locked, now),
    frozen: new Map(),
    restricted: new Set(),
    props: await openPropsGrants(tx, batch, now),
    actions: new Map(stored),
    now,
  };
  const outcomes = batch.map((command) => decide(command, state));
  const newActions = [...state.actions.values()].filter((action) => stored.get(walletActionName(action)) !== action);
  if (newActions.length > 0) await insertWalletActions(tx, newActions);
  if (state.frozen.size > 0) await setFrozen(tx, [...state.frozen.values()]);
  await state.props.write(tx);
  const changes = state.book.close();
  const restrictedWallets = changes.wallets.filter(({ ownerId }) => state.restricted.has(ownerId));
  if (restrictedWallets.length > 0) await writeSenderRules(tx, restrictedWallets);
  await writeBook(tx, changes, newId(now.getTime()));
  return outcomes;
};

interface BatchState {
  readonly book: Book;
  /** Since when and why wallets are frozen that the batch has frozen or unfrozen, by owner. */
  readonly frozen: Map<string, FrozenChange>;
  /** Owners of whom something new is said as senders. */
  readonly restricted: Set<string>;
  readonly props: PropsGrants;
  /** By walletActionName: those stored before, then also those of this batch. */
  readonly actions: Map<string, WalletAction>;
  readonly now: Date;
}

const decide = (command: WalletCommand, state: BatchState): WalletActionOutcome => {
  const { kind, ownerId } = command;
  const fingerprint = fingerprintOfAction(command);
  const stored = state.actions.get(walletActionName(command));
  if (stored !== undefined) {
    const code = stored.fingerprint === fingerprint ? stored.refusal : 'IDEMPOTENCY_CONFLICT';
    return { wallet: state.book.walletOf(ownerId), error: code === null ? null : walletActionError(code) };
  }
  const late = walletCommandLate(command, state.now);
  if (late !== null) return { wallet: null, error: walletActionError(late) };
  const refusal = walletActionRefusal(kind, state.book.walletOf(ownerId)) ?? state.props.refusalOf(command);
  const wanted: WalletAction = { ...command, id: newId(state.now.getTime()), fingerprint, refusal, at: state.now };
  const action = refusal === null ? apply(wanted, state) : wanted;
  state.actions.set(walletActionName(action), action);
  return { wallet: state.book.walletOf(ownerId), error: refusal === null ? null : walletActionError(refusal) };
};

const fingerprintOfAction = ({ kind, ownerId, reason, bonusCoins, restrictions, props = null, lotId }: WalletCommand): string =>
  fingerprintOf(
    kind,
    ownerId,
    reason,
    bonusCoins?.toString() ?? null,
    ...(restrictions === null ? [] : [JSON.stringify(restrictionsToJson(restrictions))]),
    ...(props === null ? [] : [JSON.stringify(propsToJson(props))]),
    ...(lotId === undefined ? [] : [lotId]),
  );

/** Does it, and answers with the action as the log keeps it. */
const apply = (action: WalletAction, { book, frozen, restricted: said, props }: BatchState): WalletAction => {
  const { id, kind, ownerId, reason, bonusCoins, restrictions, at } = action;
  if (kind === 'GRANT_PROPS' || kind === 'TAKE_BACK_PROPS') return { ...action, props: props.apply(action, book) };
  if (kind === 'GRANT_BONUS_COINS') {
    const amount = bonusCoins ?? 0n;
    const { shard } = book.post({ ownerId, currency: 'BONUS_COINS', amount, causeId: id });
    book.postSystem({ shard, accountId: BONUS_GRANTS_ACCOUNT, currency: 'BONUS_COINS', amount: -amount });
  } else if (restrictions !== null) {
    book.changeSettings(ownerId, { rules: restricted(book.walletOf(ownerId).rules, restrictions) });
    said.add(ownerId);
  } else {
    const { shard } = book.changeSettings(ownerId, { frozen: kind === 'FREEZE' });
    frozen.set(ownerId, { shard, ownerId, frozen: kind === 'FREEZE' ? { at, reason } : null });
  }
  return action;
};
