import { plain, texts } from '#platform/database/arrays.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import { shardOf } from '#platform/ids.ts';
import type { GiftEffect, GiftPrice, StoredGift } from '../domain/catalogue.ts';
import { CATALOGUE_FEED } from '../events.ts';
import { type GiftColumns, toGiftFields } from './catalogue.ts';

/** Price versions of a gift that readers have at hand, the newest. */
export const PRICES_SHOWN_MAX = 100;

/** The shard under which the catalogue's own rows lie: that of its feed. */
export const CATALOGUE_SHARD: number = shardOf(CATALOGUE_FEED);

/** The whole catalogue at one moment, from one snapshot, whatever is edited meanwhile. */
export interface CatalogueSnapshot {
  /** The catalogue's version. */
  readonly version: number;
  readonly gifts: readonly StoredGift[];
}

/** Reads the catalogue, each gift with its newest prices. One statement. */
export const readCatalogue = async (db: Queryable): Promise<CatalogueSnapshot> => {
  const rows = await db.query<{ readonly version: bigint; readonly gift: GiftJson | null }>({
    name: 'readCatalogue',
    text: READ_CATALOGUE,
    values: [CATALOGUE_SHARD],
  });
  if (rows[0] === undefined) throw noState();
  return { version: Number(rows[0].version), gifts: rows.flatMap(({ gift }) => (gift === null ? [] : [toGift(gift)])) };
};

/** The catalogue's version. One statement. */
export const readCatalogueVersion = async (db: Queryable): Promise<number> =>
  toVersion(await db.query(stateStatement('readCatalogueVersion', '')));

/** Locks the catalogue for edits until COMMIT and answers with its version. One statement. */
export const lockCatalogue = async (tx: Transaction): Promise<number> =>
  toVersion(await tx.query(stateStatement('lockCatalogue', 'FOR NO KEY UPDATE')));

/** Raises the catalogue's version; never lowers it. One statement. */
export const setCatalogueVersion = async (tx: Transaction, version: number): Promise<void> => {
  await tx.query({
    name: 'setCatalogueVersion',
    text: '/* setCatalogueVersion */ UPDATE catalogue_state SET version = greatest(version, $2) WHERE shard = $1',
    values: [CATALOGUE_SHARD, version],
  });
};

/** Gifts by id as an edit needs them: with the price in force at the last edit and those after it. One statement. */
export const readStoredGifts = async (db: Queryable, ids: readonly string[]): Promise<ReadonlyMap<string, StoredGift>> => {
  const rows = await db.query<{ readonly gift: GiftJson }>({
    name: 'readStoredGifts',
    text: READ_STORED_GIFTS,
    values: [plain(ids.map(shardOf)), texts(ids)],
  });
  return new Map(rows.map(({ gift }) => [gift.id, toGift(gift)]));
};

