import { plain, texts } from '#platform/database/arrays.ts';
import type { Queryable } from '#platform/database/database.ts';
import { shardOf } from '#platform/ids.ts';
import type { BundleItem, CatalogueGift, GiftKind } from '../domain/catalogue.ts';

/** Gifts by id with the price in force at `at`, also those that are not on sale: old orders still show them. Unknown ids are absent. One statement. */
export const readGifts = async (db: Queryable, ids: Iterable<string>, at: Date): Promise<ReadonlyMap<string, CatalogueGift>> => {
  const wanted = [...new Set(ids)];
  const rows = await db.query<GiftRow>({ name: 'readGifts', text: READ_GIFTS, values: [plain(wanted.map(shardOf)), texts(wanted), at] });
  return new Map(rows.map((row) => [row.id, toGift(row)]));
};

/** What comes the same way out of every statement that reads gifts. */
export interface GiftColumns {
  readonly id: string;
  readonly name: string;
  readonly image_url: string | null;
  readonly kind: GiftKind;
  readonly items: readonly BundleItem[] | null;
  readonly regions: readonly string[];
  readonly cancel_window_seconds: number;
  readonly combo_window_seconds: number | null;
  readonly daily_quantity_max: number | null;
  readonly limited: boolean;
  readonly daily_free: number;
  readonly version: number;
}

/** The fields of a gift that are in these columns. */
export const toGiftFields = (row: GiftColumns) => ({
  id: row.id,
  name: row.name,
  imageUrl: row.image_url,
  kind: row.kind,
  items: row.items ?? [],
  regions: row.regions,
  cancelWindowSeconds: row.cancel_window_seconds,
  comboWindowSeconds: row.combo_window_seconds,
  dailyQuantityMax: row.daily_quantity_max,
  limited: row.limited,
  dailyFree: row.daily_free,
  version: row.version,
});

interface GiftRow extends GiftColumns {
  readonly price_version: number;
  readonly price_coins: bigint;
  readonly on_sale_from: Date;
  readonly on_sale_until: Date | null;
}

const toGift = (row: GiftRow): CatalogueGift => ({
  ...toGiftFields(row),
  priceVersion: row.price_version,
  priceCoins: row.price_coins,
  onSaleFrom: row.on_sale_from,
  onSaleUntil: row.on_sale_until,
});

// A price that was announced takes over by itself: of the versions whose time has come, the highest is in force.
const READ_GIFTS = `/* readGifts */
  SELECT g.id, g.name, g.image_url, g.kind, g.on_sale_from, g.on_sale_until, g.regions, g.cancel_window_seconds, g.combo_window_seconds,
    g.daily_quantity_max, g.limited, g.daily_free, g.version,
    coalesce(p.version, g.price_version) AS price_version, coalesce(p.coins, g.price_coins) AS price_coins,
    CASE WHEN g.kind = 'BUNDLE' THEN (
      SELECT jsonb_agg(jsonb_build_object('giftId', i.gift_id, 'quantity', i.quantity) ORDER BY i.position)
      FROM bundle_item i WHERE i.shard = g.shard AND i.bundle_id = g.id
    ) END AS items
  FROM unnest($1::int[], $2::text[]) AS k (shard, id)
  JOIN gift g ON g.shard = k.shard AND g.id = k.id COLLATE "C"
  LEFT JOIN LATERAL (
    SELECT v.version, v.coins FROM gift_price v
    WHERE v.shard = g.shard AND v.gift_id = g.id AND v.version > g.price_version AND v.valid_from <= $3::timestamptz
    ORDER BY v.version DESC LIMIT 1
  ) p ON true`;
