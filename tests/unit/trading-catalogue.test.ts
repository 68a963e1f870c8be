import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEMO_GIFTS, DEMO_TOP_UP_PRODUCTS } from '../../subgraphs/trading/data/demoCatalogue.ts';
import { type GiftPrice, priceAt, type StoredGift } from '../../subgraphs/trading/domain/catalogue.ts';
import { ANNOUNCED_PRICES_MAX, type CatalogueView, decideEdit, GIFTS_MAX } from '../../subgraphs/trading/domain/catalogueDecide.ts';
import { type CatalogueEdit, changedFields, type PutGift } from '../../subgraphs/trading/domain/catalogueEdit.ts';
import { checkEditShape } from '../../subgraphs/trading/domain/catalogueShape.ts';
import { canonicalLocale, nameIn } from '../../subgraphs/trading/domain/locale.ts';
import type { TradingPolicy } from '../../subgraphs/trading/domain/policy.ts';
import { isRegion } from '../../subgraphs/trading/domain/region.ts';
import { catalogueItemJson, parseCatalogueItem } from '../../subgraphs/trading/events.ts';

const NOW = new Date('2026-11-22T12:00:00.000Z');
const inMs = (ms: number): Date => new Date(NOW.getTime() + ms);

const ASSET = { url: 'https://cdn.example/a.webm', sha256: '0f'.repeat(32), bytes: 9, mimeType: 'video/webm' };
const EFFECT = { assets: [ASSET], durationMs: 1_000, priority: 0 };
const aPut = (over: Partial<PutGift> = {}): PutGift => ({
  id: 'red-rose',
  version: null,
  name: 'Red rose',
  names: [],
  imageUrl: null,
  kind: 'SINGLE',
  items: [],
  priceCoins: 5n,
  onSaleFrom: null,
  onSaleUntil: null,
  regions: [],
  effect: null,
  cancelWindowSeconds: 0,
  comboWindowSeconds: null,
  dailyQuantityMax: null,
  limited: false,
  dailyFree: 0,
  ...over,
});
const POLICY: TradingPolicy = {
  version: 1,
  dayCoinsMax: null,
  sessionCoinsMax: 5n,
  velocityOrdersMax: null,
  velocityWindowSeconds: 10,
  comboWindowSeconds: 10,
  leaderboards: true,
  leaderboardRegionsOff: [],
  leaderboardConsent: false,
};
const PRODUCT = {
  id: 'coins-1',
  version: null,
  name: 'Coins',
  coins: 100n,
  bonusCoins: 5n,
  amountMinor: 99n,
  currency: 'EUR',
  onSale: true,
};

const faultOf = (edit: CatalogueEdit): string | null => {
  const fault = checkEditShape(edit);
  return fault === null ? null : `${fault.code} ${fault.field?.slice(1).join('.')}`;
};
const putFault = (over: Partial<PutGift>): string | null => faultOf({ operation: 'putGift', input: aPut(over) });

