import type { EffectAsset, GiftEffect } from './catalogue.ts';
import { type CatalogueEdit, type CatalogueError, catalogueError, type PutGift, type PutTopUpProduct } from './catalogueEdit.ts';
import { canonicalLocale } from './locale.ts';
import type { TradingPolicy } from './policy.ts';
import { isRegion } from './region.ts';

/** An id longer than this fits into no address and no dashboard. */
export const CATALOGUE_ID_CHARACTERS_MAX = 64;
/** A longer name fits on no gift sheet. Counted in code points. */
export const CATALOGUE_NAME_CHARACTERS_MAX = 80;
/** Languages of one gift at most: more than any client offers. */
export const GIFT_NAMES_MAX = 50;
/** Browsers and CDNs stop at about this. */
export const URL_CHARACTERS_MAX = 2_048;
/** One piece costs this at most, in coins: the largest order stays far below what 64 bits hold. */
export const GIFT_PRICE_COINS_MAX = 1_000_000_000n;
/** Forms of one effect at most. */
export const EFFECT_ASSETS_MAX = 8;
/** A phone has to fetch it before the gift can be shown. */
export const EFFECT_ASSET_BYTES_MAX = 20_000_000;
/** An effect longer than this hides the stream. */
export const EFFECT_MS_MAX = 60_000;
/** The highest priority of an effect; 0 is the lowest. */
export const EFFECT_PRIORITY_MAX = 100;
/** Different gifts in one bundle at most, and pieces of each. */
export const BUNDLE_ITEMS_MAX = 20;
export const BUNDLE_ITEM_QUANTITY_MAX = 999;
/** Coins stand still while a gift may be taken back: minutes, not hours. */
export const CANCEL_WINDOW_SECONDS_MAX = 300;
/** A combo that waits longer is none. */
export const COMBO_WINDOW_SECONDS_MAX = 60;
/** Pieces per user and day that a gift's own limit may name. */
export const DAILY_QUANTITY_MAX = 1_000_000;
/** Pieces that a user may be given each day. */
export const DAILY_FREE_MAX = 100;
/** Coins in one product at most. */
export const PRODUCT_COINS_MAX = 1_000_000_000n;
/** Price of a product at most, in the currency's smallest unit. */
export const PRODUCT_AMOUNT_MINOR_MAX = 100_000_000n;
/** Limits on coins that a policy may name. */
export const POLICY_COINS_MAX = 1_000_000_000_000n;
export const VELOCITY_ORDERS_MAX = 100_000;
export const VELOCITY_WINDOW_SECONDS_MAX = 3_600;

const ID_FORM = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const URL_FORM = /^https:\/\/\S+$/;
const SHA256_FORM = /^[0-9a-f]{64}$/;
const MIME_TYPE_FORM = /^(?:image|video|audio|application|model)\/[a-z0-9][a-z0-9.+-]{0,63}$/;
const CURRENCY_FORM = /^[A-Z]{3}$/;

/** What is wrong with an edit in itself, whatever the catalogue holds; null when nothing is. */
export const checkEditShape = ({ operation, input }: CatalogueEdit): CatalogueError | null => {
  switch (operation) {
    case 'putGift':
      return checkGift(input);
    case 'setGiftPrice':
      return checkId(input.giftId, 'giftId') ?? checkPrice(input.priceCoins);
    case 'withdrawGift':
      return checkId(input.giftId, 'giftId');
    case 'putTopUpProduct':
      return checkProduct(input);
    case 'setTradingPolicy':
      return checkPolicy(input);
  }
};

const checkGift = (gift: PutGift): CatalogueError | null =>
  checkId(gift.id, 'id') ??
  checkName(gift.name, 'name') ??
  checkNames(gift.names) ??
  (gift.imageUrl === null ? null : checkUrl(gift.imageUrl, 'imageUrl')) ??
  (gift.priceCoins === null ? null : checkPrice(gift.priceCoins)) ??
  checkWindow(gift) ??
  checkRegions(gift.regions, 'regions') ??
  (gift.effect === null ? null : checkEffect(gift.effect)) ??
  checkBundle(gift) ??
  checkRange(gift.cancelWindowSeconds, [0, CANCEL_WINDOW_SECONDS_MAX], 'cancelWindowSeconds') ??
  checkRange(gift.comboWindowSeconds, [1, COMBO_WINDOW_SECONDS_MAX], 'comboWindowSeconds') ??
  checkRange(gift.dailyQuantityMax, [1, DAILY_QUANTITY_MAX], 'dailyQuantityMax') ??
  checkRange(gift.dailyFree, [0, DAILY_FREE_MAX], 'dailyFree');

