import { type GiftPrice, priceAt, type StoredGift } from './catalogue.ts';
import {
  type CatalogueEdit,
  type CatalogueError,
  type CatalogueItem,
  catalogueError,
  type PutGift,
  type PutTopUpProduct,
  type SetGiftPrice,
  type WithdrawGift,
} from './catalogueEdit.ts';
import { canonicalLocale } from './locale.ts';
import type { TradingPolicy } from './policy.ts';
import type { StoredProduct } from './topUp.ts';

/** Gifts in all, also those off sale: every process holds them in memory. */
export const GIFTS_MAX = 2_000;
/** Products in all, also those off sale. */
export const TOP_UP_PRODUCTS_MAX = 200;
/** Prices of one gift that are announced and not yet in force. */
export const ANNOUNCED_PRICES_MAX = 10;

/** A refusal names so many bundles at most. */
const BUNDLES_NAMED_MAX = 5;

/** The catalogue as far as a batch of edits is about it, as it stands under its lock and after the batch's earlier edits. */
export interface CatalogueView {
  gift(id: string): StoredGift | null;
  product(id: string): StoredProduct | null;
  /** Ids of the bundles that hold a gift, also of those off sale: they may be put on sale again, and pieces of them lie in backpacks. */
  bundlesWith(giftId: string): readonly string[];
  readonly policy: TradingPolicy;
  readonly gifts: number;
  readonly products: number;
}

/** `before` null: the edit made it. */
export type EditDecision =
  | { readonly ok: true; readonly before: CatalogueItem | null; readonly after: CatalogueItem }
  | { readonly ok: false; readonly error: CatalogueError };

/** Decides one edit whose shape is right. Pure: the caller applies the result before it decides the next one. */
export const decideEdit = (edit: CatalogueEdit, view: CatalogueView, now: Date): EditDecision => {
  switch (edit.operation) {
    case 'putGift':
      return decidePutGift(edit.input, view, now);
    case 'setGiftPrice':
      return decidePrice(edit.input, view, now);
    case 'withdrawGift':
      return decideWithdrawal(edit.input, view, now);
    case 'putTopUpProduct':
      return decideProduct(edit.input, view);
    case 'setTradingPolicy':
      return decidePolicy(edit.input, view);
  }
};

const refuse = (...error: Parameters<typeof catalogueError>): EditDecision => ({ ok: false, error: catalogueError(...error) });
const stale = (version: number): EditDecision =>
  refuse('STALE_VERSION', `Somebody has edited this: it is at version ${version} now. Read it again and decide anew.`, 'version');
const giftChange = (before: StoredGift | null, after: StoredGift): EditDecision => ({
  ok: true,
  before: before === null ? null : { kind: 'gift', gift: before },
  after: { kind: 'gift', gift: after },
});

const decidePutGift = (input: PutGift, view: CatalogueView, now: Date): EditDecision => {
  const { id, version, priceCoins, names, onSaleFrom, ...rest } = input;
  const before = view.gift(id);
  const fault = version === null ? newGiftFault(input, before, view) : changedGiftFault(input, before, version);
  if (fault !== null) return fault;
  const unfit = bundleFault(input, before, view);
  if (unfit !== null) return unfit;
  const from = onSaleFrom ?? before?.onSaleFrom ?? now;
  if (rest.onSaleUntil !== null && rest.onSaleUntil < from)
    return refuse('WINDOW_INVALID', 'A gift cannot go off sale before it goes on sale.', 'onSaleUntil');
  const prices: readonly GiftPrice[] = before?.prices ?? [{ version: 1, coins: priceCoins ?? 0n, from: now }];
  return giftChange(before, {
    ...rest,
    id,
    names: Object.fromEntries(names.map(({ locale, name }) => [canonicalLocale(locale) ?? locale, name])),
    onSaleFrom: from,
    prices,
    version: (before?.version ?? 0) + 1,
  });
};

// Only what is sold by itself is taken from a stock. So nothing limited comes into a bundle, and nothing in a bundle becomes limited: its pieces would be sold past the stock.
const bundleFault = (input: PutGift, before: StoredGift | null, view: CatalogueView): EditDecision | null => {
  const unfit = input.items.findIndex(({ giftId }) => !isBundleable(view.gift(giftId)));
  if (unfit >= 0)
    return refuse(
      'BUNDLE_INVALID',
      'A bundle holds single gifts of the catalogue, no bundles and no limited gifts.',
      'items',
      unfit,
      'giftId',
    );
  const bundles = input.limited && before?.limited === false ? view.bundlesWith(input.id) : [];
  if (bundles.length === 0) return null;
  const named = bundles.slice(0, BUNDLES_NAMED_MAX).join(', ');
  const others = bundles.length > BUNDLES_NAMED_MAX ? ` and ${bundles.length - BUNDLES_NAMED_MAX} more` : '';
  return refuse('BUNDLE_INVALID', `A gift in a bundle cannot become limited. Take it out of ${named}${others} first.`, 'limited');
};