describe('the shape of an edit', () => {
  test('is right as a whole', () => {
    const items = [{ giftId: 'a', quantity: 999 }];
    const wide = {
      kind: 'BUNDLE',
      items,
      effect: EFFECT,
      regions: ['DE', 'XK'].slice(0, 1),
      names: [{ locale: 'pt-br', name: 'Rosa' }],
    } as const;
    expect([putFault({}), putFault(wide)]).toEqual([null, null]);
    expect(faultOf({ operation: 'putTopUpProduct', input: PRODUCT })).toBeNull();
    expect(faultOf({ operation: 'setTradingPolicy', input: POLICY })).toBeNull();
  });

  test.each([
    ['ID_INVALID id', { id: 'Red Rose' }],
    ['ID_INVALID id', { id: `a${'-a'.repeat(32)}` }],
    ['NAME_INVALID name', { name: ' Rose' }],
    ['NAME_INVALID name', { name: '' }],
    ['NAME_INVALID name', { name: '🌹'.repeat(81) }],
    ['LOCALE_INVALID names.0.locale', { names: [{ locale: 'deutsch!', name: 'Rose' }] }],
    ['LOCALE_INVALID names.1.locale', { names: ['pt-BR', 'pt-br'].map((locale) => ({ locale, name: 'Rosa' })) }],
    ['NAME_INVALID names.0.name', { names: [{ locale: 'de', name: ' ' }] }],
    ['URL_INVALID imageUrl', { imageUrl: 'http://cdn.example/rose.png' }],
    ['URL_INVALID imageUrl', { imageUrl: 'https://user:pass@cdn.example/rose.png' }],
    ['URL_INVALID imageUrl', { imageUrl: 'javascript:alert(1)' }],
    ['PRICE_INVALID priceCoins', { priceCoins: 0n }],
    ['PRICE_INVALID priceCoins', { priceCoins: 1_000_000_001n }],
    ['WINDOW_INVALID onSaleUntil', { onSaleFrom: NOW, onSaleUntil: inMs(-1) }],
    ['REGION_INVALID regions.1', { regions: ['DE', 'de'] }],
    ['REGION_INVALID regions.0', { regions: ['EU'] }],
    ['REGION_INVALID regions.1', { regions: ['DE', 'DE'] }],
    ['EFFECT_INVALID effect.assets', { effect: { ...EFFECT, assets: [] } }],
    ['URL_INVALID effect.assets.0.url', { effect: { ...EFFECT, assets: [{ ...ASSET, url: 'cdn.example/a' }] } }],
    ['EFFECT_INVALID effect.assets.0.sha256', { effect: { ...EFFECT, assets: [{ ...ASSET, sha256: 'AB'.repeat(32) }] } }],
    ['EFFECT_INVALID effect.assets.0.bytes', { effect: { ...EFFECT, assets: [{ ...ASSET, bytes: 20_000_001 }] } }],
    ['EFFECT_INVALID effect.assets.0.mimeType', { effect: { ...EFFECT, assets: [{ ...ASSET, mimeType: 'text/html' }] } }],
    ['EFFECT_INVALID effect.durationMs', { effect: { ...EFFECT, durationMs: 60_001 } }],
    ['EFFECT_INVALID effect.priority', { effect: { ...EFFECT, priority: 101 } }],
    ['BUNDLE_INVALID items', { items: [{ giftId: 'a', quantity: 1 }] }],
    ['BUNDLE_INVALID items', { kind: 'BUNDLE' }],
    ['BUNDLE_INVALID items', { kind: 'BUNDLE', items: Array.from({ length: 21 }, (_, index) => ({ giftId: `g${index}`, quantity: 1 })) }],
    ['BUNDLE_INVALID items.0.giftId', { kind: 'BUNDLE', items: [{ giftId: 'red-rose', quantity: 1 }] }],
    ['BUNDLE_INVALID items.1.giftId', { kind: 'BUNDLE', items: ['a', 'a'].map((giftId) => ({ giftId, quantity: 1 })) }],
    ['BUNDLE_INVALID items.0.quantity', { kind: 'BUNDLE', items: [{ giftId: 'a', quantity: 1_000 }] }],
    ['LIMIT_INVALID cancelWindowSeconds', { cancelWindowSeconds: 301 }],
    ['LIMIT_INVALID comboWindowSeconds', { comboWindowSeconds: 0 }],
    ['LIMIT_INVALID dailyQuantityMax', { dailyQuantityMax: 0 }],
    ['LIMIT_INVALID dailyFree', { dailyFree: -1 }],
  ] as const)('%s for %o', (fault, over) => expect(putFault(over)).toBe(fault));

  test('of products and the policy has limits, too', () => {
    const product = (over: object) => faultOf({ operation: 'putTopUpProduct', input: { ...PRODUCT, ...over } });
    const policy = (over: object) => faultOf({ operation: 'setTradingPolicy', input: { ...POLICY, ...over } });
    expect([product({ coins: 0n }), product({ amountMinor: 0n }), product({ currency: 'eur' }), product({ currency: 'ZZZ' })]).toEqual([
      'PRICE_INVALID coins',
      'PRICE_INVALID amountMinor',
      'PRICE_INVALID currency',
      'PRICE_INVALID currency',
    ]);
    expect([policy({ dayCoinsMax: -1n }), policy({ velocityWindowSeconds: 0 }), policy({ leaderboardRegionsOff: ['XX'] })]).toEqual([
      'LIMIT_INVALID dayCoinsMax',
      'LIMIT_INVALID velocityWindowSeconds',
      'REGION_INVALID leaderboardRegionsOff.0',
    ]);
  });
});

