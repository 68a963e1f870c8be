import type { Database, Transaction } from '#platform/database/database.ts';
import { fingerprintOf } from '#platform/idempotency.ts';
import { newId, newIdInShard, shardIndexOf } from '#platform/ids.ts';
import { createLane, type Lane } from '#platform/lane/lane.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { type Book, openBook, TOP_UP_ACCOUNT, type WalletState } from '../domain/ledger.ts';
import type { ChargeResult, TopUp, TopUpCommand, TopUpErrorCode, TopUpOffer } from '../domain/topUp.ts';
import { type AnswerKey, answerName, findAnswers, insertAnswers, type StoredAnswer } from './answers.ts';
import { readTopUpOffers } from './catalogue.ts';
import { writeBook } from './ledger.ts';
import { insertTopUps, readTopUps, updateTopUps } from './topUpRows.ts';
import type { WalletHints } from './walletHints.ts';
import { lockWallets } from './wallets.ts';

// A top-up has two lanes with the payment between them. The first stores the wish under its key, before anybody is charged; the second stores what the
// provider said and credits the wallet. Whoever dies in between leaves a PENDING row: the buyer's retry, or the sweep, asks the provider again with the same
// key (the top-up's id), gets the same answer, and settles. The row's status, changed under the wallet's lock, makes the credit happen once.

/** What became of a wish for coins. A top-up may be new, still under way, or final. */
export type OpenOutcome =
  | { readonly ok: true; readonly topUp: TopUp; readonly wallet: WalletState }
  | { readonly ok: false; readonly code: TopUpErrorCode };

/** What the provider said about a top-up. */
export interface SettleCommand {
  readonly topUpId: string;
  readonly ownerId: string;
  readonly result: ChargeResult;
}

/** The top-up as it is now (the first answer of a provider stands) and the wallet with its coins. */
export interface SettleOutcome {
  readonly topUp: TopUp;
  readonly wallet: WalletState;
}

export interface TopUpLanes {
  readonly opening: Lane<TopUpCommand, OpenOutcome>;
  readonly settling: Lane<SettleCommand, SettleOutcome>;
}

export interface TopUpLanesOptions {
  readonly database: Database;
  readonly telemetry: Telemetry;
  readonly walletHints: WalletHints;
}

/** Both lanes over one database. */
export const openTopUpLanes = (options: TopUpLanesOptions): TopUpLanes => ({
  opening: openOpeningLane(options),
  settling: openSettlingLane(options),
});

/** The lane that stores wishes. */
export const openOpeningLane = ({ database, telemetry }: TopUpLanesOptions): TopUpLanes['opening'] =>
  createLane<TopUpCommand, OpenOutcome>({
    name: 'top-ups-opening',
    database,
    telemetry,
    actorOf: (command) => command.ownerId,
    run: (tx, batch) => openTopUps(tx, batch, new Date()),
  });

/** The lane that stores what the provider said. */
export const openSettlingLane = ({ database, telemetry, walletHints }: TopUpLanesOptions): TopUpLanes['settling'] =>
  createLane<SettleCommand, SettleOutcome>({
    name: 'top-ups-settling',
    database,
    telemetry,
    actorOf: (command) => command.ownerId,
    run: async (tx, batch) => {
      tx.afterCommit(() => walletHints.publish(batch.map((command) => command.ownerId)));
      return settleTopUps(tx, batch, new Date());
    },
  });