const isBundleable = (gift: StoredGift | null): boolean => gift?.kind === 'SINGLE' && !gift.limited;

const newGiftFault = ({ id, priceCoins }: PutGift, before: StoredGift | null, view: CatalogueView): EditDecision | null => {
  if (before !== null) return refuse('ALREADY_EXISTS', `There is a gift ${id} already. Name its version to change it.`, 'id');
  if (priceCoins === null) return refuse('PRICE_INVALID', 'A new gift needs a price.', 'priceCoins');
  return view.gifts >= GIFTS_MAX ? refuse('CATALOGUE_FULL', `A catalogue holds ${GIFTS_MAX} gifts at most.`) : null;
};

const changedGiftFault = (input: PutGift, before: StoredGift | null, version: number): EditDecision | null => {
  if (before === null) return refuse('GIFT_NOT_FOUND', 'There is no such gift. Leave the version out to make it.', 'id');
  if (before.version !== version) return stale(before.version);
  if (input.priceCoins !== null) return refuse('PRICE_INVALID', 'The price of a gift is changed by setGiftPrice.', 'priceCoins');
  return before.kind === input.kind ? null : refuse('BUNDLE_INVALID', `This is a ${before.kind} gift and stays one.`, 'kind');
};

const decidePrice = ({ giftId, version, priceCoins, from }: SetGiftPrice, view: CatalogueView, now: Date): EditDecision => {
  const before = view.gift(giftId);
  if (before === null) return refuse('GIFT_NOT_FOUND', 'There is no such gift.', 'giftId');
  if (before.version !== version) return stale(before.version);
  if (from !== null && from < now) return refuse('WINDOW_INVALID', 'A price holds from now on or from a later moment on.', 'from');
  const inForce = priceAt(before.prices, now);
  // A lower version than the one in force never has its time.
  const announced = before.prices.filter((price) => price.version > inForce.version);
  if (from !== null && announced.length >= ANNOUNCED_PRICES_MAX)
    return refuse('CATALOGUE_FULL', `A gift has ${ANNOUNCED_PRICES_MAX} announced prices at most.`);
  const price = { version: (before.prices.at(-1)?.version ?? 0) + 1, coins: priceCoins, from: from ?? now };
  const prices = from === null ? [price] : [inForce, ...announced, price];
  return giftChange(before, { ...before, prices, version: before.version + 1 });
};

const decideWithdrawal = ({ giftId, version, from }: WithdrawGift, view: CatalogueView, now: Date): EditDecision => {
  const before = view.gift(giftId);
  if (before === null) return refuse('GIFT_NOT_FOUND', 'There is no such gift.', 'giftId');
  if (before.version !== version) return stale(before.version);
  if (from !== null && from < now) return refuse('WINDOW_INVALID', 'A gift goes off sale now or at a later moment.', 'from');
  const wanted = from ?? now;
  // One that was not on sale yet never will be.
  const onSaleUntil = wanted < before.onSaleFrom ? before.onSaleFrom : wanted;
  return giftChange(before, { ...before, onSaleUntil, version: before.version + 1 });
};

const decideProduct = ({ version, ...input }: PutTopUpProduct, view: CatalogueView): EditDecision => {
  const before = view.product(input.id);
  if (version === null && before !== null)
    return refuse('ALREADY_EXISTS', `There is a product ${input.id} already. Name its version to change it.`, 'id');
  if (version === null && view.products >= TOP_UP_PRODUCTS_MAX)
    return refuse('CATALOGUE_FULL', `A catalogue holds ${TOP_UP_PRODUCTS_MAX} products at most.`);
  if (version !== null && before === null)
    return refuse('PRODUCT_NOT_FOUND', 'There is no such product. Leave the version out to make it.', 'id');
  if (before !== null && before.version !== version) return stale(before.version);
  return {
    ok: true,
    before: before === null ? null : { kind: 'product', product: before },
    after: { kind: 'product', product: { ...input, version: (before?.version ?? 0) + 1 } },
  };
};

const decidePolicy = (input: TradingPolicy, { policy }: CatalogueView): EditDecision => {
  if (policy.version !== input.version) return stale(policy.version);
  return { ok: true, before: { kind: 'policy', policy }, after: { kind: 'policy', policy: { ...input, version: policy.version + 1 } } };
};
