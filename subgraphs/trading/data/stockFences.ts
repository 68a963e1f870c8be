import type { Database, Transaction } from '#platform/database/database.ts';
import { createLane, type Lane } from '#platform/lane/lane.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import type { GiftErrorCode } from '../domain/giftError.ts';
import type { StoredReservation } from '../domain/stock.ts';
import { answerName, findAnswers, insertAnswers, type StoredAnswer } from './answers.ts';
import { readGiftOrders } from './giftOrders.ts';
import { lockWallets } from './wallets.ts';

/** Whether the order of a reservation was paid, and with how many pieces of the stock. An unpaid one can never be paid from now on. */
export interface FenceOutcome {
  readonly paid: boolean;
  readonly pieces: number;
}

export type FenceLane = Lane<StoredReservation, FenceOutcome>;

export interface FenceLaneOptions {
  readonly database: Database;
  readonly telemetry: Telemetry;
}

/** The lane that puts fences before payments, in the database of the payers. Wallet locks order it with the gift lane, whichever process that runs in. */
export const openFenceLane = ({ database, telemetry }: FenceLaneOptions): FenceLane =>
  createLane<StoredReservation, FenceOutcome>({
    name: 'stock-fences',
    database,
    telemetry,
    actorOf: ({ orderId }) => orderId,
    run: (tx, batch) => runFences(tx, batch, new Date()),
  });

const REFUSAL: GiftErrorCode = 'RESERVATION_EXPIRED';

/** Stores a refusal under each key that has no answer yet, and tells what was paid before. Four statements. */
const runFences = async (tx: Transaction, batch: readonly StoredReservation[], now: Date): Promise<readonly FenceOutcome[]> => {
  const [, stored, orders] = await Promise.all([
    lockWallets(
      tx,
      batch.map(({ payerId }) => payerId),
    ),
    findAnswers(
      tx,
      batch.map(({ payerId, key }) => ({ actorId: payerId, key })),
    ),
    readGiftOrders(
      tx,
      batch.map(({ orderId }) => orderId),
    ),
  ]);
  // By key: several gifts of one wish share it.
  const refusals = new Map(
    batch.map(({ payerId, key, fingerprint }): [string, StoredAnswer] => [
      answerName(payerId, key),
      { actorId: payerId, key, fingerprint, refusal: REFUSAL, resultId: null },
    ]),
  );
  const fresh = [...refusals].flatMap(([name, refusal]) => (stored.has(name) ? [] : [refusal]));
  if (fresh.length > 0) await insertAnswers(tx, fresh, now);
  return batch.map(({ orderId }) => {
    const order = orders.get(orderId);
    return { paid: order !== undefined, pieces: order === undefined ? 0 : order.quantity - order.backpackPieces };
  });
};
