import { ZodError } from 'zod';
import type { CreateResult, Payment, PaymentProvider, PaymentRequest, PaymentWebhooks, Refund, RefundRequest } from '../domain/payment.ts';
import { checkStripeSignature } from '../domain/stripeSignature.ts';
import {
  createStripeClient,
  type StripeAnswer,
  type StripeClient,
  type StripeClientOptions,
  StripeUnavailableError,
} from './stripeClient.ts';
import { ATTEMPT_KEY, ORDER_KEY, toPayment, toPaymentEvent, toRefund, toStripeError } from './stripeObjects.ts';

/** Stripe keeps keys for 24 hours; this much of it is sure, whatever the clocks say. */
const KEY_LIFETIME_MS = 23 * 3_600_000;
/** Refunds of the payment come with it in the same answer. */
const WITH_REFUNDS = { 'expand[]': 'latest_charge.refunds' };

export interface StripeOptions extends StripeClientOptions {
  /** Signing secrets of the webhook endpoint; several while they are exchanged. Empty: no webhooks. */
  readonly webhookSecrets: readonly string[];
}

/** Stripe, by its PaymentIntents API. The buyer's client confirms a payment with Stripe's own library and `clientSecret`; no card number ever passes through here. */
export const createStripePayments = (options: StripeOptions): PaymentProvider => {
  const stripe = createStripeClient(options);
  return {
    name: 'stripe',
    keyLifetimeMs: KEY_LIFETIME_MS,
    create: (request, signal) => create(stripe, request, signal),
    lookUp: (paymentId, signal) => lookUp(stripe, paymentId, signal),
    cancel: (paymentId, signal) => cancel(stripe, paymentId, signal),
    refund: (request, signal) => refund(stripe, request, signal),
    webhooks: options.webhookSecrets.length === 0 ? null : readWebhooks(options.webhookSecrets),
    close: () => stripe.close(),
  };
};

const create = async (
  stripe: StripeClient,
  { orderId, amountMinor, currency, description }: PaymentRequest,
  signal: AbortSignal,
): Promise<CreateResult> => {
  const form = {
    amount: amountMinor.toString(),
    currency: currency.toLowerCase(),
    description,
    'automatic_payment_methods[enabled]': 'true',
    [`metadata[${ORDER_KEY}]`]: orderId,
  };
  const answer = await stripe.post('/v1/payment_intents', form, orderId, signal);
  if (answer.status !== 200) return { kind: 'refused', reason: refusalIn(answer) };
  const payment = toPayment(answer.body);
  return { kind: 'payment', payment: answer.replayed ? await lookUp(stripe, payment.id, signal) : payment };
};

const lookUp = async (stripe: StripeClient, paymentId: string, signal: AbortSignal): Promise<Payment> => {
  const answer = await stripe.get(`/v1/payment_intents/${encodeURIComponent(paymentId)}`, WITH_REFUNDS, signal);
  if (answer.status === 200) return toPayment(answer.body);
  throw new StripeUnavailableError(`Stripe knows nothing of payment ${paymentId}: ${refusalIn(answer)}`);
};

// Without a key: a refusal (the payment is just being processed) would be stored under it. What is cancelled or paid already refuses too, and says which when asked.
const cancel = async (stripe: StripeClient, paymentId: string, signal: AbortSignal): Promise<Payment> => {
  const path = `/v1/payment_intents/${encodeURIComponent(paymentId)}/cancel`;
  const answer = await stripe.post(path, { cancellation_reason: 'abandoned' }, null, signal);
  return answer.status === 200 ? toPayment(answer.body) : lookUp(stripe, paymentId, signal);
};

const refund = async (
  stripe: StripeClient,
  { orderId, paymentId, attempt, amountMinor }: RefundRequest,
  signal: AbortSignal,
): Promise<Refund> => {
  const form = {
    payment_intent: paymentId,
    amount: amountMinor.toString(),
    reason: 'requested_by_customer',
    [`metadata[${ORDER_KEY}]`]: orderId,
    [`metadata[${ATTEMPT_KEY}]`]: String(attempt),
  };
  const key = `${orderId}:refund:${attempt}`;
  const answer = await stripe.post('/v1/refunds', form, key, signal).catch(async (error: unknown) => {
    // Stripe keeps a 500 under its key like any other answer, done or not done: then the payment is what tells.
    const known = error instanceof StripeUnavailableError ? refundIn(await lookUp(stripe, paymentId, signal), attempt) : null;
    if (known === null) throw error;
    return known;
  });
  if ('attempt' in answer) return answer;
  if (answer.status === 200) {
    const asked = toRefund(answer.body);
    return answer.replayed ? currentRefund(stripe, asked.id, signal) : asked;
  }
  if (toStripeError(answer.body).code !== 'charge_already_refunded') return { attempt, status: 'failed', amountMinor };
  // Nothing is left to give back: we did it and never heard of it, or somebody did it at Stripe.
  return refundIn(await lookUp(stripe, paymentId, signal), attempt) ?? { attempt, status: 'succeeded', amountMinor };
};

const refundIn = ({ refunds }: Payment, attempt: number): Refund | null => refunds.find((each) => each.attempt === attempt) ?? null;

const currentRefund = async (stripe: StripeClient, refundId: string, signal: AbortSignal): Promise<Refund> => {
  const answer = await stripe.get(`/v1/refunds/${encodeURIComponent(refundId)}`, {}, signal);
  if (answer.status === 200) return toRefund(answer.body);
  throw new StripeUnavailableError(`Stripe knows nothing of refund ${refundId}: ${refusalIn(answer)}`);
};

const refusalIn = (answer: StripeAnswer): string => {
  const { type, code, message } = toStripeError(answer.body);
  // Our own fault: the key was used with another form before. What that one did is not known here.
  if (type === 'idempotency_error') throw new StripeUnavailableError(`Stripe refused the key of a request: ${message}`);
  return `${answer.status} ${code ?? type}: ${message}`;
};

const readWebhooks = (secrets: readonly string[]): PaymentWebhooks => ({
  path: '/webhooks/stripe',
  signatureHeader: 'stripe-signature',
  read: (body, header, nowMs) => {
    const verdict = checkStripeSignature({ body, header }, secrets, Math.floor(nowMs / 1_000));
    if (!verdict.ok) return { kind: 'forged', reason: verdict.reason };
    try {
      const event = toPaymentEvent(JSON.parse(body.toString('utf8')));
      return event === null ? { kind: 'ignored', what: 'no news of an order' } : { kind: 'event', event };
    } catch (error) {
      if (error instanceof SyntaxError) return { kind: 'malformed', reason: 'the body is no JSON' };
      if (!(error instanceof ZodError)) throw error;
      const [issue] = error.issues;
      return { kind: 'malformed', reason: `the body is no event: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}` };
    }
  },
});