/** Which of these gifts are in which bundles: bundle to gifts. One statement, none without a gift. */
export const readBundlesWith = async (db: Queryable, giftIds: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> => {
  if (giftIds.length === 0) return new Map();
  const rows = await db.query<{ readonly bundle_id: string; readonly gift_ids: readonly string[] }>({
    name: 'readBundlesWith',
    text: READ_BUNDLES_WITH,
    values: [texts(giftIds)],
  });
  return new Map(rows.map(({ bundle_id, gift_ids }) => [bundle_id, gift_ids]));
};

/** How many gifts and products there are. One statement. */
export const countCatalogue = async (db: Queryable): Promise<{ readonly gifts: number; readonly products: number }> => {
  const text =
    '/* countCatalogue */ SELECT (SELECT count(*) FROM gift)::int AS gifts, (SELECT count(*) FROM top_up_product)::int AS products';
  const [row] = await db.query<{ readonly gifts: number; readonly products: number }>({ name: 'countCatalogue', text });
  return row ?? { gifts: 0, products: 0 };
};

/** Writes gifts where these are newer than what is there, and every price named in them or in `prices` that is not there yet. Four statements. */
export const writeGifts = async (tx: Transaction, gifts: readonly StoredGift[], prices: readonly PriceOf[]): Promise<void> => {
  if (gifts.length === 0) return;
  const written = await tx.query<{ readonly id: string }>({
    name: 'writeGifts',
    text: WRITE_GIFTS,
    values: [JSON.stringify(gifts.map(toGiftColumns))],
  });
  const ids = new Set(written.map(({ id }) => id));
  const bundles = gifts.filter(({ id, kind }) => kind === 'BUNDLE' && ids.has(id));
  await Promise.all([
    tx.query({ name: 'writePrices', text: WRITE_PRICES, values: [JSON.stringify(prices.map(toPriceColumns))] }),
    tx.query({
      name: 'deleteBundleItems',
      text: DELETE_BUNDLE_ITEMS,
      values: [plain(bundles.map(({ id }) => shardOf(id))), texts(bundles.map(({ id }) => id))],
    }),
    tx.query({ name: 'writeBundleItems', text: WRITE_BUNDLE_ITEMS, values: [JSON.stringify(bundles.flatMap(toItemColumns))] }),
  ]);
};

/** A version of the price of a gift. */
export interface PriceOf {
  readonly giftId: string;
  readonly price: GiftPrice;
}

/** Every price that these gifts name, each once. */
export const pricesOf = (gifts: readonly StoredGift[]): readonly PriceOf[] => [
  ...new Map(gifts.flatMap(({ id, prices }) => prices.map((price) => [`${id} ${price.version}`, { giftId: id, price }] as const))).values(),
];

const stateStatement = (name: string, lock: string) => ({
  name,
  text: `/* ${name} */ SELECT version FROM catalogue_state WHERE shard = $1 ${lock}`,
  values: [CATALOGUE_SHARD],
});

const toVersion = ([row]: readonly { readonly version: bigint }[]): number => {
  if (row === undefined) throw noState();
  return Number(row.version);
};

const noState = (): Error => new Error('the row of catalogue_state is gone: the migrations make it, nothing may delete it');

/** One gift as one JSON document: coins as text, times as PostgreSQL writes them into JSON. */
interface GiftJson extends GiftColumns {
  readonly names: Readonly<Record<string, string>>;
  readonly price_version: number;
  readonly price_coins: string;
  readonly prices: readonly { readonly version: number; readonly coins: string; readonly from: string }[] | null;
  readonly on_sale_from: string;
  readonly on_sale_until: string | null;
  readonly effect: GiftEffect | null;
}

const toGift = (json: GiftJson): StoredGift => ({
  ...toGiftFields(json),
  names: json.names,
  prices: toPrices(json),
  onSaleFrom: new Date(json.on_sale_from),
  onSaleUntil: json.on_sale_until === null ? null : new Date(json.on_sale_until),
  effect: json.effect,
});

// The price on the gift's own row is the first word: one whose version is not among the others (it is older than those shown) is put in front of them.
const toPrices = ({ prices, price_version, price_coins, on_sale_from }: GiftJson): readonly GiftPrice[] => {
  const known = (prices ?? []).map(({ version, coins, from }) => ({ version, coins: BigInt(coins), from: new Date(from) }));
  if (known.some(({ version }) => version === price_version)) return known;
  return [...known, { version: price_version, coins: BigInt(price_coins), from: new Date(on_sale_from) }].sort(
    (a, b) => a.version - b.version,
  );
};

const toGiftColumns = (gift: StoredGift) => ({
  shard: shardOf(gift.id),
  id: gift.id,
  name: gift.name,
  names: gift.names,
  image_url: gift.imageUrl,
  kind: gift.kind,
  price_version: gift.prices[0]?.version,
  price_coins: gift.prices[0]?.coins.toString(),
  on_sale_from: gift.onSaleFrom,
  on_sale_until: gift.onSaleUntil,
  regions: gift.regions,
  effect: gift.effect,
  cancel_window_seconds: gift.cancelWindowSeconds,
  combo_window_seconds: gift.comboWindowSeconds,
  daily_quantity_max: gift.dailyQuantityMax,
  limited: gift.limited,
  daily_free: gift.dailyFree,
  version: gift.version,
});

const toPriceColumns = ({ giftId, price }: PriceOf) => ({
  shard: shardOf(giftId),
  gift_id: giftId,
  version: price.version,
  coins: price.coins.toString(),
  valid_from: price.from,
});

const toItemColumns = ({ id, items }: StoredGift) =>
  items.map(({ giftId, quantity }, position) => ({ shard: shardOf(id), bundle_id: id, position, gift_id: giftId, quantity }));

const giftJson = (
  prices: string,
): string => `jsonb_build_object('id', g.id, 'name', g.name, 'names', g.names, 'image_url', g.image_url, 'kind', g.kind,
    'price_version', g.price_version, 'price_coins', g.price_coins::text, 'on_sale_from', g.on_sale_from, 'on_sale_until', g.on_sale_until,
    'regions', g.regions, 'effect', g.effect, 'cancel_window_seconds', g.cancel_window_seconds, 'combo_window_seconds', g.combo_window_seconds,
    'daily_quantity_max', g.daily_quantity_max, 'limited', g.limited, 'daily_free', g.daily_free, 'version', g.version,
    'items', (SELECT jsonb_agg(jsonb_build_object('giftId', i.gift_id, 'quantity', i.quantity) ORDER BY i.position)
      FROM bundle_item i WHERE i.shard = g.shard AND i.bundle_id = g.id),
    'prices', (SELECT jsonb_agg(jsonb_build_object('version', p.version, 'coins', p.coins::text, 'from', p.valid_from) ORDER BY p.version)
      FROM (SELECT v.version, v.coins, v.valid_from FROM gift_price v WHERE v.shard = g.shard AND v.gift_id = g.id ${prices}) p))`;

const READ_CATALOGUE = `/* readCatalogue */
  SELECT s.version, CASE WHEN g.id IS NOT NULL THEN ${giftJson(`ORDER BY v.version DESC LIMIT ${PRICES_SHOWN_MAX}`)} END AS gift
  FROM catalogue_state s LEFT JOIN gift g ON true
  WHERE s.shard = $1`;

const READ_STORED_GIFTS = `/* readStoredGifts */
  SELECT ${giftJson('AND v.version >= g.price_version')} AS gift
  FROM unnest($1::int[], $2::text[]) AS k (shard, id)
  JOIN gift g ON g.shard = k.shard AND g.id = k.id COLLATE "C"`;

// There is no index by gift, and none is needed: a catalogue is small, and gifts rarely become limited.
const READ_BUNDLES_WITH = `/* readBundlesWith */
  SELECT bundle_id, array_agg(gift_id) AS gift_ids FROM bundle_item WHERE gift_id = ANY ($1::text[]) GROUP BY bundle_id ORDER BY bundle_id`;

const GIFT_FIELDS = `name, names, image_url, kind, price_version, price_coins, on_sale_from, on_sale_until, regions, effect, cancel_window_seconds,
    combo_window_seconds, daily_quantity_max, limited, daily_free, version`;

const WRITE_GIFTS = `/* writeGifts */
  INSERT INTO gift AS g (shard, id, ${GIFT_FIELDS})
  SELECT n.shard, n.id, n.name, n.names, n.image_url, n.kind, n.price_version, n.price_coins, n.on_sale_from, n.on_sale_until, n.regions,
    nullif(n.effect, 'null'::jsonb), n.cancel_window_seconds, n.combo_window_seconds, n.daily_quantity_max, n.limited, n.daily_free, n.version
  FROM jsonb_to_recordset($1::jsonb) AS n (shard int, id text, name text, names jsonb, image_url text, kind gift_kind, price_version int,
    price_coins bigint, on_sale_from timestamptz, on_sale_until timestamptz, regions text[], effect jsonb, cancel_window_seconds int,
    combo_window_seconds int, daily_quantity_max int, limited boolean, daily_free int, version int)
  ORDER BY n.shard, n.id COLLATE "C"
  ON CONFLICT (shard, id) DO UPDATE
  SET (${GIFT_FIELDS}) = ROW (excluded.name, excluded.names, excluded.image_url, excluded.kind, excluded.price_version, excluded.price_coins,
    excluded.on_sale_from, excluded.on_sale_until, excluded.regions, excluded.effect, excluded.cancel_window_seconds, excluded.combo_window_seconds,
    excluded.daily_quantity_max, excluded.limited, excluded.daily_free, excluded.version)
  WHERE excluded.version > g.version
  RETURNING g.id`;

const WRITE_PRICES = `/* writePrices */
  INSERT INTO gift_price (shard, gift_id, version, coins, valid_from)
  SELECT n.shard, n.gift_id, n.version, n.coins, n.valid_from
  FROM jsonb_to_recordset($1::jsonb) AS n (shard int, gift_id text, version int, coins bigint, valid_from timestamptz)
  ORDER BY n.shard, n.gift_id COLLATE "C", n.version
  ON CONFLICT (shard, gift_id, version) DO NOTHING`;

const DELETE_BUNDLE_ITEMS = `/* deleteBundleItems */
  DELETE FROM bundle_item i USING unnest($1::int[], $2::text[]) AS k (shard, id) WHERE i.shard = k.shard AND i.bundle_id = k.id COLLATE "C"`;

const WRITE_BUNDLE_ITEMS = `/* writeBundleItems */
  INSERT INTO bundle_item (shard, bundle_id, position, gift_id, quantity)
  SELECT n.shard, n.bundle_id, n.position, n.gift_id, n.quantity
  FROM jsonb_to_recordset($1::jsonb) AS n (shard int, bundle_id text, position int, gift_id text, quantity int)`;
