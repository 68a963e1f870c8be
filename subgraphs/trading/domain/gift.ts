import { type CatalogueGift, isOnSale, isSoldIn } from './catalogue.ts';
import { GIFT_ITEMS_MAX, GIFT_QUANTITY_MAX, type GiftError, type GiftRefusal, giftError, type RefusalDetail } from './giftError.ts';
import { dayEndOf, isBlocked, type Limits, nextOrderAt, type SenderRules, type Spending, spentToday } from './limits.ts';
import { type PaymentSplit, splitPayment } from './paymentSplit.ts';

/** What to send, and where. */
export interface GiftItem {
  readonly streamId: string;
  readonly giftId: string;
  /** Pieces, 1 to GIFT_QUANTITY_MAX. */
  readonly quantity: number;
  /** What the stock of a limited gift said (see data/limitedGifts.ts). Absent: it was not asked. */
  readonly stock?: StockClaim;
}

/** `orderId`: the pieces are set aside for the order that gets this id. SOLD_OUT: they could not be. KEY_IN_USE: this key has pieces set aside for another wish. NOT_ASKED:
 * there are enough, and none were set aside, because the gift looked as if it would be refused anyway. */
export type StockClaim = { readonly orderId: string } | 'SOLD_OUT' | 'KEY_IN_USE' | 'NOT_ASKED';

/** The order for which pieces are set aside; null when none are. */
export const reservedOrderOf = ({ stock }: Pick<GiftItem, 'stock'>): string | null => (typeof stock === 'object' ? stock.orderId : null);

/** What the sender's token says about them, beside who they are. */
export interface SenderClaims {
  readonly minor: boolean;
  /** ISO 3166-1 alpha-2; null: not known. */
  readonly region: string | null;
}

/** One gift that somebody wants to send. Its shape is checked, nothing else is. */
export interface GiftCommand extends GiftItem {
  readonly senderId: string;
  readonly idempotencyKey: string;
  /** Absent: of age, and nobody knows where. */
  readonly claims?: SenderClaims;
}

/** What becomes of several gifts when one of them is refused. ATOMIC: none is sent. CONTINUE: the others are. STOP_AT_FIRST: those before it are, those after it are
 * not. */
export type BulkMode = 'ATOMIC' | 'CONTINUE' | 'STOP_AT_FIRST';

/** What one sender wants under one key. */
export interface GiftWish {
  readonly senderId: string;
  readonly idempotencyKey: string;
  readonly claims: SenderClaims;
  /** ONE: a single gift. */
  readonly mode: 'ONE' | BulkMode;
  readonly items: readonly GiftItem[];
}

const NO_CLAIMS: SenderClaims = { minor: false, region: null };

/** One gift as a wish. */
export const wishOf = ({ senderId, idempotencyKey, claims = NO_CLAIMS, ...item }: GiftCommand): GiftWish => ({
  senderId,
  idempotencyKey,
  claims,
  mode: 'ONE',
  items: [item],
});

export type StreamStatus = 'SCHEDULED' | 'LIVE' | 'ENDED';

/** What trading knows of a stream. */
export interface KnownStream {
  readonly id: string;
  readonly streamerId: string;
  readonly status: StreamStatus;
}

/** What a decision depends on, as it stands under the batch's locks and after the batch's earlier decisions. */
export interface LockedState {
  readonly gift: CatalogueGift | null;
  readonly stream: KnownStream | null;
  /** The sender's wallet. */
  readonly coins: bigint;
  readonly bonusCoins: bigint;
  readonly frozen: boolean;
  /** Pieces of the gift that lie in the sender's backpack. */
  readonly pieces: number;
  readonly rules: SenderRules;
  readonly limits: Limits;
  readonly spending: Spending;
  /** Bought coins that the sender has spent in this stream. */
  readonly sessionCoins: bigint;
  /** Pieces of the gift that the sender has sent today. */
  readonly piecesToday: number;
  readonly now: Date;
}

export type GiftDecision =
  | { readonly ok: true; readonly gift: CatalogueGift; readonly stream: KnownStream; readonly payment: PaymentSplit }
  | Refused;

interface Refused {
  readonly ok: false;
  readonly refusal: GiftRefusal;
  readonly detail?: RefusalDetail;
}

/** Decides one gift against what the batch has locked. Pure: the caller applies the result before it decides the next gift. The refusals, in their order of
 * precedence, are those of GiftRefusal: what is wrong with the wish, who the sender is, how much they may, whether they can pay. Pieces out of the backpack may be
 * sent also when the gift is no longer on sale. */
