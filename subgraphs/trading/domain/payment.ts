// The border to whoever takes the money. A provider tells facts about payments, as answers to our questions and as events by webhook; what a fact does to an
// order stands in topUpStates.ts. Facts may come late, twice and in any order.

/** What the provider is asked to take for an order. */
export interface PaymentRequest {
  /** The order's id: the provider makes one payment per id, however often it is asked, as long as it remembers (`keyLifetimeMs`). */
  readonly orderId: string;
  readonly amountMinor: bigint;
  /** ISO 4217. */
  readonly currency: string;
  /** What the buyer reads on the bill. */
  readonly description: string;
}

/** The whole payment of an order, to be given back. */
export interface RefundRequest {
  readonly orderId: string;
  readonly paymentId: string;
  /** Which refund of this order it is, from 1: a new one is asked for only after the one before was refused. Order and attempt are the provider's key. */
  readonly attempt: number;
  readonly amountMinor: bigint;
}

/** `pending`: the provider will say. `failed`: the buyer does not get the money, for good. A refund that succeeded may still fail, when the buyer's bank sends it back. */
export type RefundStatus = 'pending' | 'succeeded' | 'failed';

/** `attempt`: that of our request; null for refunds that somebody made at the provider, past us. */
export interface Refund {
  readonly attempt: number | null;
  readonly status: RefundStatus;
  readonly amountMinor: bigint;
}

/** `open`: the buyer may pay. `declined`: an attempt failed, and the buyer may try again. `paid`: the money is the provider's. `closed`: nobody can pay it any more. */
export type PaymentState = 'open' | 'declined' | 'paid' | 'closed';

/** A payment as the provider sees it now. */
export interface Payment {
  readonly id: string;
  /** The order that it was made for; null where it is not for one of ours. */
  readonly orderId: string | null;
  readonly state: PaymentState;
  /** What the buyer's client needs to pay; a secret of theirs, never stored and never logged. Null where there is nothing to do. */
  readonly clientSecret: string | null;
  readonly amountMinor: bigint;
  /** ISO 4217. */
  readonly currency: string;
  readonly refunds: readonly Refund[];
}

/** The answer to a request for a payment. `refused`: there is none and there will be none, `reason` says why, for operators. */
export type CreateResult = { readonly kind: 'payment'; readonly payment: Payment } | { readonly kind: 'refused'; readonly reason: string };

/** One thing that is true of a payment.
 * `unclear`: something happened to it that has to be looked up. */
export type PaymentFact =
  | { readonly kind: 'opened' }
  | { readonly kind: 'paid'; readonly amountMinor: bigint; readonly currency: string }
  | { readonly kind: 'declined' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'closed' }
  | { readonly kind: 'refund'; readonly attempt: number; readonly status: RefundStatus }
  | { readonly kind: 'refunded-elsewhere' }
  | { readonly kind: 'unclear' };

/** What a webhook told, checked and in our words. */
export interface PaymentEvent {
  /** The provider's id of the event: the same for every delivery of it. */
  readonly id: string;
  /** The provider's name for what happened. */
  readonly kind: string;
  /** When it happened, by the provider's clock. */
  readonly at: Date;
  readonly paymentId: string;
  /** Null where the event does not say: then the payment does. */
  readonly orderId: string | null;
  readonly fact: PaymentFact;
}

/** What came in by webhook. `forged`: not from the provider, or too old; `ignored`: genuine, and nothing that we follow. */
export type WebhookReading =
  | { readonly kind: 'event'; readonly event: PaymentEvent }
  | { readonly kind: 'ignored'; readonly what: string }
  | { readonly kind: 'forged'; readonly reason: string }
  | { readonly kind: 'malformed'; readonly reason: string };

/** Who takes the money. All questions reject when the outcome is not known (network, time, the provider's own trouble): ask again. */
export interface PaymentProvider {
  /** Stored with each order: it belongs to this provider for ever. */
  readonly name: string;
  /** For how long the same order gets the same payment, in milliseconds. Past that a request for a payment must not be repeated. */
  readonly keyLifetimeMs: number;
  create(request: PaymentRequest, signal: AbortSignal): Promise<CreateResult>;
  lookUp(paymentId: string, signal: AbortSignal): Promise<Payment>;
  /** Sees to it that nobody pays it any more. Answers with the payment as it is then: `closed`, or what was faster. */
  cancel(paymentId: string, signal: AbortSignal): Promise<Payment>;
  refund(request: RefundRequest, signal: AbortSignal): Promise<Refund>;
  /** Null where it sends none. */
  readonly webhooks: PaymentWebhooks | null;
  close(): Promise<void>;
}

export interface PaymentWebhooks {
  /** Path on our listener, for example `/webhooks/stripe`. */
  readonly path: string;
  /** In lower case. */
  readonly signatureHeader: string;
  /** Reads one delivery. `body`: the bytes as they came. Never throws. */
  read(body: Buffer, signature: string | undefined, nowMs: number): WebhookReading;
}

/** What a payment's present state says, in the order in which it happened. */
export const factsOf = (payment: Payment): readonly PaymentFact[] => [stateFact(payment), ...refundFacts(payment)];

const stateFact = ({ state, amountMinor, currency }: Payment): PaymentFact => {
  if (state === 'paid') return { kind: 'paid', amountMinor, currency };
  return { kind: state === 'open' ? 'opened' : state };
};

// Parts that were given back past us are nobody's refund; only when nothing is left has the buyer not paid.
const refundFacts = ({ refunds, amountMinor }: Payment): readonly PaymentFact[] => {
  const ours = refunds.flatMap(({ attempt, status }): readonly PaymentFact[] =>
    attempt === null ? [] : [{ kind: 'refund', attempt, status }],
  );
  const elsewhere = refunds.filter(({ attempt, status }) => attempt === null && status === 'succeeded');
  const givenBack = elsewhere.reduce((sum, refund) => sum + refund.amountMinor, 0n);
  return givenBack > 0n && givenBack >= amountMinor ? [...ours, { kind: 'refunded-elsewhere' }] : ours;
};
