import { plain, texts } from '#platform/database/arrays.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import { shardOf } from '#platform/ids.ts';
import { TOP_UP_PRODUCTS_MAX } from '../domain/catalogueDecide.ts';
import type { StoredProduct, TopUpOffer } from '../domain/topUp.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';

/** The products on sale, the smallest first: TOP_UP_PRODUCTS_MAX at most, there are no more. */
export const listTopUpProducts = (prisma: PrismaClient): Promise<readonly StoredProduct[]> =>
  prisma.topUpProduct.findMany({ where: { onSale: true }, orderBy: [{ coins: 'asc' }, { id: 'asc' }], take: TOP_UP_PRODUCTS_MAX });

/** Products on sale by id. Others are absent. One statement. */
export const readTopUpOffers = async (db: Queryable, ids: Iterable<string>): Promise<ReadonlyMap<string, TopUpOffer>> => {
  const wanted = [...new Set(ids)];
  const rows = await db.query<OfferRow>({
    name: 'readTopUpOffers',
    text: READ_TOP_UP_OFFERS,
    values: [plain(wanted.map(shardOf)), texts(wanted)],
  });
  return new Map(rows.map((row) => [row.id, toOffer(row)]));
};

/** Products by id, also those off sale. One statement. */
export const readStoredProducts = async (db: Queryable, ids: readonly string[]): Promise<ReadonlyMap<string, StoredProduct>> => {
  const rows = await db.query<StoredRow>({
    name: 'readStoredProducts',
    text: READ_STORED_PRODUCTS,
    values: [plain(ids.map(shardOf)), texts(ids)],
  });
  return new Map(rows.map(({ on_sale, version, ...row }) => [row.id, { ...toOffer(row), onSale: on_sale, version }]));
};

/** Writes products where these are newer than what is there. One statement. */
export const writeProducts = async (tx: Transaction, products: readonly StoredProduct[]): Promise<void> => {
  if (products.length === 0) return;
  await tx.query({
    name: 'writeProducts',
    text: WRITE_PRODUCTS,
    values: [JSON.stringify(products.map(toProductColumns))],
  });
};

interface OfferRow {
  readonly id: string;
  readonly name: string;
  readonly coins: bigint;
  readonly bonus_coins: bigint;
  readonly amount_minor: bigint;
  readonly currency: string;
}

interface StoredRow extends OfferRow {
  readonly on_sale: boolean;
  readonly version: number;
}

const toOffer = ({ bonus_coins, amount_minor, ...row }: OfferRow): TopUpOffer => ({
  ...row,
  bonusCoins: bonus_coins,
  amountMinor: amount_minor,
});

const toProductColumns = ({ amountMinor, onSale, coins, bonusCoins, ...product }: StoredProduct) => ({
  ...product,
  shard: shardOf(product.id),
  coins: coins.toString(),
  bonus_coins: bonusCoins.toString(),
  amount_minor: amountMinor.toString(),
  on_sale: onSale,
});

const READ_TOP_UP_OFFERS = `/* readTopUpOffers */
  SELECT p.id, p.name, p.coins, p.bonus_coins, p.amount_minor, p.currency
  FROM unnest($1::int[], $2::text[]) AS k (shard, id)
  JOIN top_up_product p ON p.shard = k.shard AND p.id = k.id COLLATE "C"
  WHERE p.on_sale`;

const READ_STORED_PRODUCTS = `/* readStoredProducts */
  SELECT p.id, p.name, p.coins, p.bonus_coins, p.amount_minor, p.currency, p.on_sale, p.version
  FROM unnest($1::int[], $2::text[]) AS k (shard, id)
  JOIN top_up_product p ON p.shard = k.shard AND p.id = k.id COLLATE "C"`;

const WRITE_PRODUCTS = `/* writeProducts */
  INSERT INTO top_up_product AS p (shard, id, name, coins, bonus_coins, amount_minor, currency, on_sale, version)
  SELECT n.shard, n.id, n.name, n.coins, n.bonus_coins, n.amount_minor, n.currency, n.on_sale, n.version
  FROM jsonb_to_recordset($1::jsonb) AS n (shard int, id text, name text, coins bigint, bonus_coins bigint, amount_minor bigint, currency text, on_sale boolean, version int)
  ORDER BY n.shard, n.id COLLATE "C"
  ON CONFLICT (shard, id) DO UPDATE
  SET name = excluded.name, coins = excluded.coins, bonus_coins = excluded.bonus_coins, amount_minor = excluded.amount_minor, currency = excluded.currency, on_sale = excluded.on_sale,
    version = excluded.version
  WHERE excluded.version > p.version`;
