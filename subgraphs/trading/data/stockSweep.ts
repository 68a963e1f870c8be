import type { Database } from '#platform/database/database.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import type { StoredReservation } from '../domain/stock.ts';
import type { FenceLane } from './stockFences.ts';
import type { StockLane } from './stockLane.ts';
import { countHeldReservations, listOverdueReservations, type OverduePlace } from './stockRows.ts';
import { startSweeper } from './sweeper.ts';

/** How often reservations that nobody settled are looked for: pieces that somebody died over are back on sale within RESERVATION_MS and this. */
const SWEEP_INTERVAL_MS = 5_000;
/** Reservations settled at once. */
const SWEEP_SIZE = 500;
/** Rounds of one sweep at most. */
const SWEEP_ROUNDS_MAX = 100;

export interface StockSweepOptions {
  /** Where the stocks are. */
  readonly database: Database;
  readonly stock: StockLane;
  readonly fences: FenceLane;
  readonly telemetry: Telemetry;
}

/** Settles reservations that are overdue, whoever died over them. Several processes may do it at once. */
export interface StockSweep {
  /** Settles what has been overdue since before that moment (default: now). Answers with how many it settled. */
  sweep(before?: Date): Promise<number>;
  close(): Promise<void>;
}

export const openStockSweep = ({ database, stock, fences, telemetry }: StockSweepOptions): StockSweep => {
  const open = telemetry.gauge('fanfare_stock_reservations_open', 'Reservations of limited gifts that are neither paid nor given back.');
  const expired = telemetry.counter('fanfare_stock_reservations_expired_total', 'Reservations that nobody settled in time.');
  // First the fence, then the decision: what it says about the payment stays true.
  const settle = async (reservation: StoredReservation): Promise<void> => {
    const { giftId, orderId } = reservation;
    const { paid, pieces } = await fences.submit(reservation);
    await stock.submit({ kind: paid ? 'confirm' : 'release', giftId, orderId, pieces });
  };
  const sweep = async (before: Date, signal: AbortSignal): Promise<number> => {
    let settled = 0;
    let after: OverduePlace | null = null;
    for (let round = 0; round < SWEEP_ROUNDS_MAX && !signal.aborted; round += 1) {
      const overdue: readonly StoredReservation[] = await listOverdueReservations(database, { before, after, limit: SWEEP_SIZE });
      const outcomes = await Promise.allSettled(overdue.map(settle));
      const failed = outcomes.find((outcome) => outcome.status === 'rejected');
      // Those whose payer's database is away hold up no others: the next round goes on behind them, the next sweep tries them again.
      if (failed !== undefined)
        telemetry.log.warn({ err: failed.reason }, 'an overdue reservation could not be settled; the next sweep tries again');
      settled += outcomes.filter((outcome) => outcome.status === 'fulfilled').length;
      after = overdue.at(-1) ?? null;
      if (overdue.length < SWEEP_SIZE) break;
    }
    expired.inc(undefined, settled);
    open.set(await countHeldReservations(database));
    return settled;
  };
  const sweeper = startSweeper({
    what: 'overdue reservations',
    intervalMs: SWEEP_INTERVAL_MS,
    telemetry,
    sweep: (signal) => sweep(new Date(), signal),
  });
  return {
    sweep: (before = new Date()) => sweep(before, new AbortController().signal),
    close: () => sweeper.close(),
  };
};
