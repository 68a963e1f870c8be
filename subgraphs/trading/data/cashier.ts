import { isUuid } from '#platform/ids.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import type { WalletState } from '../domain/ledger.ts';
import type { PaymentEvent, PaymentProvider } from '../domain/payment.ts';
import { type TopUp, type TopUpCommand, type TopUpError, topUpError } from '../domain/topUp.ts';
import { type RefundTopUpCommand, type RefundTopUpError, refundProgress, refundTopUpError } from '../domain/topUpRefund.ts';
import type { Partition, Partitions } from './partitions.ts';
import { listWaitingEvents } from './paymentEvents.ts';
import { type Chores, createChores } from './topUpChores.ts';
import type { RefundLane } from './topUpRefunds.ts';
import { claimDueTopUps } from './topUpRows.ts';
import type { SettlingLane } from './topUpSettling.ts';
import type { OpeningLane } from './topUps.ts';

/** How often orders that hang are looked for. */
const SWEEP_INTERVAL_MS = 15_000;
/** Orders looked after per sweep at most: a provider that comes back after hours is not to be flooded. */
export const SWEEP_SIZE_MAX = 50;

/** `clientSecret`: what the buyer's client needs to pay a PENDING order. */
export type TopUpOutcome =
  | { readonly ok: true; readonly topUp: TopUp; readonly wallet: WalletState; readonly clientSecret: string | null }
  | { readonly ok: false; readonly topUp: TopUp | null; readonly error: TopUpError };

/** `error` null: it is done, or under way. */
export interface RefundResult {
  readonly topUp: TopUp | null;
  readonly error: RefundTopUpError | null;
}

export interface CashierLanes {
  readonly opening: OpeningLane;
  readonly settling: SettlingLane;
  readonly refunding: RefundLane;
}

export interface CashierOptions {
  readonly partitions: Partitions;
  readonly lanes: CashierLanes;
  readonly telemetry: Telemetry;
  /** Null: nobody takes money here, every top-up is declined before anything is stored. */
  readonly provider: PaymentProvider | null;
}

/** Sells coins: stores the wish, asks for the payment, credits. */
export interface Cashier {
  /** Answers the same to the same key, and charges and credits once. Throws FanfareError OUTCOME_UNKNOWN when the provider does not answer: the same key
   * again settles it, and so does the sweep. */
  topUp(command: TopUpCommand): Promise<TopUpOutcome>;
  /** Gives the money of an order back, once, after taking its coins back. The order may still be REFUNDING: then the provider, or the sweep, settles it. */
  refund(command: RefundTopUpCommand): Promise<RefundResult>;
  /** Applies an event of the provider, or records it until its order is here: resolves when that is committed. Events of orders that are none of ours change nothing. */
  receive(event: PaymentEvent): Promise<void>;
  /** Looks after orders that hang, and events that wait for their order, SWEEP_SIZE_MAX of each and per partition at a time. `now`: by which they are due. Answers with how many
   * orders were looked after. */
  sweep(now?: Date): Promise<number>;
  close(): Promise<void>;
}

