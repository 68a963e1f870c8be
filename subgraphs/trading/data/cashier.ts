import { FanfareError } from '#platform/errors.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import type { WalletState } from '../domain/ledger.ts';
import { type ChargeResult, type PaymentProvider, type TopUp, type TopUpCommand, type TopUpError, topUpError } from '../domain/topUp.ts';
import type { Partition, Partitions } from './partitions.ts';
import { listPendingTopUps, type PendingPlace } from './topUpRows.ts';
import type { TopUpLanes } from './topUps.ts';

/** How long a provider may take. Longer than any sane provider, shorter than a client's patience. */
export const CHARGE_TIMEOUT_MS = 10_000;
/** How often top-ups that nobody finished are looked for. */
const SWEEP_INTERVAL_MS = 15_000;
/** A PENDING top-up younger than this is somebody's work in progress. */
const SWEEP_AGE_MS = 2 * CHARGE_TIMEOUT_MS;
/** Top-ups finished per sweep at most: a provider that comes back after hours is not to be flooded. */
export const SWEEP_SIZE_MAX = 50;
const RETRY_AFTER_MS = 1_000;

export type TopUpOutcome = { readonly ok: true; readonly wallet: WalletState } | { readonly ok: false; readonly error: TopUpError };

export interface CashierOptions {
  readonly partitions: Partitions;
  readonly lanes: TopUpLanes;
  readonly telemetry: Telemetry;
  /** Null: nobody takes money here, every top-up is declined before anything is stored. */
  readonly provider: PaymentProvider | null;
}

/** Sells coins: stores the wish, charges, credits. */
export interface Cashier {
  /** Answers the same to the same key, and charges and credits once. Throws FanfareError OUTCOME_UNKNOWN when the provider does not answer: the same key
   * again settles it, and so does the sweep. */
  topUp(command: TopUpCommand): Promise<TopUpOutcome>;
  /** Finishes top-ups that have been PENDING since before that moment (default: older than any charge under way), SWEEP_SIZE_MAX per partition at a time. Answers with how many. */
  sweep(before?: Date): Promise<number>;
  close(): Promise<void>;
}

export const openCashier = ({ partitions, lanes, telemetry, provider }: CashierOptions): Cashier => {
  const closing = new AbortController();
  const chargeAndSettle = async (topUp: TopUp, charger: PaymentProvider): Promise<TopUpOutcome> => {
    const result = await charge(charger, topUp, closing.signal);
    const settled = await lanes.settling.submit({ topUpId: topUp.id, ownerId: topUp.ownerId, result });
    return settled.topUp.status === 'SETTLED' ? { ok: true, wallet: settled.wallet } : { ok: false, error: topUpError('PAYMENT_DECLINED') };
  };
  const sweptTo = new Map<Partition, PendingPlace>();
  const pendingIn = async (partition: Partition, before: Date): Promise<readonly TopUp[]> => {
    const pending = await listPendingTopUps(partition.database, {
      before,
      after: sweptTo.get(partition) ?? null,
      limit: SWEEP_SIZE_MAX,
    });
    const last = pending.at(-1);
    // Each sweep goes on where the last one ended, and from the oldest again after the youngest: those that the provider never answers hold up no others.
    if (last === undefined || pending.length < SWEEP_SIZE_MAX) sweptTo.delete(partition);
    else sweptTo.set(partition, last);
    return pending;
  };
  const sweepPartition = async (partition: Partition, charger: PaymentProvider, before: Date): Promise<number> => {
    const pending = await pendingIn(partition, before);
    const outcomes = await Promise.allSettled(pending.map((topUp) => chargeAndSettle(topUp, charger)));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined)
      telemetry.log.warn(
        { err: failed.reason, provider: charger.name },
        'a pending top-up could not be settled; the next sweep tries again',
      );
    return outcomes.filter((outcome) => outcome.status === 'fulfilled').length;
  };
  const sweep = async (before: Date = new Date(Date.now() - SWEEP_AGE_MS)): Promise<number> => {
    if (provider === null) return 0;
    const swept = await Promise.allSettled(partitions.all.map((partition) => sweepPartition(partition, provider, before)));
    const failed = swept.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) telemetry.log.warn({ err: failed.reason }, 'looking for pending top-ups failed; the next sweep tries again');
    return swept.reduce((sum, outcome) => sum + (outcome.status === 'fulfilled' ? outcome.value : 0), 0);
  };
  let sweeping: Promise<unknown> = Promise.resolve();
  const sweepNow = (): void => {
    sweeping = sweep();
  };
  const timer = setInterval(sweepNow, SWEEP_INTERVAL_MS);
  timer.unref();
  return {
    topUp: async (command) => {
      if (provider === null) return { ok: false, error: NO_PROVIDER };
      const opened = await lanes.opening.submit(command);
      if (!opened.ok) return { ok: false, error: topUpError(opened.code) };
      if (opened.topUp.status === 'SETTLED') return { ok: true, wallet: opened.wallet };
      return chargeAndSettle(opened.topUp, provider);
    },
    sweep,
    close: async () => {
      clearInterval(timer);
      closing.abort(new Error('the process is going down'));
      await sweeping;
    },
  };
};

const NO_PROVIDER: TopUpError = {
  code: 'PAYMENT_DECLINED',
  message: 'No payment provider is configured on this server, so coins cannot be bought here. Nothing was charged.',
  field: null,
};

const charge = async (provider: PaymentProvider, topUp: TopUp, closing: AbortSignal): Promise<ChargeResult> => {
  try {
    return await provider.charge(
      {
        idempotencyKey: topUp.id,
        userId: topUp.ownerId,
        amountMinor: topUp.amountMinor,
        currency: topUp.currency,
        description: `${topUp.coins} coins`,
      },
      AbortSignal.any([closing, AbortSignal.timeout(CHARGE_TIMEOUT_MS)]),
    );
  } catch (error) {
    throw new FanfareError(
      'OUTCOME_UNKNOWN',
      'The payment provider did not answer. Retry with the same idempotencyKey: you are charged once at most.',
      {
        retryAfterMs: RETRY_AFTER_MS,
        cause: error,
      },
    );
  }
};
