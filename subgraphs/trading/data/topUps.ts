import type { Database, Transaction } from '#platform/database/database.ts';
import { fingerprintOf } from '#platform/idempotency.ts';
import { newIdInShard, shardIndexOf } from '#platform/ids.ts';
import { createLane, type Lane } from '#platform/lane/lane.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import type { WalletState } from '../domain/ledger.ts';
import { isOpeningRefusal, openingRefusal, type TopUp, type TopUpCommand, type TopUpErrorCode, type TopUpOffer } from '../domain/topUp.ts';
import { type AnswerKey, answerName, findAnswers, insertAnswers, type StoredAnswer } from './answers.ts';
import { readTopUpOffers } from './topUpProducts.ts';
import { countPendingTopUps, insertTopUps, readTopUps } from './topUpRows.ts';
import { lockWallets } from './wallets.ts';

// A top-up goes through two lanes with the payment between them. This one stores the wish under its key, before the provider is asked; the other one
// (topUpSettling.ts) stores what the provider says and credits the wallet. Whoever dies in between leaves a PENDING row: the buyer's retry, a webhook or the
// sweep settles it. The row's status, changed under the wallet's lock, makes the credit happen once.

/** What became of a wish for coins. The order may be new, still under way, or final. */
export type OpenOutcome =
  | { readonly ok: true; readonly topUp: TopUp; readonly wallet: WalletState }
  | { readonly ok: false; readonly code: TopUpErrorCode };

export type OpeningLane = Lane<TopUpCommand, OpenOutcome>;

/** On what terms orders are taken. */
export interface TopUpTerms {
  /** Name of the payment provider that they will belong to. */
  readonly provider: string;
  /** For how long they can be paid, in milliseconds. */
  readonly lifetimeMs: number;
}

export interface OpeningLaneOptions {
  readonly database: Database;
  readonly telemetry: Telemetry;
  readonly terms: TopUpTerms;
}

/** A PENDING order younger than this is somebody's work in progress; after it the sweep asks. Longer than a question to the provider takes. */
export const FIRST_LOOK_MS = 20_000;

/** The lane through which wishes for coins go. */
export const openOpeningLane = ({ database, telemetry, terms }: OpeningLaneOptions): OpeningLane =>
  createLane<TopUpCommand, OpenOutcome>({
    name: 'top-ups-opening',
    database,
    telemetry,
    actorOf: (command) => command.ownerId,
    run: (tx, batch) => openTopUps(tx, batch, terms, new Date()),
  });

/** Stores a batch of wishes, or finds what was answered to them before. At most eight statements. */
const openTopUps = async (
  tx: Transaction,
  batch: readonly TopUpCommand[],
  terms: TopUpTerms,
  now: Date,
): Promise<readonly OpenOutcome[]> => {
  const wallets = await lockWallets(
    tx,
    batch.map((command) => command.ownerId),
  );
  const keys: readonly AnswerKey[] = batch.map((command) => ({ actorId: command.ownerId, key: command.idempotencyKey }));
  const answers = new Map(await findAnswers(tx, keys));
  const topUps = new Map(
    await readTopUps(
      tx,
      [...answers.values()].flatMap((answer) => answer.resultId ?? []),
    ),
  );
  const offers = await readTopUpOffers(
    tx,
    batch.map((command) => command.productId),
  );
  const pending = new Map(
    await countPendingTopUps(
      tx,
      batch.map((command) => command.ownerId),
    ),
  );
  const newAnswers: StoredAnswer[] = [];
  const newTopUps: TopUp[] = [];
  const outcomes = batch.map((command): OpenOutcome => {
    const name = answerName(command.ownerId, command.idempotencyKey);
    const fingerprint = fingerprintOf('topUp', command.productId);
    let answer = answers.get(name);
    if (answer === undefined) {
      const offer = offers.get(command.productId) ?? null;
      const refusal = openingRefusal(offer, pending.get(command.ownerId) ?? 0);
      const topUp = offer === null || refusal !== null ? null : placeTopUp(command, offer, terms, now);
      answer = {
        actorId: command.ownerId,
        key: command.idempotencyKey,
        fingerprint,
        refusal,
        resultId: topUp?.id ?? null,
      };
      answers.set(name, answer);
      newAnswers.push(answer);
      if (topUp !== null) {
        topUps.set(topUp.id, topUp);
        newTopUps.push(topUp);
        pending.set(topUp.ownerId, (pending.get(topUp.ownerId) ?? 0) + 1);
      }
    }
    return openOutcome(answer, fingerprint, topUps, wallets);
  });
  if (newAnswers.length > 0) await insertAnswers(tx, newAnswers, now);
  if (newTopUps.length > 0) await insertTopUps(tx, newTopUps);
  return outcomes;
};

const placeTopUp = ({ ownerId }: TopUpCommand, offer: TopUpOffer, { provider, lifetimeMs }: TopUpTerms, now: Date): TopUp => {
  const { coins, bonusCoins, amountMinor, currency } = offer;
  return {
    id: newIdInShard(shardIndexOf(ownerId), now.getTime()),
    ownerId,
    productId: offer.id,
    coins,
    bonusCoins,
    amountMinor,
    currency,
    status: 'PENDING',
    provider,
    paymentId: null,
    createdAt: now,
    expiresAt: new Date(now.getTime() + lifetimeMs),
    settledAt: null,
    refundedAt: null,
    refunds: 0,
    version: 1,
    watchAt: new Date(now.getTime() + FIRST_LOOK_MS),
  };
};

const openOutcome = (
  answer: StoredAnswer,
  fingerprint: string,
  topUps: ReadonlyMap<string, TopUp>,
  wallets: ReadonlyMap<string, WalletState>,
): OpenOutcome => {
  if (answer.fingerprint !== fingerprint) return { ok: false, code: 'IDEMPOTENCY_CONFLICT' };
  if (answer.refusal !== null) {
    if (isOpeningRefusal(answer.refusal)) return { ok: false, code: answer.refusal };
    throw new Error(`a stored answer refuses a top-up with ${answer.refusal}, which this version does not know: update it`);
  }
  const topUp = topUps.get(answer.resultId ?? '');
  const wallet = wallets.get(answer.actorId);
  if (topUp === undefined || wallet === undefined) {
    throw new Error(`the answer to key ${answer.key} of ${answer.actorId} names top-up ${answer.resultId}, which does not exist`);
  }
  return { ok: true, topUp, wallet };
};
