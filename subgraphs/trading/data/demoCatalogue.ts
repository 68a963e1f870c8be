import type { GiftEffect } from '../domain/catalogue.ts';
import type { PutGift, PutTopUpProduct } from '../domain/catalogueEdit.ts';

// What npm start has on sale. The effects' files are not there (nothing under .example is): the manifests show their form.

const OPENING_DAY = new Date('2026-01-01T00:00:00Z');
const END_OF_WINTER = new Date('2026-03-01T00:00:00Z');

const gift = (
  id: string,
  name: string,
  priceCoins: bigint,
  names: Readonly<Record<string, string>>,
  over: Partial<PutGift> = {},
): PutGift => ({
  id,
  version: null,
  name,
  names: Object.entries(names).map(([locale, localName]) => ({ locale, name: localName })),
  imageUrl: null,
  kind: 'SINGLE',
  items: [],
  priceCoins,
  onSaleFrom: OPENING_DAY,
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

const effect = (
  id: string,
  webm: readonly [string, number],
  lottie: readonly [string, number],
  over: Partial<GiftEffect> = {},
): GiftEffect => ({
  assets: [
    { url: `https://cdn.example/effects/${id}.webm`, sha256: webm[0], bytes: webm[1], mimeType: 'video/webm' },
    { url: `https://cdn.example/effects/${id}.json`, sha256: lottie[0], bytes: lottie[1], mimeType: 'application/json' },
  ],
  durationMs: 3_000,
  priority: 10,
  ...over,
});

/** Props of every kind. The snowflake was on sale last winter; daisies are given to everybody each day; the castle may be taken back; of comets there are
 * only so many. */
export const DEMO_GIFTS: readonly PutGift[] = [
  gift('rose', 'Rose', 1n, { de: 'Rose', es: 'Rosa', fr: 'Rose', ja: 'バラ', 'pt-BR': 'Rosa', 'zh-Hans': '玫瑰', 'zh-Hant': '玫瑰' }),
  gift(
    'daisy',
    'Daisy',
    1n,
    { de: 'Gänseblümchen', es: 'Margarita', fr: 'Pâquerette', ja: 'デイジー', 'zh-Hans': '雏菊' },
    { dailyFree: 3 },
  ),
  gift(
    'heart',
    'Heart',
    2n,
    { de: 'Herz', es: 'Corazón', fr: 'Cœur', ja: 'ハート', 'pt-BR': 'Coração', 'zh-Hans': '爱心', 'zh-Hant': '愛心' },
    {
      comboWindowSeconds: 3,
    },
  ),
  gift('snowflake', 'Snowflake', 5n, { de: 'Schneeflocke', fr: 'Flocon', 'zh-Hans': '雪花' }, { onSaleUntil: END_OF_WINTER }),
  gift('coffee', 'Coffee', 5n, { de: 'Kaffee', es: 'Café', fr: 'Café', ja: 'コーヒー', 'pt-BR': 'Café', 'zh-Hans': '咖啡' }),
  gift('lollipop', 'Lollipop', 10n, {
    de: 'Lutscher',
    es: 'Piruleta',
    fr: 'Sucette',
    ja: 'キャンディ',
    'pt-BR': 'Pirulito',
    'zh-Hans': '棒棒糖',
  }),
  gift(
    'mooncake',
    'Mooncake',
    18n,
    { de: 'Mondkuchen', 'zh-Hans': '月饼', 'zh-Hant': '月餅' },
    { regions: ['CN', 'HK', 'MO', 'MY', 'SG', 'TW'] },
  ),
  gift('balloons', 'Balloons', 20n, { de: 'Luftballons', es: 'Globos', fr: 'Ballons', ja: '風船', 'pt-BR': 'Balões', 'zh-Hans': '气球' }),
  gift(
    'fireworks',
    'Fireworks',
    99n,
    { de: 'Feuerwerk', es: 'Fuegos artificiales', fr: 'Feu d’artifice', ja: '花火', 'zh-Hans': '烟花' },
    {
      effect: effect(
        'fireworks',
        ['5d0a6cf1c1ad4a0c6d1a9b2e0c6f4f5d8d3f6c1f0c9d7f2b5a4e3d2c1b0a9f8e', 412_338],
        ['0b8f5ea2be1d34c2cf90a1b3dd5f7e60918273645566778899aabbccddeeff00', 38_201],
      ),
    },
  ),
  gift(
    'party',
    'Party box',
    111n,
    { de: 'Partypaket', es: 'Caja de fiesta', fr: 'Coffret de fête', 'zh-Hans': '派对礼盒' },
    {
      kind: 'BUNDLE',
      items: [
        { giftId: 'balloons', quantity: 2 },
        { giftId: 'fireworks', quantity: 1 },
      ],
    },
  ),
  gift(
    'rocket',
    'Rocket',
    520n,
    { de: 'Rakete', es: 'Cohete', fr: 'Fusée', ja: 'ロケット', 'pt-BR': 'Foguete', 'zh-Hans': '火箭', 'zh-Hant': '火箭' },
    {
      effect: effect(
        'rocket',
        ['9f2c7b1de04a5863b7d1e9c2f5a8044631bb7e90c4d2f8a6573e1d0c9b8a7f6e', 903_117],
        ['c3a1b7d94e5f60728394a5b6c7d8e9f00112233445566778899aabbccddeeff0', 61_990],
        { durationMs: 5_000, priority: 50 },
      ),
    },
  ),
  gift(
    'castle',
    'Castle',
    1_314n,
    { de: 'Schloss', es: 'Castillo', fr: 'Château', ja: 'お城', 'pt-BR': 'Castelo', 'zh-Hans': '城堡' },
    {
      cancelWindowSeconds: 10,
      dailyQuantityMax: 10,
      effect: effect(
        'castle',
        ['1e6f0d5c4b3a29187f6e5d4c3b2a1908f7e6d5c4b3a291807f6e5d4c3b2a1908', 1_840_552],
        ['77aa55cc33ee11ff00bb22dd44996688a1b2c3d4e5f60718293a4b5c6d7e8f90', 120_044],
        { durationMs: 8_000, priority: 90 },
      ),
    },
  ),
  gift(
    'comet',
    'Comet',
    888n,
    { de: 'Komet', es: 'Cometa', fr: 'Comète', ja: '彗星', 'zh-Hans': '彗星', 'zh-Hant': '彗星' },
    { limited: true },
  ),
];

/** Amounts of coins; more coins at once are cheaper. */
export const DEMO_TOP_UP_PRODUCTS: readonly PutTopUpProduct[] = [
  { id: 'coins-100', version: null, name: '100 coins', coins: 100n, bonusCoins: 0n, amountMinor: 99n, currency: 'EUR', onSale: true },
  { id: 'coins-1000', version: null, name: '1,000 coins', coins: 1_000n, bonusCoins: 0n, amountMinor: 949n, currency: 'EUR', onSale: true },
  {
    id: 'coins-10000',
    version: null,
    name: '10,000 coins',
    coins: 10_000n,
    bonusCoins: 1_000n,
    amountMinor: 8_999n,
    currency: 'EUR',
    onSale: true,
  },
];

/** What there is of limited gifts. */
export const DEMO_STOCKS: readonly { readonly giftId: string; readonly total: bigint }[] = [{ giftId: 'comet', total: 10_000n }];