const aStored = (over: Partial<StoredGift> = {}): StoredGift => {
  const { version: _, priceCoins: __, names: ___, onSaleFrom: ____, ...rest } = aPut();
  return { ...rest, names: {}, onSaleFrom: NOW, prices: [{ version: 1, coins: 5n, from: NOW }], version: 1, ...over };
};
const viewWith = (gift: StoredGift | null, gifts = 1): CatalogueView => ({
  gift: () => gift,
  product: () => null,
  bundlesWith: () => [],
  policy: POLICY,
  gifts,
  products: 0,
});
const codeOf = (edit: CatalogueEdit, view: CatalogueView): string | null => {
  const decision = decideEdit(edit, view, NOW);
  return decision.ok ? null : decision.error.code;
};
const price = (over: object): CatalogueEdit => ({
  operation: 'setGiftPrice',
  input: { giftId: 'red-rose', version: 1, priceCoins: 7n, from: null, ...over },
});

describe('deciding an edit', () => {
  test('a price may hold from this very millisecond on, and from no earlier one', () => {
    expect(codeOf(price({ from: NOW }), viewWith(aStored()))).toBeNull();
    expect(codeOf(price({ from: inMs(-1) }), viewWith(aStored()))).toBe('WINDOW_INVALID');
  });

  test('a gift goes off sale from this very millisecond on, and from no earlier one: what was sold stays sold', () => {
    const withdraw = (from: Date): CatalogueEdit => ({ operation: 'withdrawGift', input: { giftId: 'red-rose', version: 1, from } });
    expect(codeOf(withdraw(NOW), viewWith(aStored()))).toBeNull();
    expect(codeOf(withdraw(inMs(-1)), viewWith(aStored()))).toBe('WINDOW_INVALID');
  });

  test('a gift in a bundle does not become limited; one that is already may be edited', () => {
    const put = (limited: boolean): CatalogueEdit => ({ operation: 'putGift', input: aPut({ version: 1, priceCoins: null, limited }) });
    const inBundles = (stored: StoredGift, ...bundles: readonly string[]): CatalogueView => ({
      ...viewWith(stored),
      bundlesWith: () => bundles,
    });
    const refused = decideEdit(put(true), inBundles(aStored(), 'a', 'b', 'c', 'd', 'e', 'f', 'g'), NOW);
    expect(refused).toMatchObject({ ok: false, error: { code: 'BUNDLE_INVALID', field: ['input', 'limited'] } });
    expect(refused).toMatchObject({ error: { message: expect.stringContaining('a, b, c, d, e and 2 more') } });
    expect(codeOf(put(false), inBundles(aStored(), 'a'))).toBeNull();
    expect(codeOf(put(true), inBundles({ ...aStored(), limited: true }, 'a'))).toBeNull();
    expect(codeOf(put(true), inBundles(aStored()))).toBeNull();
  });

  test('so many prices may be announced, and no more', () => {
    const announced = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ version: index + 2, coins: 1n, from: inMs(index + 1) }));
    const withAnnounced = (count: number) => viewWith(aStored({ prices: [{ version: 1, coins: 5n, from: NOW }, ...announced(count)] }));
    expect(codeOf(price({ from: inMs(99) }), withAnnounced(ANNOUNCED_PRICES_MAX - 1))).toBeNull();
    expect(codeOf(price({ from: inMs(99) }), withAnnounced(ANNOUNCED_PRICES_MAX))).toBe('CATALOGUE_FULL');
    expect(codeOf(price({}), withAnnounced(ANNOUNCED_PRICES_MAX))).toBeNull();
  });

  test('a full catalogue takes no new gift, and changes those it has', () => {
    expect(codeOf({ operation: 'putGift', input: aPut() }, viewWith(null, GIFTS_MAX))).toBe('CATALOGUE_FULL');
    expect(codeOf({ operation: 'putGift', input: aPut({ version: 1, priceCoins: null }) }, viewWith(aStored(), GIFTS_MAX))).toBeNull();
  });

  test('a new gift needs a price, and one that has its price must not bring one', () => {
    expect(codeOf({ operation: 'putGift', input: aPut({ priceCoins: null }) }, viewWith(null))).toBe('PRICE_INVALID');
    expect(codeOf({ operation: 'putGift', input: aPut({ version: 1 }) }, viewWith(aStored()))).toBe('PRICE_INVALID');
  });

  test('whatever prices are set in whatever order, versions grow by one and the newest that has begun is in force', () => {
    const step = fc.record({
      coins: fc.bigInt(1n, 100n),
      inMs: fc.option(fc.integer({ min: 0, max: 50 })),
      passMs: fc.integer({ min: 0, max: 20 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        let gift = aStored();
        let now = NOW;
        const all: GiftPrice[] = [...gift.prices];
        for (const { coins, inMs: delayMs, passMs } of steps) {
          now = new Date(now.getTime() + passMs);
          const from = delayMs === null ? null : new Date(now.getTime() + delayMs);
          const input = { giftId: gift.id, version: gift.version, priceCoins: coins, from };
          const decision = decideEdit({ operation: 'setGiftPrice', input }, viewWith(gift), now);
          if (!decision.ok || decision.after.kind !== 'gift') continue;
          gift = decision.after.gift;
          all.push({ version: all.length + 1, coins, from: from ?? now });
          for (const at of [now, new Date(now.getTime() + 7), new Date(now.getTime() + 1_000)])
            expect(priceAt(gift.prices, at)).toEqual(priceAt(all, at));
        }
        expect(gift.prices.at(-1)?.version).toBe(all.length);
      }),
    );
  });

  test('what an edit made reads the same after it was JSON', () => {
    const gift = aStored({ effect: EFFECT, regions: ['DE'], names: { de: 'Rose' }, onSaleUntil: inMs(5), comboWindowSeconds: 3 });
    const product = { ...PRODUCT, version: 1 };
    for (const item of [
      { kind: 'gift', gift } as const,
      { kind: 'product', product } as const,
      { kind: 'policy', policy: POLICY } as const,
    ]) {
      expect(parseCatalogueItem(JSON.parse(JSON.stringify(catalogueItemJson(item))))).toEqual(item);
      expect(changedFields(item, parseCatalogueItem(JSON.parse(JSON.stringify(catalogueItemJson(item)))))).toEqual([]);
    }
  });
});

