import { CATALOGUE_ID_CHARACTERS_MAX } from './catalogueShape.ts';
import { piecesLeft, STOCK_TOTAL_MAX, type Stock } from './stock.ts';

/** An operator's reason, in characters. */
export const STOCK_REASON_CHARACTERS_MAX = 500;

/** How many pieces of a gift an operator wants to be on sale in all. Its shape is checked, nothing else is. */
export interface StockEditCommand {
  readonly giftId: string;
  readonly total: bigint;
  readonly reason: string;
  /** The operator. The key is theirs, for this gift. */
  readonly actorId: string;
  readonly idempotencyKey: string;
}

/** Refused under the stock's lock, and stored. */
export type StockEditRefusal = 'GIFT_NOT_FOUND' | 'GIFT_NOT_LIMITED' | 'TOTAL_BELOW_SOLD';
export type StockEditErrorCode = StockEditRefusal | 'TOTAL_OUT_OF_RANGE' | 'REASON_INVALID' | 'IDEMPOTENCY_CONFLICT';

/** Why a stock was not set, as the caller sees it. */
export interface StockEditError {
  readonly code: StockEditErrorCode;
  readonly message: string;
  readonly field: readonly string[] | null;
}

/** Null when a command is in order, else what is wrong with its shape. */
export const stockEditFault = ({ giftId, total, reason }: StockEditCommand): StockEditErrorCode | null => {
  // The log keeps refused edits too, under the gift's id: what cannot be one is not even asked for.
  if (giftId.length > CATALOGUE_ID_CHARACTERS_MAX) return 'GIFT_NOT_FOUND';
  if (total < 0n || total > STOCK_TOTAL_MAX) return 'TOTAL_OUT_OF_RANGE';
  return reason.trim().length < 1 || reason.length > STOCK_REASON_CHARACTERS_MAX ? 'REASON_INVALID' : null;
};

/** Null when the stock can be set to that total. `gift` null: there is none; `stock` null: none was set before. */
export const stockEditRefusal = (
  total: bigint,
  gift: { readonly limited: boolean } | null,
  stock: Stock | null,
): StockEditRefusal | null => {
  if (gift === null) return 'GIFT_NOT_FOUND';
  if (!gift.limited) return 'GIFT_NOT_LIMITED';
  return stock !== null && piecesLeft({ ...stock, total }) < 0n ? 'TOTAL_BELOW_SOLD' : null;
};

/** The caller's view of a refusal: depends on the code alone, so a stored refusal reads the same for ever. */
export const stockEditError = (code: StockEditErrorCode): StockEditError => ({ code, ...STOCK_EDIT_ERRORS[code] });

const STOCK_EDIT_ERRORS: Readonly<Record<StockEditErrorCode, { readonly message: string; readonly field: readonly string[] | null }>> = {
  GIFT_NOT_FOUND: { message: 'There is no such gift. Put it into the catalogue first.', field: ['input', 'giftId'] },
  GIFT_NOT_LIMITED: {
    message: 'This gift is not limited, so it has no stock. Make it limited in the catalogue first.',
    field: ['input', 'giftId'],
  },
  TOTAL_BELOW_SOLD: {
    message: 'More pieces than that are sold or set aside already. Choose a higher total, with a new idempotencyKey.',
    field: ['input', 'total'],
  },
  TOTAL_OUT_OF_RANGE: { message: `A stock has 0 to ${STOCK_TOTAL_MAX} pieces.`, field: ['input', 'total'] },
  REASON_INVALID: { message: `Say why, in 1 to ${STOCK_REASON_CHARACTERS_MAX} characters.`, field: ['input', 'reason'] },
  IDEMPOTENCY_CONFLICT: {
    message: 'This idempotencyKey was used before for this gift with other input. Use a new key for a new wish.',
    field: ['input', 'idempotencyKey'],
  },
};
