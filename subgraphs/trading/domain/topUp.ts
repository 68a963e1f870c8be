/** Somebody wants to buy coins. Its shape is checked, nothing else is. */
export interface TopUpCommand {
  readonly ownerId: string;
  readonly productId: string;
  readonly idempotencyKey: string;
}

/** Coins on sale for cash. `amountMinor`: price in the currency's smallest unit. */
export interface TopUpOffer {
  readonly id: string;
  readonly name: string;
  readonly coins: bigint;
  readonly amountMinor: bigint;
  /** ISO 4217. */
  readonly currency: string;
}

/** PENDING: the provider has been or will be asked. The other two are final. */
export type TopUpStatus = 'PENDING' | 'SETTLED' | 'DECLINED';

/** One purchase of coins. Prices are those of the moment of the wish. */
export interface TopUp {
  /** UUIDv7 with the owner's shard. */
  readonly id: string;
  readonly ownerId: string;
  readonly productId: string;
  readonly coins: bigint;
  readonly amountMinor: bigint;
  /** ISO 4217. */
  readonly currency: string;
  readonly status: TopUpStatus;
  readonly createdAt: Date;
  /** When it became final. */
  readonly settledAt: Date | null;
}

export type TopUpErrorCode = 'PRODUCT_NOT_FOUND' | 'PAYMENT_DECLINED' | 'IDEMPOTENCY_CONFLICT';

/** Why a top-up was refused, as the caller sees it. */
export interface TopUpError {
  readonly code: TopUpErrorCode;
  readonly message: string;
  readonly field: readonly string[] | null;
}

/** What the payment provider is asked to take. */
export interface Charge {
  /** The top-up's id: the provider charges once per key, however often it is asked, and always gives the same answer. */
  readonly idempotencyKey: string;
  readonly userId: string;
  readonly amountMinor: bigint;
  /** ISO 4217. */
  readonly currency: string;
  readonly description: string;
}

export type ChargeResult = 'settled' | 'declined';

/** The border to whoever takes the money. */
export interface PaymentProvider {
  readonly name: string;
  /** Rejects when the outcome is not known (network, timeout): ask again with the same key. */
  charge(charge: Charge, signal: AbortSignal): Promise<ChargeResult>;
}

/** The caller's view of a refusal: depends on the code alone, so a stored refusal reads the same for ever. */
export const topUpError = (code: TopUpErrorCode): TopUpError => ({ code, ...TOP_UP_ERRORS[code] });

const TOP_UP_ERRORS: Readonly<Record<TopUpErrorCode, { readonly message: string; readonly field: readonly string[] | null }>> = {
  PRODUCT_NOT_FOUND: { message: 'There is no such product on sale. Choose one from topUpProducts.', field: ['input', 'productId'] },
  PAYMENT_DECLINED: {
    message: 'The payment was declined and nothing was charged. Try another means of payment with a new idempotencyKey.',
    field: null,
  },
  IDEMPOTENCY_CONFLICT: {
    message: 'This idempotencyKey was used before with other input. Use a new key for a new wish.',
    field: ['input', 'idempotencyKey'],
  },
};
