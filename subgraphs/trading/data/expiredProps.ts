import type { Database, Transaction } from '#platform/database/database.ts';
import { newId } from '#platform/ids.ts';
import { createLane, type Lane } from '#platform/lane/lane.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { openBook } from '../domain/ledger.ts';
import { expireLots, listOwnersOfExpired } from './backpack.ts';
import { writeBook } from './ledger.ts';
import { startSweeper } from './sweeper.ts';
import type { WalletHints } from './walletHints.ts';
import { lockWallets } from './wallets.ts';

/** Pieces are worth nothing from their time on; that they are also counted as expired may wait as long as this. */
const SWEEP_INTERVAL_MS = 30_000;
/** Lots looked up at once. */
const SWEEP_LOTS = 1_000;
/** Rounds of one sweep at most: after midnight the free props of everybody are due. */
const SWEEP_ROUNDS_MAX = 100;

/** Expires what is due in backpacks, by their owners; answers with the pieces. */
export type ExpiryLane = Lane<string, number>;

export interface ExpiryLaneOptions {
  readonly database: Database;
  readonly telemetry: Telemetry;
  readonly walletHints: WalletHints;
}

export const openExpiryLane = ({ database, telemetry, walletHints }: ExpiryLaneOptions): ExpiryLane =>
  createLane<string, number>({
    name: 'expired-props',
    database,
    telemetry,
    actorOf: (ownerId) => ownerId,
    batchMax: SWEEP_LOTS,
    run: async (tx, ownerIds) => {
      tx.afterCommit(() => walletHints.publish(ownerIds));
      return expireBackpacks(tx, ownerIds, new Date());
    },
  });

export interface ExpirySweepOptions {
  /** Where the lots are. */
  readonly database: Database;
  readonly lane: ExpiryLane;
  readonly telemetry: Telemetry;
}

/** Counts what is left in lots whose time is past as expired. Several processes may do it at once. */
export interface ExpirySweep {
  /** Sweeps what is due now. Answers with how many pieces expired. */
  sweep(): Promise<number>;
  close(): Promise<void>;
}

export const openExpirySweep = ({ database, lane, telemetry }: ExpirySweepOptions): ExpirySweep => {
  const expired = telemetry.counter('fanfare_backpack_expired_pieces_total', 'Pieces in backpacks whose time ran out.');
  const sweep = async (signal: AbortSignal): Promise<number> => {
    let pieces = 0;
    for (let round = 0; round < SWEEP_ROUNDS_MAX && !signal.aborted; round += 1) {
      const ownerIds = await listOwnersOfExpired(database, new Date(), SWEEP_LOTS);
      if (ownerIds.length === 0) break;
      const swept = await Promise.all(ownerIds.map((ownerId) => lane.submit(ownerId)));
      pieces += swept.reduce((sum, each) => sum + each, 0);
    }
    expired.inc(undefined, pieces);
    return pieces;
  };
  const sweeper = startSweeper({ what: 'expired props', intervalMs: SWEEP_INTERVAL_MS, telemetry, sweep });
  return {
    sweep: () => sweep(new AbortController().signal),
    close: () => sweeper.close(),
  };
};

/** Expires what is due in these backpacks. Answers with the pieces, owner by owner. At most four statements. */
const expireBackpacks = async (tx: Transaction, ownerIds: readonly string[], now: Date): Promise<readonly number[]> => {
  const book = openBook(await lockWallets(tx, ownerIds), now);
  const expired = await expireLots(tx, ownerIds, now);
  for (const [ownerId, pieces] of expired) book.changePieces(ownerId, -pieces);
  await writeBook(tx, book.close(), newId(now.getTime()));
  return ownerIds.map((ownerId) => expired.get(ownerId) ?? 0);
};
