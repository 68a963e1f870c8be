import type {
  CreateResult,
  Payment,
  PaymentProvider,
  PaymentRequest,
  Refund,
  RefundRequest,
} from '../../subgraphs/trading/domain/payment.ts';

/** A payment provider that takes the money at once and keeps its word about keys: one payment and one answer per order. What it says, and when it fails, the test decides. */
export class Bank implements PaymentProvider {
  readonly name = 'test-bank';
  readonly keyLifetimeMs = 3_600_000;
  readonly webhooks = null;
  /** Paid orders by id. */
  readonly charged = new Map<string, PaymentRequest>();
  asked = 0;
  /** Rejects the next so many questions after charging: the money is taken, the answer is lost. */
  losesAnswers = 0;
  result: 'paid' | 'refused' = 'paid';
  /** Never answers about orders of these many coins ("100 coins"). */
  readonly deafTo = new Set<string>();
  readonly #results = new Map<string, CreateResult>();

  create(request: PaymentRequest): Promise<CreateResult> {
    this.asked += 1;
    const result = this.#results.get(request.orderId) ?? this.#decide(request);
    this.#results.set(request.orderId, result);
    if (result.kind === 'payment') this.charged.set(request.orderId, request);
    if (this.deafTo.has(request.description)) return Promise.reject(new Error('nobody answers'));
    if (this.losesAnswers > 0) {
      this.losesAnswers -= 1;
      return Promise.reject(new Error('the line went dead'));
    }
    return Promise.resolve(result);
  }

  lookUp(paymentId: string): Promise<Payment> {
    const result = this.#results.get(paymentId);
    return result?.kind === 'payment' ? Promise.resolve(result.payment) : Promise.reject(new Error(`no payment ${paymentId}`));
  }

  cancel(paymentId: string): Promise<Payment> {
    return this.lookUp(paymentId);
  }

  refund({ attempt, amountMinor }: RefundRequest): Promise<Refund> {
    return Promise.resolve({ attempt, status: 'succeeded', amountMinor });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #decide({ orderId, amountMinor, currency }: PaymentRequest): CreateResult {
    if (this.result === 'refused') return { kind: 'refused', reason: 'the bank says no' };
    return { kind: 'payment', payment: { id: orderId, orderId, state: 'paid', clientSecret: null, amountMinor, currency, refunds: [] } };
  }
}
