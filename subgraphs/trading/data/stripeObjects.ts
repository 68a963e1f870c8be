import { z } from 'zod';
import type { Payment, PaymentEvent, PaymentFact, PaymentState, Refund, RefundStatus } from '../domain/payment.ts';

// Stripe's objects as they come over the wire, and what they mean to us. Fields that we don't need may be anything.

/** Names our order on each object that Stripe makes for it. */
export const ORDER_KEY = 'fanfare_top_up';
/** Names the attempt on each refund that we ask for. */
export const ATTEMPT_KEY = 'fanfare_refund';

const metadata = z
  .record(z.string(), z.string())
  .nullish()
  .transform((given) => given ?? {});
const amount = z.int().nonnegative().transform(BigInt);
/** Stripe writes currencies in lower case. */
const currency = z
  .string()
  .regex(/^[a-z]{3}$/)
  .transform((code) => code.toUpperCase());
const id = z.string().min(1).max(255);
/** An id, or the object itself where it was asked for. */
const reference = z.union([id, z.object({ id }).transform((object) => object.id)]).nullish();

const refund = z.object({ id, amount, status: z.string().nullish(), payment_intent: reference, metadata });
const paymentIntent = z.object({
  id,
  amount,
  amount_received: amount.nullish(),
  currency,
  status: z.string(),
  client_secret: z.string().nullish(),
  metadata,
  last_payment_error: z.unknown().optional(),
  latest_charge: z.union([z.string(), z.object({ refunds: z.object({ data: z.array(refund) }).nullish() })]).nullish(),
});
const charge = z.object({ id, payment_intent: reference, metadata });
const errorBody = z.object({
  error: z.object({ type: z.string(), code: z.string().nullish(), message: z.string().nullish() }),
});
const event = z.object({ id, type: z.string(), created: z.int().nonnegative(), data: z.object({ object: z.unknown() }) });

/** A PaymentIntent as a payment. Throws when it is none. */
export const toPayment = (body: unknown): Payment => {
  const intent = paymentIntent.parse(body);
  const refunds = typeof intent.latest_charge === 'object' ? (intent.latest_charge?.refunds?.data ?? []) : [];
  return {
    id: intent.id,
    orderId: intent.metadata[ORDER_KEY] ?? null,
    state: stateOf(intent),
    clientSecret: intent.client_secret ?? null,
    amountMinor: intent.amount_received != null && intent.status === 'succeeded' ? intent.amount_received : intent.amount,
    currency: intent.currency,
    refunds: refunds.map(asRefund),
  };
};

/** A Refund. Throws when it is none. */
export const toRefund = (body: unknown): Refund & { readonly id: string } => {
  const parsed = refund.parse(body);
  return { id: parsed.id, ...asRefund(parsed) };
};

/** What is wrong with a request, as Stripe says. Throws when that can't be read. */
export const toStripeError = (body: unknown): { readonly type: string; readonly code: string | null; readonly message: string } => {
  const { type, code, message } = errorBody.parse(body).error;
  return { type, code: code ?? null, message: message ?? '' };
};

/** What an event tells us: null for kinds that we don't follow and for objects that are not of our orders. Throws when it can't be read. */
export const toPaymentEvent = (body: unknown): PaymentEvent | null => {
  const { id: eventId, type, created, data } = event.parse(body);
  const told = EVENTS[type]?.(data.object) ?? null;
  return told === null ? null : { id: eventId, kind: type, at: new Date(created * 1_000), ...told };
};

type Told = Pick<PaymentEvent, 'paymentId' | 'orderId' | 'fact'>;

const ofPayment =
  (factOf: (payment: Payment) => PaymentFact) =>
  (object: unknown): Told | null => {
    const payment = toPayment(object);
    return payment.orderId === null ? null : { paymentId: payment.id, orderId: payment.orderId, fact: factOf(payment) };
  };

// A charge says how much of it was given back, not by whom: that has to be looked up.
const ofCharge = (object: unknown): Told | null => {
  const { payment_intent: paymentId, metadata: marks } = charge.parse(object);
  const orderId = marks[ORDER_KEY];
  return paymentId == null || orderId === undefined ? null : { paymentId, orderId, fact: { kind: 'unclear' } };
};

// A refund without our marks was made at Stripe itself, perhaps of one of our payments: the payment will say.
const ofRefund = (object: unknown): Told | null => {
  const parsed = refund.parse(object);
  if (parsed.payment_intent == null) return null;
  const { attempt, status } = asRefund(parsed);
  const fact: PaymentFact = attempt === null ? { kind: 'unclear' } : { kind: 'refund', attempt, status };
  return { paymentId: parsed.payment_intent, orderId: parsed.metadata[ORDER_KEY] ?? null, fact };
};

const EVENTS: Readonly<Record<string, (object: unknown) => Told | null>> = {
  'payment_intent.succeeded': ofPayment((payment) => ({ kind: 'paid', amountMinor: payment.amountMinor, currency: payment.currency })),
  'payment_intent.payment_failed': ofPayment(() => ({ kind: 'declined' })),
  'payment_intent.canceled': ofPayment(() => ({ kind: 'closed' })),
  'charge.refunded': ofCharge,
  'refund.created': ofRefund,
  'refund.updated': ofRefund,
  'refund.failed': ofRefund,
};

const stateOf = ({ status, last_payment_error }: z.output<typeof paymentIntent>): PaymentState => {
  if (status === 'succeeded') return 'paid';
  if (status === 'canceled') return 'closed';
  // An attempt that failed leaves the payment waiting for another means of payment.
  return status === 'requires_payment_method' && last_payment_error != null ? 'declined' : 'open';
};

const asRefund = ({ amount: amountMinor, status, metadata: marks }: z.output<typeof refund>): Refund => ({
  attempt: attemptOf(marks[ATTEMPT_KEY]),
  status: REFUND_STATUS[status ?? 'pending'] ?? 'pending',
  amountMinor,
});

const attemptOf = (mark: string | undefined): number | null => (mark !== undefined && /^[1-9]\d{0,5}$/.test(mark) ? Number(mark) : null);

const REFUND_STATUS: Readonly<Record<string, RefundStatus>> = { succeeded: 'succeeded', failed: 'failed', canceled: 'failed' };
