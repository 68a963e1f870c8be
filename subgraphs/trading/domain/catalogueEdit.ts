import type { BundleItem, GiftEffect, GiftKind, StoredGift } from './catalogue.ts';
import type { TradingPolicy } from './policy.ts';
import type { StoredProduct } from './topUp.ts';

// An operator's edit names the version that it was made from, so that of two operators who edit one thing at once the second sees the first one's work.

/** A gift as it is to be. `version` null: a new one. */
export interface PutGift {
  readonly id: string;
  readonly version: number | null;
  readonly name: string;
  readonly names: readonly { readonly locale: string; readonly name: string }[];
  readonly imageUrl: string | null;
  readonly kind: GiftKind;
  readonly items: readonly BundleItem[];
  /** The first price of a new gift; null for one that has its price. */
  readonly priceCoins: bigint | null;
  /** Null: a new one from now on, another as before. */
  readonly onSaleFrom: Date | null;
  readonly onSaleUntil: Date | null;
  readonly regions: readonly string[];
  readonly effect: GiftEffect | null;
  readonly cancelWindowSeconds: number;
  readonly comboWindowSeconds: number | null;
  readonly dailyQuantityMax: number | null;
  readonly limited: boolean;
  readonly dailyFree: number;
}

/** A new version of a gift's price. `from` null: at once. */
export interface SetGiftPrice {
  readonly giftId: string;
  readonly version: number;
  readonly priceCoins: bigint;
  readonly from: Date | null;
}

/** Off sale from a moment on; null: at once. */
export interface WithdrawGift {
  readonly giftId: string;
  readonly version: number;
  readonly from: Date | null;
}

/** A product as it is to be. `version` null: a new one. */
export interface PutTopUpProduct extends Omit<StoredProduct, 'version'> {
  readonly version: number | null;
}

export type CatalogueEdit =
  | { readonly operation: 'putGift'; readonly input: PutGift }
  | { readonly operation: 'setGiftPrice'; readonly input: SetGiftPrice }
  | { readonly operation: 'withdrawGift'; readonly input: WithdrawGift }
  | { readonly operation: 'putTopUpProduct'; readonly input: PutTopUpProduct }
  | { readonly operation: 'setTradingPolicy'; readonly input: TradingPolicy };

/** What an edit made of what it was about. */
export type CatalogueItem =
  | { readonly kind: 'gift'; readonly gift: StoredGift }
  | { readonly kind: 'product'; readonly product: StoredProduct }
  | { readonly kind: 'policy'; readonly policy: TradingPolicy };

/** The policy's place in the audit: there is one. */
export const POLICY_ITEM_ID = 'policy';

/** Which gift, product or policy an edit is about. */
export const itemIdOf = (edit: CatalogueEdit): string => {
  if (edit.operation === 'setTradingPolicy') return POLICY_ITEM_ID;
  return edit.operation === 'setGiftPrice' || edit.operation === 'withdrawGift' ? edit.input.giftId : edit.input.id;
};

/** The names of the fields that are different after an edit, in order; of a new item all. */
export const changedFields = (before: CatalogueItem | null, after: CatalogueItem): readonly string[] => {
  const old = new Map(before === null ? [] : Object.entries(fieldsOf(before)));
  return Object.entries(fieldsOf(after))
    .filter(([field, value]) => !old.has(field) || textOf(old.get(field)) !== textOf(value))
    .map(([field]) => field)
    .sort();
};

const fieldsOf = (item: CatalogueItem): object => {
  if (item.kind === 'gift') return item.gift;
  return item.kind === 'product' ? item.product : item.policy;
};

// Objects are compared by their text with sorted keys: JSON that PostgreSQL has kept has its own order.
const textOf = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === 'bigint') return part.toString();
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  }) ?? '';

export type CatalogueErrorCode =
  | 'GIFT_NOT_FOUND'
  | 'PRODUCT_NOT_FOUND'
  | 'ALREADY_EXISTS'
  | 'STALE_VERSION'
  | 'ID_INVALID'
  | 'NAME_INVALID'
  | 'LOCALE_INVALID'
  | 'REGION_INVALID'
  | 'URL_INVALID'
  | 'WINDOW_INVALID'
  | 'PRICE_INVALID'
  | 'EFFECT_INVALID'
  | 'BUNDLE_INVALID'
  | 'LIMIT_INVALID'
  | 'CATALOGUE_FULL'
  | 'IDEMPOTENCY_CONFLICT';

/** Why an edit was refused, as the operator sees it. */
export interface CatalogueError {
  readonly code: CatalogueErrorCode;
  readonly message: string;
  readonly field: readonly string[] | null;
}

/** A refusal. `path`: the field at fault below `input`. */
export const catalogueError = (code: CatalogueErrorCode, message: string, ...path: readonly (string | number)[]): CatalogueError => ({
  code,
  message,
  field: path.length === 0 ? null : ['input', ...path.map(String)],
});