const checkId = (id: string, field: string): CatalogueError | null =>
  id.length <= CATALOGUE_ID_CHARACTERS_MAX && ID_FORM.test(id)
    ? null
    : catalogueError(
        'ID_INVALID',
        `An id has 1 to ${CATALOGUE_ID_CHARACTERS_MAX} small letters, digits and single dashes, like "red-rose".`,
        field,
      );

const checkName = (name: string, ...path: readonly (string | number)[]): CatalogueError | null =>
  name.trim() === name && name !== '' && [...name].length <= CATALOGUE_NAME_CHARACTERS_MAX
    ? null
    : catalogueError('NAME_INVALID', `A name has 1 to ${CATALOGUE_NAME_CHARACTERS_MAX} characters and no blanks at its ends.`, ...path);

const checkNames = (names: PutGift['names']): CatalogueError | null => {
  if (names.length > GIFT_NAMES_MAX)
    return catalogueError('NAME_INVALID', `A gift has names in ${GIFT_NAMES_MAX} languages at most.`, 'names');
  const seen = new Set<string>();
  for (const [index, { locale, name }] of names.entries()) {
    const tag = canonicalLocale(locale);
    if (tag === null)
      return catalogueError(
        'LOCALE_INVALID',
        'A locale is a BCP 47 language tag, like "de", "pt-BR" or "zh-Hant".',
        'names',
        index,
        'locale',
      );
    if (seen.has(tag)) return catalogueError('LOCALE_INVALID', `There are two names for ${tag}. Keep one.`, 'names', index, 'locale');
    seen.add(tag);
    const fault = checkName(name, 'names', index, 'name');
    if (fault !== null) return fault;
  }
  return null;
};

const checkUrl = (url: string, ...path: readonly (string | number)[]): CatalogueError | null => {
  const parsed = url.length <= URL_CHARACTERS_MAX && URL_FORM.test(url) && URL.canParse(url) ? new URL(url) : null;
  const good = parsed !== null && parsed.username === '' && parsed.password === '';
  return good
    ? null
    : catalogueError(
        'URL_INVALID',
        `An address begins with https://, names no user and has ${URL_CHARACTERS_MAX} characters at most.`,
        ...path,
      );
};

const checkPrice = (priceCoins: bigint): CatalogueError | null =>
  priceCoins >= 1n && priceCoins <= GIFT_PRICE_COINS_MAX
    ? null
    : catalogueError('PRICE_INVALID', `One piece costs 1 to ${GIFT_PRICE_COINS_MAX} coins.`, 'priceCoins');

const checkWindow = ({ onSaleFrom, onSaleUntil }: PutGift): CatalogueError | null =>
  onSaleFrom === null || onSaleUntil === null || onSaleFrom <= onSaleUntil
    ? null
    : catalogueError('WINDOW_INVALID', 'A gift cannot go off sale before it goes on sale.', 'onSaleUntil');

const checkRegions = (regions: readonly string[], field: string): CatalogueError | null => {
  const wrong = regions.findIndex((region, index) => !isRegion(region) || regions.indexOf(region) !== index);
  return wrong < 0
    ? null
    : catalogueError('REGION_INVALID', 'A region is a code of ISO 3166-1 alpha-2 in capitals, like "DE", and is named once.', field, wrong);
};

const checkEffect = ({ assets, durationMs, priority }: GiftEffect): CatalogueError | null => {
  if (assets.length < 1 || assets.length > EFFECT_ASSETS_MAX)
    return catalogueError('EFFECT_INVALID', `An effect has 1 to ${EFFECT_ASSETS_MAX} assets.`, 'effect', 'assets');
  for (const [index, asset] of assets.entries()) {
    const fault = checkAsset(asset, index);
    if (fault !== null) return fault;
  }
  if (durationMs < 1 || durationMs > EFFECT_MS_MAX)
    return catalogueError('EFFECT_INVALID', `An effect lasts 1 to ${EFFECT_MS_MAX} milliseconds.`, 'effect', 'durationMs');
  return priority >= 0 && priority <= EFFECT_PRIORITY_MAX
    ? null
    : catalogueError('EFFECT_INVALID', `A priority is 0 to ${EFFECT_PRIORITY_MAX}.`, 'effect', 'priority');
};