test("the demo's catalogue is one that an operator could have made", () => {
  const edits: readonly CatalogueEdit[] = [
    ...DEMO_GIFTS.map((input) => ({ operation: 'putGift', input }) as const),
    ...DEMO_TOP_UP_PRODUCTS.map((input) => ({ operation: 'putTopUpProduct', input }) as const),
  ];
  expect(edits.map(faultOf).filter((fault) => fault !== null)).toEqual([]);
});

describe('a name', () => {
  const names = { de: 'Rose', 'pt-BR': 'Rosa do Brasil', pt: 'Rosa', 'zh-Hans': '玫瑰', 'zh-Hant': '玫瑰花' };
  test.each([
    ['de', 'Rose'],
    ['de-AT', 'Rose'],
    ['pt-br', 'Rosa do Brasil'],
    ['pt-PT', 'Rosa'],
    ['zh-TW', '玫瑰花'],
    ['zh', '玫瑰'],
    ['ja', 'The rose'],
    ['not a tag!', 'The rose'],
    [null, 'The rose'],
  ])('for %s is %s', (locale, expected) => expect(nameIn('The rose', names, locale)).toBe(expected));

  test('is never anything that an object has by nature', () => {
    for (const locale of ['constructor', 'toString', '__proto__']) expect(nameIn('The rose', {}, locale)).toBe('The rose');
  });
});

test('regions are those of ISO 3166-1, locales those of BCP 47 in one spelling', () => {
  expect(['DE', 'TW', 'AQ', 'UK', 'EU', 'de', ''].map(isRegion)).toEqual([true, true, true, false, false, false, false]);
  expect(['PT-br', 'zh-hant', 'en_US', '', 'x'.repeat(40)].map(canonicalLocale)).toEqual(['pt-BR', 'zh-Hant', null, null, null]);
});