export const decideGift = (sender: Pick<GiftWish, 'senderId' | 'claims'>, item: GiftItem, locked: LockedState): GiftDecision => {
  const { gift, stream } = locked;
  if (gift === null) return refuse('GIFT_NOT_FOUND');
  const payment = splitPayment(item.quantity, gift.priceCoins, locked);
  if (payment.backpackPieces < item.quantity && !isOnSale(gift, locked.now)) return refuse('GIFT_NOT_ON_SALE');
  if (!isSoldIn(gift, sender.claims.region)) return refuse('GIFT_NOT_IN_REGION');
  if (stream === null) return refuse('STREAM_NOT_FOUND');
  if (stream.status !== 'LIVE') return refuse('STREAM_NOT_LIVE');
  if (stream.streamerId === sender.senderId) return refuse('SELF_GIFT');
  const refused = refusalOfSender(sender.claims, locked) ?? refusalOfAmount(gift, item.quantity, payment.coins, locked);
  if (refused !== null) return refused;
  if (gift.limited && item.stock === 'SOLD_OUT' && payment.backpackPieces < item.quantity) return refuse('SOLD_OUT');
  if (locked.coins < payment.coins) return refuse('INSUFFICIENT_COINS');
  return { ok: true, gift, stream, payment };
};

const refusalOfSender = ({ minor }: SenderClaims, { rules, frozen, now }: LockedState): Refused | null => {
  if (minor || rules.minor) return refuse('SENDER_IS_MINOR');
  if (isBlocked(rules, now)) return refuse('SENDER_BLOCKED', untilOf(rules.blocked?.until ?? null));
  return frozen ? refuse('WALLET_FROZEN') : null;
};

const refusalOfAmount = (gift: CatalogueGift, quantity: number, coins: bigint, locked: LockedState): Refused | null => {
  const { limits, spending, now } = locked;
  const nextAt = nextOrderAt(spending, limits, now);
  if (nextAt !== null) return refuse('TOO_MANY_ORDERS', { max: BigInt(limits.velocityOrdersMax ?? 0), retryAt: nextAt });
  const dayEnd = dayEndOf(spending, now);
  const pieces = exceeds(
    gift.dailyQuantityMax === null ? null : BigInt(gift.dailyQuantityMax),
    BigInt(locked.piecesToday),
    BigInt(quantity),
  );
  if (pieces !== null) return refuse('GIFT_DAY_LIMIT', { ...pieces, retryAt: dayEnd });
  if (coins === 0n) return null;
  const ofDay = exceeds(limits.dayCoinsMax, spentToday(spending, now), coins);
  if (ofDay !== null) return refuse('DAY_LIMIT', { ...ofDay, retryAt: dayEnd });
  const ofSession = exceeds(limits.sessionCoinsMax, locked.sessionCoins, coins);
  return ofSession === null ? null : refuse('SESSION_LIMIT', ofSession);
};

/** What is left of a limit that `more` would pass; null when it would not. */
const exceeds = (max: bigint | null, used: bigint, more: bigint): { readonly max: bigint; readonly left: bigint } | null =>
  max === null || used + more <= max ? null : { max, left: used < max ? max - used : 0n };

const untilOf = (until: Date | null): RefusalDetail => (until === null ? {} : { retryAt: until });

const refuse = (refusal: GiftRefusal, detail?: RefusalDetail): Refused => ({
  ok: false,
  refusal,
  ...(detail === undefined ? {} : { detail }),
});

/** Null when so many pieces may be sent at once, else the error. */
export const checkQuantity = (quantity: number): GiftError | null =>
  Number.isInteger(quantity) && quantity >= 1 && quantity <= GIFT_QUANTITY_MAX ? null : giftError('QUANTITY_OUT_OF_RANGE');

/** Null when the shape of a wish of several gifts is in order, else what is wrong with it first. */
export const checkItems = (items: readonly Pick<GiftItem, 'quantity'>[]): GiftError | null => {
  if (items.length < 1 || items.length > GIFT_ITEMS_MAX) return giftError('ITEMS_OUT_OF_RANGE');
  const place = items.findIndex(({ quantity }) => checkQuantity(quantity) !== null);
  return place === -1 ? null : errorOfItem(giftError('QUANTITY_OUT_OF_RANGE'), place);
};

/** An error of one of several gifts: its field is that of the item. */
export const errorOfItem = (error: GiftError, place: number): GiftError =>
  error.field === null ? error : { ...error, field: ['input', 'items', `${place}`, ...error.field.slice(1)] };
