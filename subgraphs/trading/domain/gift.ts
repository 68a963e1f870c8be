import { type CatalogueGift, isOnSale } from './catalogue.ts';

/** Pieces in one order at most: what the largest button of a client sends. */
export const GIFT_QUANTITY_MAX = 9_999;

/** What to send, and where. */
export interface GiftItem {
  readonly streamId: string;
  readonly giftId: string;
  /** Pieces, 1 to GIFT_QUANTITY_MAX. */
  readonly quantity: number;
}

/** One gift that somebody wants to send. Its shape is checked, nothing else is. */
export interface GiftCommand extends GiftItem {
  readonly senderId: string;
  readonly idempotencyKey: string;
}

/** What one sender wants under one key. */
export interface GiftWish {
  readonly senderId: string;
  readonly idempotencyKey: string;
  readonly items: readonly GiftItem[];
}

/** One gift as a wish. */
export const wishOf = ({ senderId, idempotencyKey, ...item }: GiftCommand): GiftWish => ({ senderId, idempotencyKey, items: [item] });

export type StreamStatus = 'SCHEDULED' | 'LIVE' | 'ENDED';

/** What trading knows of a stream. */
export interface KnownStream {
  readonly id: string;
  readonly streamerId: string;
  readonly status: StreamStatus;
}

/** What a decision depends on, as it stands under the batch's locks. `coins`: the sender's whole coins after the batch's earlier decisions. */
export interface LockedState {
  readonly coins: bigint;
  readonly gift: CatalogueGift | null;
  readonly stream: KnownStream | null;
  readonly now: Date;
}

export type GiftRefusal =
  | 'GIFT_NOT_FOUND'
  | 'GIFT_NOT_ON_SALE'
  | 'STREAM_NOT_FOUND'
  | 'STREAM_NOT_LIVE'
  | 'SELF_GIFT'
  | 'INSUFFICIENT_COINS';
export type GiftErrorCode = GiftRefusal | 'QUANTITY_OUT_OF_RANGE' | 'IDEMPOTENCY_CONFLICT';

export type GiftDecision =
  | { readonly ok: true; readonly gift: CatalogueGift; readonly stream: KnownStream; readonly coins: bigint }
  | { readonly ok: false; readonly refusal: GiftRefusal };

/** Why a gift was refused, as the caller sees it. */
export interface GiftError {
  readonly code: GiftErrorCode;
  readonly message: string;
  readonly field: readonly string[] | null;
}

const refuse = (refusal: GiftRefusal): GiftDecision => ({ ok: false, refusal });

/** Decides one gift against what the batch has locked. `coins`, `priceCoins`: whole coins; `quantity`: pieces (1 to GIFT_QUANTITY_MAX). Pure: the caller
 * applies the result before it decides the next gift. Errors, in this order of precedence: GIFT_NOT_FOUND, GIFT_NOT_ON_SALE, STREAM_NOT_FOUND,
 * STREAM_NOT_LIVE, SELF_GIFT, INSUFFICIENT_COINS. */
export const decideGift = (sender: Pick<GiftWish, 'senderId'>, item: GiftItem, locked: LockedState): GiftDecision => {
  const { gift, stream } = locked;
  if (gift === null) return refuse('GIFT_NOT_FOUND');
  if (!isOnSale(gift, locked.now)) return refuse('GIFT_NOT_ON_SALE');
  if (stream === null) return refuse('STREAM_NOT_FOUND');
  if (stream.status !== 'LIVE') return refuse('STREAM_NOT_LIVE');
  if (stream.streamerId === sender.senderId) return refuse('SELF_GIFT');
  const coins = gift.priceCoins * BigInt(item.quantity);
  if (locked.coins < coins) return refuse('INSUFFICIENT_COINS');
  return { ok: true, gift, stream, coins };
};

/** Null when so many pieces may be sent at once, else the error. */
export const checkQuantity = (quantity: number): GiftError | null =>
  Number.isInteger(quantity) && quantity >= 1 && quantity <= GIFT_QUANTITY_MAX ? null : giftError('QUANTITY_OUT_OF_RANGE');

/** The caller's view of a refusal: depends on the code alone, so a stored refusal reads the same for ever. */
export const giftError = (code: GiftErrorCode): GiftError => ({ code, ...GIFT_ERRORS[code] });

/** Whether this version knows such a refusal. */
export const isGiftErrorCode = (code: string): code is GiftErrorCode => Object.hasOwn(GIFT_ERRORS, code);

const GIFT_ERRORS: Readonly<Record<GiftErrorCode, { readonly message: string; readonly field: readonly string[] | null }>> = {
  GIFT_NOT_FOUND: { message: 'There is no such gift. Choose one from the catalogue.', field: ['input', 'giftId'] },
  GIFT_NOT_ON_SALE: { message: 'This gift is not on sale. Choose another one from the catalogue.', field: ['input', 'giftId'] },
  STREAM_NOT_FOUND: { message: 'There is no such stream. Choose a live one.', field: ['input', 'streamId'] },
  STREAM_NOT_LIVE: { message: 'This stream has not started or is over. Choose a live one.', field: ['input', 'streamId'] },
  SELF_GIFT: { message: 'Streamers cannot send gifts to themselves. Choose another stream.', field: ['input', 'streamId'] },
  INSUFFICIENT_COINS: {
    message: 'The wallet holds fewer coins than this costs. Top up, then send again with a new idempotencyKey.',
    field: null,
  },
  QUANTITY_OUT_OF_RANGE: { message: `Send 1 to ${GIFT_QUANTITY_MAX} pieces at once.`, field: ['input', 'quantity'] },
  IDEMPOTENCY_CONFLICT: {
    message: 'This idempotencyKey was used before with other input. Use a new key for a new wish.',
    field: ['input', 'idempotencyKey'],
  },
};
