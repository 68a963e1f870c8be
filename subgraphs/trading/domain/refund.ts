/** An operator's reason, in characters. */
export const REFUND_REASON_CHARACTERS_MAX = 500;

/** Refused for good: the same question always gets the same answer. */
export type RefundRefusal = 'ORDER_CANCELLED' | 'ALREADY_REFUNDED' | 'IDEMPOTENCY_CONFLICT';
export type RefundErrorCode = RefundRefusal | 'ORDER_NOT_FOUND' | 'REASON_INVALID';

/** Why an order was not given back, as the caller sees it. */
export interface RefundError {
  readonly code: RefundErrorCode;
  readonly message: string;
  readonly field: readonly string[] | null;
}

/** Who gives an order back, and why. */
export interface RefundWish {
  readonly operatorId: string;
  /** The operator's, for this order. */
  readonly idempotencyKey: string;
  readonly reason: string;
}

/** Whether a reason has an acceptable length. */
export const isRefundReason = (reason: string): boolean => reason.trim().length > 0 && reason.length <= REFUND_REASON_CHARACTERS_MAX;

/** What a wish means for an order that is given back already: null for the wish that did it. Once per order, whoever asks. */
export const refundRepeated = (
  done: { readonly operatorId: string; readonly key: string; readonly reason: string },
  wish: RefundWish,
): RefundRefusal | null => {
  if (done.operatorId !== wish.operatorId || done.key !== wish.idempotencyKey) return 'ALREADY_REFUNDED';
  return done.reason === wish.reason ? null : 'IDEMPOTENCY_CONFLICT';
};

/** Who bears what a receiver earned by an order: the receiver as far as they still have it, the platform for the rest. In diamonds. */
export const shareLoss = (earned: bigint, held: bigint): { readonly diamonds: bigint; readonly diamondsLost: bigint } => {
  const diamonds = earned < held ? earned : held;
  return { diamonds, diamondsLost: earned - diamonds };
};

/** The caller's view of a refusal. */
export const refundError = (code: RefundErrorCode): RefundError => ({ code, ...REFUND_ERRORS[code] });

const REFUND_ERRORS: Readonly<Record<RefundErrorCode, { readonly message: string; readonly field: readonly string[] | null }>> = {
  ORDER_NOT_FOUND: { message: 'There is no such order.', field: ['input', 'orderId'] },
  ORDER_CANCELLED: { message: 'This gift was never sent: its sender has everything back already.', field: ['input', 'orderId'] },
  ALREADY_REFUNDED: { message: 'This order was given back already. An order is given back once.', field: ['input', 'orderId'] },
  REASON_INVALID: { message: `Say why, in 1 to ${REFUND_REASON_CHARACTERS_MAX} characters.`, field: ['input', 'reason'] },
  IDEMPOTENCY_CONFLICT: {
    message: 'This idempotencyKey was used before for this order with another reason. What was decided stands.',
    field: ['input', 'idempotencyKey'],
  },
};