export const openCashier = ({ partitions, lanes, telemetry, provider }: CashierOptions): Cashier => {
  const closing = new AbortController();
  const chores = provider === null ? null : createChores({ provider, settling: lanes.settling, telemetry, closing: closing.signal });
  const sweepPartition = async ({ database }: Partition, now: Date): Promise<number> => {
    if (provider === null || chores === null) return 0;
    const due = { provider: provider.name, now, limit: SWEEP_SIZE_MAX };
    const [topUps, events] = await Promise.all([claimDueTopUps(database, due), listWaitingEvents(database, due)]);
    const outcomes = await Promise.allSettled([
      ...topUps.map((topUp) => chores.advance(topUp)),
      ...events.map((event) => lanes.settling.submit({ topUpId: event.topUpId, paymentId: event.paymentId, facts: [event.fact], event })),
    ]);
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined)
      telemetry.log.warn(
        { err: failed.reason, provider: provider.name },
        'a top-up that hangs could not be settled; a later sweep tries again',
      );
    return outcomes.slice(0, topUps.length).filter((outcome) => outcome.status === 'fulfilled').length;
  };
  const sweep = async (now: Date = new Date()): Promise<number> => {
    const swept = await Promise.allSettled(partitions.all.map((partition) => sweepPartition(partition, now)));
    const failed = swept.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined)
      telemetry.log.warn({ err: failed.reason }, 'looking for top-ups that hang failed; the next sweep tries again');
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
      if (provider === null || chores === null) return { ok: false, topUp: null, error: NO_PROVIDER };
      const opened = await lanes.opening.submit(command);
      if (!opened.ok) return { ok: false, topUp: null, error: topUpError(opened.code) };
      // An order of a provider that was here before us can only wait for what is left of its time.
      const isOurs = opened.topUp.provider === provider.name;
      return outcomeOf(
        opened.topUp.status === 'PENDING' && isOurs ? await chores.advance(opened.topUp) : { ...opened, clientSecret: null },
      );
    },
    refund: async (command) => {
      if (chores === null) return { topUp: null, error: refundTopUpError('PROVIDER_NOT_CONFIGURED') };
      if (!isUuid(command.topUpId)) return { topUp: null, error: refundTopUpError('TOP_UP_NOT_FOUND') };
      const outcome = await lanes.refunding.submit(command);
      if (!outcome.ok) return { topUp: outcome.topUp, error: refundTopUpError(outcome.code) };
      const topUp = isUnderWay(outcome) ? await advanceOrLeave(chores, outcome.topUp, telemetry) : outcome.topUp;
      return { topUp, error: refundProgress(topUp, outcome.attempt) === 'refused' ? refundTopUpError('REFUND_REFUSED') : null };
    },
    receive: async ({ orderId, ...event }) => {
      if (provider === null || chores === null) throw new Error(`a payment event came, and there is no provider: ${event.kind}`);
      const topUpId = orderId ?? (await chores.orderOf(event.paymentId));
      if (topUpId === null || !isUuid(topUpId)) return;
      const { id, kind, at: occurredAt, paymentId, fact } = event;
      const record = { provider: provider.name, id, kind, topUpId, paymentId, fact, occurredAt, receivedAt: new Date() };
      await lanes.settling.submit({ topUpId, paymentId, facts: [fact], event: record });
    },
    sweep,
    close: async () => {
      clearInterval(timer);
      closing.abort(new Error('the process is going down'));
      await sweeping;
    },
  };
};

const isUnderWay = ({ topUp, attempt }: { readonly topUp: TopUp; readonly attempt: number }): boolean =>
  refundProgress(topUp, attempt) === 'under-way';

// The coins are taken back and that is committed: what the provider says may come later.
const advanceOrLeave = async (chores: Chores, topUp: TopUp, telemetry: Telemetry): Promise<TopUp> => {
  try {
    return (await chores.advance(topUp)).topUp;
  } catch (error) {
    telemetry.log.warn({ err: error, topUp: topUp.id }, 'a refund could not be settled at once; the sweep asks again');
    return topUp;
  }
};

const outcomeOf = ({
  topUp,
  wallet,
  clientSecret,
}: {
  readonly topUp: TopUp;
  readonly wallet: WalletState;
  readonly clientSecret: string | null;
}): TopUpOutcome => {
  if (topUp.status === 'DECLINED') return { ok: false, topUp, error: topUpError('PAYMENT_DECLINED') };
  if (topUp.status === 'EXPIRED') return { ok: false, topUp, error: topUpError('PAYMENT_EXPIRED') };
  return { ok: true, topUp, wallet, clientSecret };
};

const NO_PROVIDER: TopUpError = {
  code: 'PAYMENT_DECLINED',
  message: 'No payment provider is configured on this server, so coins cannot be bought here. Nothing was charged.',
  field: null,
};
