import type { BundleItem, CatalogueGift } from './catalogue.ts';
import type { HoldStatus, NewGiftOrder } from './giftOrder.ts';

/** How long after its window a gift may still be sent: whoever watches a stream does not want to see what was sent long ago. Only an outage takes that long. */
export const HOLD_GRACE_MS = 10 * 60_000;

/** A gift that its sender may still take back: what it took is on the holds account. */
export interface GiftHold {
  readonly orderId: string;
  readonly senderId: string;
  readonly coins: bigint;
  readonly bonusCoins: bigint;
  readonly status: HoldStatus;
  /** From when on it is sent and can't be taken back. */
  readonly postsAt: Date;
  /** From when on it is not sent any more. */
  readonly expiresAt: Date;
  /** When it became final; null while it is PENDING. */
  readonly endedAt: Date | null;
  /** What is in the bundle, as it was ordered; empty for a single gift. */
  readonly contents: readonly BundleItem[];
}

/** CANCEL: the sender takes it back. END: whatever its time asks for. */
export type HoldWish = 'CANCEL' | 'END';

/** What a hold becomes by a wish at a moment; the same status: nothing happens. It leaves PENDING once. */
export const nextHoldStatus = (
  { status, postsAt, expiresAt }: Pick<GiftHold, 'status' | 'postsAt' | 'expiresAt'>,
  wish: HoldWish,
  at: Date,
): HoldStatus => {
  if (status !== 'PENDING') return status;
  if (wish === 'CANCEL') return at < postsAt ? 'VOIDED' : 'PENDING';
  if (at < postsAt) return 'PENDING';
  return at < expiresAt ? 'POSTED' : 'EXPIRED';
};

/** Until when a gift that is ordered now may be taken back; null: not at all. */
export const cancellableUntil = (gift: Pick<CatalogueGift, 'cancelWindowSeconds'>, now: Date): Date | null =>
  gift.cancelWindowSeconds > 0 ? new Date(now.getTime() + gift.cancelWindowSeconds * 1_000) : null;

/** The hold of an order; null when it can't be taken back. */
export const holdOf = ({ id, senderId, coins, bonusCoins, cancellableUntil: postsAt, contents }: NewGiftOrder): GiftHold | null =>
  postsAt === null
    ? null
    : {
        orderId: id,
        senderId,
        coins,
        bonusCoins,
        status: 'PENDING',
        postsAt,
        expiresAt: new Date(postsAt.getTime() + HOLD_GRACE_MS),
        endedAt: null,
        contents,
      };

export type CancelRefusal = 'ORDER_NOT_FOUND' | 'NOT_CANCELLABLE' | 'WINDOW_OVER' | 'ALREADY_CANCELLED';
export type CancelErrorCode = CancelRefusal | 'IDEMPOTENCY_CONFLICT';

/** Why a gift was not taken back, as the caller sees it. */
export interface CancelError {
  readonly code: CancelErrorCode;
  readonly message: string;
  readonly field: readonly string[] | null;
}

/** Null when its sender can take it back at that moment. `hold` null: it never could be. */
export const cancelRefusal = (hold: Pick<GiftHold, 'status' | 'postsAt' | 'expiresAt'> | null, at: Date): CancelRefusal | null => {
  if (hold === null) return 'NOT_CANCELLABLE';
  if (hold.status === 'VOIDED' || hold.status === 'EXPIRED') return 'ALREADY_CANCELLED';
  return nextHoldStatus(hold, 'CANCEL', at) === 'VOIDED' ? null : 'WINDOW_OVER';
};

/** Whether this version knows such a refusal. */
export const isCancelRefusal = (code: string): code is CancelRefusal =>
  Object.hasOwn(CANCEL_ERRORS, code) && code !== 'IDEMPOTENCY_CONFLICT';

/** The caller's view of a refusal: depends on the code alone, so a stored refusal reads the same for ever. */
export const cancelError = (code: CancelErrorCode): CancelError => ({ code, ...CANCEL_ERRORS[code] });

const CANCEL_ERRORS: Readonly<Record<CancelErrorCode, { readonly message: string; readonly field: readonly string[] | null }>> = {
  ORDER_NOT_FOUND: { message: 'You have sent no such order.', field: ['input', 'orderId'] },
  NOT_CANCELLABLE: { message: 'This gift is sent at once and cannot be taken back.', field: ['input', 'orderId'] },
  WINDOW_OVER: { message: 'The time to take this gift back is over.', field: ['input', 'orderId'] },
  ALREADY_CANCELLED: { message: 'This gift was not sent, and what it cost is back in your wallet already.', field: ['input', 'orderId'] },
  IDEMPOTENCY_CONFLICT: {
    message: 'This idempotencyKey was used before with other input. Use a new key for a new wish.',
    field: ['input', 'idempotencyKey'],
  },
};
