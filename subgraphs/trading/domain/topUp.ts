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
  /** Given on top of `coins`. */
  readonly bonusCoins: bigint;
  readonly amountMinor: bigint;
  /** ISO 4217. */
  readonly currency: string;
}

/** A product with all that operators set. `version` counts its edits. */
export interface StoredProduct extends TopUpOffer {
  readonly onSale: boolean;
  readonly version: number;
}

/** PENDING: the buyer has not paid yet. SETTLED: paid, the coins are in the wallet. DECLINED: the payment failed. EXPIRED: nobody paid in time. REFUNDING: the coins
 * are taken back and the money is under way. REFUNDED: the buyer has it. What leads from one to another stands in topUpStates.ts. */
export type TopUpStatus = 'PENDING' | 'SETTLED' | 'DECLINED' | 'EXPIRED' | 'REFUNDING' | 'REFUNDED';

/** One purchase of coins. Prices are those of the moment of the wish. */
export interface TopUp {
  /** UUIDv7 with the owner's shard. */
  readonly id: string;
  readonly ownerId: string;
  readonly productId: string;
  readonly coins: bigint;
  /** Given on top of `coins`; nobody earns by them. */
  readonly bonusCoins: bigint;
  readonly amountMinor: bigint;
  /** ISO 4217. */
  readonly currency: string;
  readonly status: TopUpStatus;
  /** Name of the payment provider that it belongs to. */
  readonly provider: string;
  /** The provider's id of its payment; null until the provider has answered. */
  readonly paymentId: string | null;
  readonly createdAt: Date;
  /** When an unpaid order is called off. */
  readonly expiresAt: Date;
  /** When the coins came into the wallet; null before that. */
  readonly settledAt: Date | null;
  /** When the buyer had the money back; null while they have not. */
  readonly refundedAt: Date | null;
  /** Refunds that were asked for so far; all but the last were refused. */
  readonly refunds: number;
  /** Counts the changes of this order. */
  readonly version: number;
  /** When somebody has to look at it although nothing was heard; null: nobody. */
  readonly watchAt: Date | null;
}

/** Orders of one buyer that wait for their payment at most. Nobody fills in so many forms; a script would have the provider refuse everybody. */
export const TOP_UPS_PENDING_MAX = 50;

/** Refused before anybody is asked for money, and stored. */
export type OpeningRefusal = 'PRODUCT_NOT_FOUND' | 'TOO_MANY_PENDING';
export type TopUpErrorCode = OpeningRefusal | 'PAYMENT_DECLINED' | 'PAYMENT_EXPIRED' | 'IDEMPOTENCY_CONFLICT';

/** Null when an order can be taken. `pending`: orders of the same buyer that wait for their payment. */
export const openingRefusal = (offer: TopUpOffer | null, pending: number): OpeningRefusal | null => {
  if (offer === null) return 'PRODUCT_NOT_FOUND';
  return pending < TOP_UPS_PENDING_MAX ? null : 'TOO_MANY_PENDING';
};

/** Whether this version knows such a refusal. */
export const isOpeningRefusal = (code: string): code is OpeningRefusal => code === 'PRODUCT_NOT_FOUND' || code === 'TOO_MANY_PENDING';

/** Why a top-up was refused, as the caller sees it. */
export interface TopUpError {
  readonly code: TopUpErrorCode;
  readonly message: string;
  readonly field: readonly string[] | null;
}

/** The caller's view of a refusal: depends on the code alone, so a stored refusal reads the same for ever. */
export const topUpError = (code: TopUpErrorCode): TopUpError => ({ code, ...TOP_UP_ERRORS[code] });

const TOP_UP_ERRORS: Readonly<Record<TopUpErrorCode, { readonly message: string; readonly field: readonly string[] | null }>> = {
  PRODUCT_NOT_FOUND: { message: 'There is no such product on sale. Choose one from topUpProducts.', field: ['input', 'productId'] },
  TOO_MANY_PENDING: {
    message: `${TOP_UPS_PENDING_MAX} orders wait for their payment already. Pay one of them, or wait until they expire; then order with a new idempotencyKey.`,
    field: null,
  },
  PAYMENT_DECLINED: {
    message: 'The payment was declined and nothing was charged. Try another means of payment with a new idempotencyKey.',
    field: null,
  },
  PAYMENT_EXPIRED: {
    message: 'Nobody paid in time, and this order was called off. Nothing was charged. Order again with a new idempotencyKey.',
    field: null,
  },
  IDEMPOTENCY_CONFLICT: {
    message: 'This idempotencyKey was used before with other input. Use a new key for a new wish.',
    field: ['input', 'idempotencyKey'],
  },
};
