import type { Database, Transaction } from '#platform/database/database.ts';
import { fingerprintOf } from '#platform/idempotency.ts';
import { newId } from '#platform/ids.ts';
import { createLane, type Lane } from '#platform/lane/lane.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { type Book, openBook, type WalletState } from '../domain/ledger.ts';
import { LIMITS_CONFLICT, type LimitsCommand, type LimitsError, rulesAfter } from '../domain/spendingLimits.ts';
import { answerName, findAnswers, insertAnswers, type StoredAnswer } from './answers.ts';
import { writeBook } from './ledger.ts';
import { writeSenderRules } from './senderRules.ts';
import type { WalletHints } from './walletHints.ts';
import { lockWallets } from './wallets.ts';

/** What became of it. `wallet` is the owner's after the decision (with a repeated key: as it is now). `error` null: the limits are set. */
export interface LimitsOutcome {
  readonly wallet: WalletState;
  readonly error: LimitsError | null;
}

export type SpendingLimitsLane = Lane<LimitsCommand, LimitsOutcome>;

export interface SpendingLimitsLaneOptions {
  readonly database: Database;
  readonly telemetry: Telemetry;
  readonly walletHints: WalletHints;
}

/** The lane through which users limit themselves. */
export const openSpendingLimitsLane = ({ database, telemetry, walletHints }: SpendingLimitsLaneOptions): SpendingLimitsLane =>
  createLane<LimitsCommand, LimitsOutcome>({
    name: 'spending-limits',
    database,
    telemetry,
    actorOf: (command) => command.ownerId,
    run: async (tx, batch) => {
      tx.afterCommit(() => walletHints.publish(batch.map((command) => command.ownerId)));
      return runLimits(tx, batch, new Date());
    },
  });

/** Sets the limits of a batch, in arrival order, each key once. Five statements at most, one more for newcomers. */
const runLimits = async (tx: Transaction, batch: readonly LimitsCommand[], now: Date): Promise<readonly LimitsOutcome[]> => {
  const [locked, stored] = await Promise.all([
    lockWallets(
      tx,
      batch.map((command) => command.ownerId),
    ),
    findAnswers(
      tx,
      batch.map((command) => ({ actorId: command.ownerId, key: command.idempotencyKey })),
    ),
  ]);
  const book = openBook(locked, now);
  const answers = new Map(stored);
  const newAnswers: StoredAnswer[] = [];
  const outcomes = batch.map((command): LimitsOutcome => {
    const name = answerName(command.ownerId, command.idempotencyKey);
    const known = answers.get(name);
    const fingerprint = fingerprintOfLimits(command);
    if (known !== undefined) {
      const error = known.fingerprint === fingerprint ? null : LIMITS_CONFLICT;
      return { wallet: book.walletOf(command.ownerId), error };
    }
    const answer: StoredAnswer = { actorId: command.ownerId, key: command.idempotencyKey, fingerprint, refusal: null, resultId: null };
    answers.set(name, answer);
    newAnswers.push(answer);
    return { wallet: setLimits(book, command, now), error: null };
  });
  if (newAnswers.length === 0) return outcomes;
  const changes = book.close();
  await Promise.all([
    insertAnswers(tx, newAnswers, now),
    writeSenderRules(tx, changes.wallets),
    writeBook(tx, changes, newId(now.getTime())),
  ]);
  return outcomes;
};

const setLimits = (book: Book, command: LimitsCommand, now: Date): WalletState =>
  book.changeSettings(command.ownerId, { rules: rulesAfter(book.walletOf(command.ownerId).rules, command, now) });

const fingerprintOfLimits = ({ dayCoinsMax, sessionCoinsMax }: LimitsCommand): string =>
  fingerprintOf('setSpendingLimits', said(dayCoinsMax), said(sessionCoinsMax));

// "As it is", "none" and an amount are three wishes.
const said = (max: bigint | null | undefined): string | null => (max === undefined ? 'as it is' : (max?.toString() ?? null));
