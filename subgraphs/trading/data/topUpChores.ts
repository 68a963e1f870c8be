import { FanfareError } from '#platform/errors.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import type { WalletState } from '../domain/ledger.ts';
import { factsOf, type Payment, type PaymentFact, type PaymentProvider } from '../domain/payment.ts';
import type { TopUp } from '../domain/topUp.ts';
import { choreOf } from '../domain/topUpStates.ts';
import type { SettleCommand, SettlingLane } from './topUpSettling.ts';

/** How long a provider may take, repeats and all. Longer than any sane provider, shorter than a client's patience. */
export const PROVIDER_TIMEOUT_MS = 10_000;
const RETRY_AFTER_MS = 1_000;

/** What came of looking after an order. `clientSecret`: what its buyer needs to pay it, while they can. */
export interface Advanced {
  readonly topUp: TopUp;
  readonly wallet: WalletState;
  readonly clientSecret: string | null;
}

export interface ChoresOptions {
  readonly provider: PaymentProvider;
  readonly settling: SettlingLane;
  readonly telemetry: Telemetry;
  /** Aborted when the process goes down. */
  readonly closing: AbortSignal;
}

/** Looks after orders: asks the provider what is due and settles what it says. */
export interface Chores {
  /** Does for an order what is due now. Throws FanfareError OUTCOME_UNKNOWN when the provider does not answer: doing it again is harmless. */
  advance(topUp: TopUp): Promise<Advanced>;
  /** The order that a payment was made for; null where it is none of ours. Throws like `advance`. */
  orderOf(paymentId: string): Promise<string | null>;
}

export const createChores = ({ provider, settling, telemetry, closing }: ChoresOptions): Chores => {
  const ask = <Answer>(question: (signal: AbortSignal) => Promise<Answer>): Promise<Answer> => askProvider(question, closing);
  const settle = async (topUp: TopUp, payment: Payment | null, facts: readonly PaymentFact[]): Promise<Advanced> => {
    const command: SettleCommand = { topUpId: topUp.id, paymentId: payment?.id ?? topUp.paymentId, facts };
    const settled = await settling.submit(command);
    if (settled.topUp === null || settled.wallet === null) throw new Error(`top-up ${topUp.id} of ${topUp.ownerId} does not exist`);
    const clientSecret = settled.topUp.status === 'PENDING' ? (payment?.clientSecret ?? null) : null;
    return { topUp: settled.topUp, wallet: settled.wallet, clientSecret };
  };
  const create = async (topUp: TopUp): Promise<Advanced> => {
    const { id: orderId, amountMinor, currency } = topUp;
    const description = `${topUp.coins + topUp.bonusCoins} coins`;
    const result = await ask((signal) => provider.create({ orderId, amountMinor, currency, description }, signal));
    if (result.kind === 'refused') {
      telemetry.log.warn(
        { topUp: topUp.id, provider: provider.name, reason: result.reason },
        'the payment provider refused to make a payment',
      );
      return settle(topUp, null, [{ kind: 'refused' }]);
    }
    const created = await settle(topUp, result.payment, factsOf(result.payment));
    // Nobody has heard of this payment before, and the order's time may be over already.
    return created.topUp.status === 'PENDING' && choreOf(created.topUp, new Date(), provider.keyLifetimeMs) === 'cancel'
      ? advance(created.topUp)
      : created;
  };
  const about = async (topUp: TopUp, question: (paymentId: string, signal: AbortSignal) => Promise<Payment>): Promise<Advanced> => {
    const payment = await ask((signal) => question(paymentIdOf(topUp), signal));
    return settle(topUp, payment, factsOf(payment));
  };
  const refund = async (topUp: TopUp): Promise<Advanced> => {
    const request = { orderId: topUp.id, paymentId: paymentIdOf(topUp), attempt: topUp.refunds, amountMinor: topUp.amountMinor };
    const { status } = await ask((signal) => provider.refund(request, signal));
    const told: PaymentFact = { kind: 'refund', attempt: topUp.refunds, status };
    if (status !== 'failed') return settle(topUp, null, [told]);
    // Somebody may have given the money back past us since: then the coins do not come back.
    const payment = await ask((signal) => provider.lookUp(request.paymentId, signal));
    return settle(topUp, payment, [told, ...factsOf(payment)]);
  };
  const advance = (topUp: TopUp): Promise<Advanced> => {
    const chore = choreOf(topUp, new Date(), provider.keyLifetimeMs);
    switch (chore) {
      case 'create':
        return create(topUp);
      case 'look-up':
        return about(topUp, (paymentId, signal) => provider.lookUp(paymentId, signal));
      case 'cancel':
        return about(topUp, (paymentId, signal) => provider.cancel(paymentId, signal));
      case 'close':
        return settle(topUp, null, [{ kind: 'closed' }]);
      case 'refund':
        return refund(topUp);
    }
  };
  return { advance, orderOf: async (paymentId) => (await ask((signal) => provider.lookUp(paymentId, signal))).orderId };
};

const paymentIdOf = ({ id, paymentId }: TopUp): string => {
  if (paymentId === null) throw new Error(`top-up ${id} has no payment that the provider could be asked about`);
  return paymentId;
};

/** Asks with a time limit. Throws FanfareError OUTCOME_UNKNOWN when there is no answer. */
const askProvider = async <Answer>(question: (signal: AbortSignal) => Promise<Answer>, closing: AbortSignal): Promise<Answer> => {
  try {
    return await question(AbortSignal.any([closing, AbortSignal.timeout(PROVIDER_TIMEOUT_MS)]));
  } catch (error) {
    throw new FanfareError(
      'OUTCOME_UNKNOWN',
      'The payment provider did not answer. Retry with the same idempotencyKey: you are charged once at most.',
      { retryAfterMs: RETRY_AFTER_MS, cause: error },
    );
  }
};
