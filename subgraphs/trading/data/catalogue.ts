import { plain, texts } from '#platform/database/arrays.ts';
import type { Queryable } from '#platform/database/database.ts';
import { shardOf } from '#platform/ids.ts';
import type { CatalogueGift } from '../domain/gift.ts';
import type { TopUpOffer } from '../domain/topUp.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';

/** Gifts and products in one answer at most. Clients show them all on one sheet; a catalogue that outgrows this needs pages. */
export const CATALOGUE_SIZE_MAX = 500;

/** The gifts on sale at a moment, the cheapest first. */
export const listGifts = (prisma: PrismaClient, at: Date): Promise<readonly CatalogueGift[]> =>
  prisma.gift.findMany({
    where: { onSaleFrom: { lte: at }, OR: [{ onSaleUntil: null }, { onSaleUntil: { gt: at } }] },
    orderBy: [{ priceCoins: 'asc' }, { id: 'asc' }],
    take: CATALOGUE_SIZE_MAX,
  });

/** The products on sale, the smallest first. */
export const listTopUpProducts = (prisma: PrismaClient): Promise<readonly TopUpOffer[]> =>
  prisma.topUpProduct.findMany({ where: { onSale: true }, orderBy: [{ coins: 'asc' }, { id: 'asc' }], take: CATALOGUE_SIZE_MAX });

/** Gifts by id, also those that are not on sale: old orders still show them. Unknown ids are absent. One statement. */
export const readGifts = async (db: Queryable, ids: Iterable<string>): Promise<ReadonlyMap<string, CatalogueGift>> => {
  const wanted = [...new Set(ids)];
  const rows = await db.query<GiftRow>({ name: 'readGifts', text: READ_GIFTS, values: [plain(wanted.map(shardOf)), texts(wanted)] });
  return new Map(rows.map((row) => [row.id, toGift(row)]));
};

/** Products on sale by id. Others are absent. One statement. */
export const readTopUpOffers = async (db: Queryable, ids: Iterable<string>): Promise<ReadonlyMap<string, TopUpOffer>> => {
  const wanted = [...new Set(ids)];
  const rows = await db.query<ProductRow>({
    name: 'readTopUpOffers',
    text: READ_TOP_UP_OFFERS,
    values: [plain(wanted.map(shardOf)), texts(wanted)],
  });
  return new Map(rows.map(({ id, name, coins, amount_minor, currency }) => [id, { id, name, coins, amountMinor: amount_minor, currency }]));
};

interface GiftRow {
  readonly id: string;
  readonly name: string;
  readonly image_url: string | null;
  readonly price_version: number;
  readonly price_coins: bigint;
  readonly on_sale_from: Date;
  readonly on_sale_until: Date | null;
}

interface ProductRow {
  readonly id: string;
  readonly name: string;
  readonly coins: bigint;
  readonly amount_minor: bigint;
  readonly currency: string;
}

const toGift = (row: GiftRow): CatalogueGift => ({
  id: row.id,
  name: row.name,
  imageUrl: row.image_url,
  priceVersion: row.price_version,
  priceCoins: row.price_coins,
  onSaleFrom: row.on_sale_from,
  onSaleUntil: row.on_sale_until,
});

const READ_GIFTS = `/* readGifts */
  SELECT g.id, g.name, g.image_url, g.price_version, g.price_coins, g.on_sale_from, g.on_sale_until
  FROM unnest($1::int[], $2::text[]) AS k (shard, id)
  JOIN gift g ON g.shard = k.shard AND g.id = k.id COLLATE "C"`;

const READ_TOP_UP_OFFERS = `/* readTopUpOffers */
  SELECT p.id, p.name, p.coins, p.amount_minor, p.currency
  FROM unnest($1::int[], $2::text[]) AS k (shard, id)
  JOIN top_up_product p ON p.shard = k.shard AND p.id = k.id COLLATE "C"
  WHERE p.on_sale`;
