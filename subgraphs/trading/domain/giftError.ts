/** Gifts in one wish at most. */
export const GIFT_ITEMS_MAX = 100;
/** Pieces in one order at most: what the largest button of a client sends. */
export const GIFT_QUANTITY_MAX = 9_999;

/** Why a gift may be refused under the batch's locks, in the order in which the reasons are looked at: what is wrong with the wish, who the sender is, how much they
 * may, and only then whether they can pay. */
export type GiftRefusal =
  | 'GIFT_NOT_FOUND'
  | 'GIFT_NOT_ON_SALE'
  | 'GIFT_NOT_IN_REGION'
  | 'STREAM_NOT_FOUND'
  | 'STREAM_NOT_LIVE'
  | 'SELF_GIFT'
  | 'SENDER_IS_MINOR'
  | 'SENDER_BLOCKED'
  | 'WALLET_FROZEN'
  | 'TOO_MANY_ORDERS'
  | 'GIFT_DAY_LIMIT'
  | 'DAY_LIMIT'
  | 'SESSION_LIMIT'
  | 'SOLD_OUT'
  | 'INSUFFICIENT_COINS';
export type GiftErrorCode =
  | GiftRefusal
  | 'RESERVATION_EXPIRED'
  | 'OTHER_ITEM_REFUSED'
  | 'QUANTITY_OUT_OF_RANGE'
  | 'ITEMS_OUT_OF_RANGE'
  | 'IDEMPOTENCY_CONFLICT';

/** What a refusal says besides its code, as it is stored with it. */
export interface RefusalDetail {
  /** From when on the same wish may succeed. */
  readonly retryAt?: Date;
  /** What the limit allows, and how much of it is left: coins or pieces. */
  readonly max?: bigint;
  readonly left?: bigint;
}

/** Why a gift was refused, as the caller sees it. */
export interface GiftError {
  readonly code: GiftErrorCode;
  readonly message: string;
  readonly field: readonly string[] | null;
  /** Null: waiting does not help. */
  readonly retryAt: Date | null;
}

/** The caller's view of a refusal: depends on the code and its detail alone, so a stored refusal reads the same for ever. */
export const giftError = (code: GiftErrorCode, detail: RefusalDetail = {}): GiftError => {
  const { message, field } = GIFT_ERRORS[code];
  return { code, message: typeof message === 'string' ? message : message(detail), field, retryAt: detail.retryAt ?? null };
};

/** Whether this version knows such a refusal. */
export const isGiftErrorCode = (code: string): code is GiftErrorCode => Object.hasOwn(GIFT_ERRORS, code);

/** A detail as it is stored; null when there is nothing to store. */
export const detailToJson = ({ retryAt, max, left }: RefusalDetail): Readonly<Record<string, string>> | null => {
  const json = {
    ...(retryAt === undefined ? {} : { retryAt: retryAt.toISOString() }),
    ...(max === undefined ? {} : { max: max.toString() }),
    ...(left === undefined ? {} : { left: left.toString() }),
  };
  return Object.keys(json).length === 0 ? null : json;
};

/** A stored detail. */
export const detailFromJson = (json: Readonly<Record<string, string>> | null): RefusalDetail => ({
  ...(json?.['retryAt'] === undefined ? {} : { retryAt: new Date(json['retryAt']) }),
  ...(json?.['max'] === undefined ? {} : { max: BigInt(json['max']) }),
  ...(json?.['left'] === undefined ? {} : { left: BigInt(json['left']) }),
});

interface GiftErrorText {
  readonly message: string | ((detail: RefusalDetail) => string);
  readonly field: readonly string[] | null;
}

const until = ({ retryAt }: RefusalDetail): string => (retryAt === undefined ? '' : ` until ${retryAt.toISOString()}`);
const from = ({ retryAt }: RefusalDetail): string => (retryAt === undefined ? '' : ` or send again from ${retryAt.toISOString()} on,`);
const leftOf = ({ max, left }: RefusalDetail): string => `${left ?? 0n} of ${max ?? 0n}`;

const GIFT_ERRORS: Readonly<Record<GiftErrorCode, GiftErrorText>> = {
  GIFT_NOT_FOUND: { message: 'There is no such gift. Choose one from the catalogue.', field: ['input', 'giftId'] },
  GIFT_NOT_ON_SALE: { message: 'This gift is not on sale. Choose another one from the catalogue.', field: ['input', 'giftId'] },
  GIFT_NOT_IN_REGION: {
    message: 'This gift is not sold where you are, or your token does not say where that is. Choose one from gifts(region:).',
    field: ['input', 'giftId'],
  },
  STREAM_NOT_FOUND: { message: 'There is no such stream. Choose a live one.', field: ['input', 'streamId'] },
  STREAM_NOT_LIVE: { message: 'This stream has not started or is over. Choose a live one.', field: ['input', 'streamId'] },
  SELF_GIFT: { message: 'Streamers cannot send gifts to themselves. Choose another stream.', field: ['input', 'streamId'] },
  SENDER_IS_MINOR: { message: 'Whoever is not of age cannot send gifts. If that is wrong, contact support.', field: null },
  SENDER_BLOCKED: { message: (detail) => `This account cannot send gifts${until(detail)}. Contact support for the reason.`, field: null },
  WALLET_FROZEN: { message: 'This wallet is frozen: it can receive and not spend. Contact support.', field: null },
  TOO_MANY_ORDERS: {
    message: (detail) =>
      `No more than ${detail.max ?? 0n} gifts can be sent so quickly. Send more pieces at once,${from(detail)} with a new idempotencyKey.`,
    field: null,
  },
  GIFT_DAY_LIMIT: {
    message: (detail) => `Of this gift ${leftOf(detail)} pieces a day are left. Send fewer,${from(detail)} with a new idempotencyKey.`,
    field: ['input', 'quantity'],
  },
  DAY_LIMIT: {
    message: (detail) =>
      `Of the coins that you may spend a day ${leftOf(detail)} are left. Send less,${from(detail)} with a new idempotencyKey.`,
    field: null,
  },
  SESSION_LIMIT: {
    message: (detail) => `Of the coins that you may spend in one stream ${leftOf(detail)} are left. Send less, with a new idempotencyKey.`,
    field: null,
  },
  SOLD_OUT: {
    message: 'Fewer pieces of this gift are left than you want. Send fewer, or choose another one from the catalogue.',
    field: ['input', 'giftId'],
  },
  RESERVATION_EXPIRED: {
    message:
      'The pieces that were set aside for this were not paid in time and went back. Nothing was charged. Send again with a new idempotencyKey.',
    field: null,
  },
  INSUFFICIENT_COINS: {
    message: 'The wallet holds fewer coins than this costs. Top up, then send again with a new idempotencyKey.',
    field: null,
  },
  OTHER_ITEM_REFUSED: {
    message: 'Not sent, because another item was refused. Mend that one, then send only what was not sent, with a new idempotencyKey.',
    field: null,
  },
  QUANTITY_OUT_OF_RANGE: { message: `Send 1 to ${GIFT_QUANTITY_MAX} pieces at once.`, field: ['input', 'quantity'] },
  ITEMS_OUT_OF_RANGE: { message: `Send 1 to ${GIFT_ITEMS_MAX} gifts under one key.`, field: ['input', 'items'] },
  IDEMPOTENCY_CONFLICT: {
    message: 'This idempotencyKey was used before with other input. Use a new key for a new wish.',
    field: ['input', 'idempotencyKey'],
  },
};