const checkAsset = ({ url, sha256, bytes, mimeType }: EffectAsset, index: number): CatalogueError | null => {
  const fault = checkUrl(url, 'effect', 'assets', index, 'url');
  if (fault !== null) return fault;
  const wrong = (message: string, field: string): CatalogueError =>
    catalogueError('EFFECT_INVALID', message, 'effect', 'assets', index, field);
  if (!SHA256_FORM.test(sha256)) return wrong('A SHA-256 hash is written as 64 small hexadecimal digits.', 'sha256');
  if (bytes < 1 || bytes > EFFECT_ASSET_BYTES_MAX) return wrong(`An asset has 1 to ${EFFECT_ASSET_BYTES_MAX} bytes.`, 'bytes');
  return MIME_TYPE_FORM.test(mimeType)
    ? null
    : wrong('A mimeType is like "image/webp", "video/mp4" or "application/json", in small letters.', 'mimeType');
};

const checkBundle = ({ id, kind, items }: PutGift): CatalogueError | null => {
  if (kind === 'SINGLE')
    return items.length === 0
      ? null
      : catalogueError('BUNDLE_INVALID', 'Only a bundle has items. Leave them out, or make it a BUNDLE.', 'items');
  if (items.length < 1 || items.length > BUNDLE_ITEMS_MAX)
    return catalogueError('BUNDLE_INVALID', `A bundle has 1 to ${BUNDLE_ITEMS_MAX} items.`, 'items');
  const seen = new Set([id]);
  for (const [index, { giftId, quantity }] of items.entries()) {
    if (seen.has(giftId))
      return catalogueError('BUNDLE_INVALID', 'A bundle names each gift once, and not itself.', 'items', index, 'giftId');
    seen.add(giftId);
    if (quantity < 1 || quantity > BUNDLE_ITEM_QUANTITY_MAX)
      return catalogueError(
        'BUNDLE_INVALID',
        `A bundle holds 1 to ${BUNDLE_ITEM_QUANTITY_MAX} pieces of a gift.`,
        'items',
        index,
        'quantity',
      );
  }
  return null;
};

const checkProduct = ({ id, name, coins, bonusCoins, amountMinor, currency }: PutTopUpProduct): CatalogueError | null => {
  const fault = checkId(id, 'id') ?? checkName(name, 'name');
  if (fault !== null) return fault;
  if (coins < 1n || coins > PRODUCT_COINS_MAX)
    return catalogueError('PRICE_INVALID', `A product holds 1 to ${PRODUCT_COINS_MAX} coins.`, 'coins');
  if (bonusCoins < 0n || bonusCoins > PRODUCT_COINS_MAX)
    return catalogueError('PRICE_INVALID', `A product holds 0 to ${PRODUCT_COINS_MAX} bonus coins.`, 'bonusCoins');
  if (amountMinor < 1n || amountMinor > PRODUCT_AMOUNT_MINOR_MAX)
    return catalogueError(
      'PRICE_INVALID',
      `A product costs 1 to ${PRODUCT_AMOUNT_MINOR_MAX} of the currency's smallest unit.`,
      'amountMinor',
    );
  return CURRENCY_FORM.test(currency) && Intl.supportedValuesOf('currency').includes(currency)
    ? null
    : catalogueError('PRICE_INVALID', 'A currency is a code of ISO 4217, like "EUR".', 'currency');
};

const checkPolicy = (policy: TradingPolicy): CatalogueError | null =>
  checkCoins(policy.dayCoinsMax, 'dayCoinsMax') ??
  checkCoins(policy.sessionCoinsMax, 'sessionCoinsMax') ??
  checkRange(policy.velocityOrdersMax, [1, VELOCITY_ORDERS_MAX], 'velocityOrdersMax') ??
  checkRange(policy.velocityWindowSeconds, [1, VELOCITY_WINDOW_SECONDS_MAX], 'velocityWindowSeconds') ??
  checkRange(policy.comboWindowSeconds, [1, COMBO_WINDOW_SECONDS_MAX], 'comboWindowSeconds') ??
  checkRegions(policy.leaderboardRegionsOff, 'leaderboardRegionsOff');

const checkRange = (value: number | null, [least, most]: readonly [number, number], field: string): CatalogueError | null =>
  value === null || (value >= least && value <= most) ? null : catalogueError('LIMIT_INVALID', `This is ${least} to ${most}.`, field);

const checkCoins = (coins: bigint | null, field: string): CatalogueError | null =>
  coins === null || (coins >= 0n && coins <= POLICY_COINS_MAX)
    ? null
    : catalogueError('LIMIT_INVALID', `This is 0 to ${POLICY_COINS_MAX} coins, or null for no limit.`, field);