/** Stores a batch of wishes, or finds what was answered to them before. At most seven statements. */
export const openTopUps = async (tx: Transaction, batch: readonly TopUpCommand[], now: Date): Promise<readonly OpenOutcome[]> => {
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
  const newAnswers: StoredAnswer[] = [];
  const newTopUps: TopUp[] = [];
  const outcomes = batch.map((command): OpenOutcome => {
    const name = answerName(command.ownerId, command.idempotencyKey);
    const fingerprint = fingerprintOf('topUp', command.productId);
    let answer = answers.get(name);
    if (answer === undefined) {
      const topUp = placeTopUp(command, offers.get(command.productId) ?? null, now);
      answer = {
        actorId: command.ownerId,
        key: command.idempotencyKey,
        fingerprint,
        refusal: topUp === null ? 'PRODUCT_NOT_FOUND' : null,
        resultId: topUp?.id ?? null,
      };
      answers.set(name, answer);
      newAnswers.push(answer);
      if (topUp !== null) {
        topUps.set(topUp.id, topUp);
        newTopUps.push(topUp);
      }
    }
    return openOutcome(answer, fingerprint, topUps, wallets);
  });
  if (newAnswers.length > 0) await insertAnswers(tx, newAnswers, now);
  if (newTopUps.length > 0) await insertTopUps(tx, newTopUps);
  return outcomes;
};

/** Stores what the provider said and credits the wallets, each top-up once. At most six statements. */
export const settleTopUps = async (tx: Transaction, batch: readonly SettleCommand[], now: Date): Promise<readonly SettleOutcome[]> => {
  const book = openBook(
    await lockWallets(
      tx,
      batch.map((command) => command.ownerId),
    ),
    now,
  );
  // Rows of a top-up change only under its owner's wallet lock, so what is read here stands until COMMIT.
  const topUps = new Map(
    await readTopUps(
      tx,
      batch.map((command) => command.topUpId),
    ),
  );
  const changed = new Map<string, TopUp>();
  const settled = batch.map((command) => {
    const topUp = topUps.get(command.topUpId);
    if (topUp === undefined || topUp.ownerId !== command.ownerId)
      throw new Error(`top-up ${command.topUpId} of ${command.ownerId} does not exist`);
    if (topUp.status !== 'PENDING') return topUp;
    const after: TopUp = { ...topUp, status: command.result === 'settled' ? 'SETTLED' : 'DECLINED', settledAt: now };
    if (after.status === 'SETTLED') postTopUp(book, after);
    topUps.set(after.id, after);
    changed.set(after.id, after);
    return after;
  });
  const outcomes = settled.map((topUp): SettleOutcome => ({ topUp, wallet: book.walletOf(topUp.ownerId) }));
  if (changed.size > 0) await updateTopUps(tx, [...changed.values()], now);
  await writeBook(tx, book.close(), newId(now.getTime()));
  return outcomes;
};

const placeTopUp = (command: TopUpCommand, offer: TopUpOffer | null, now: Date): TopUp | null => {
  if (offer === null) return null;
  const { coins, amountMinor, currency } = offer;
  const id = newIdInShard(shardIndexOf(command.ownerId), now.getTime());
  return {
    id,
    ownerId: command.ownerId,
    productId: offer.id,
    coins,
    amountMinor,
    currency,
    status: 'PENDING',
    createdAt: now,
    settledAt: null,
  };
};

const openOutcome = (
  answer: StoredAnswer,
  fingerprint: string,
  topUps: ReadonlyMap<string, TopUp>,
  wallets: ReadonlyMap<string, WalletState>,
): OpenOutcome => {
  if (answer.fingerprint !== fingerprint) return { ok: false, code: 'IDEMPOTENCY_CONFLICT' };
  if (answer.refusal !== null) return { ok: false, code: 'PRODUCT_NOT_FOUND' };
  const topUp = topUps.get(answer.resultId ?? '');
  const wallet = wallets.get(answer.actorId);
  if (topUp === undefined || wallet === undefined) {
    throw new Error(`the answer to key ${answer.key} of ${answer.actorId} names top-up ${answer.resultId}, which does not exist`);
  }
  return topUp.status === 'DECLINED' ? { ok: false, code: 'PAYMENT_DECLINED' } : { ok: true, topUp, wallet };
};

const postTopUp = (book: Book, { id, ownerId, coins }: TopUp): void => {
  const { shard } = book.post({ ownerId, currency: 'COINS', amount: coins, causeId: id });
  book.postSystem({ shard, accountId: TOP_UP_ACCOUNT, currency: 'COINS', amount: -coins });
};
