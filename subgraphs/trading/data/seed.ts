import { tradingDatabasesOf } from '#platform/config/config.ts';
import type { Database } from '#platform/database/database.ts';
import { openDatabase } from '#platform/database/open.ts';
import { appendEvents } from '#platform/feed/append.ts';
import { ensureEpoch } from '#platform/feed/epoch.ts';
import { shardIndexOf } from '#platform/ids.ts';
import type { Runtime } from '#platform/subgraph/subgraph.ts';
import { CATALOGUE_FEED } from '../events.ts';
import { type EditCommand, runCatalogueBatch, writeItems } from './catalogueLane.ts';
import { readCatalogue, setCatalogueVersion } from './catalogueRows.ts';
import { DEMO_GIFTS, DEMO_STOCKS, DEMO_TOP_UP_PRODUCTS } from './demoCatalogue.ts';
import { runStockEdits } from './stockEdits.ts';
import { readStoredProducts } from './topUpProducts.ts';

/** Who made the demo's catalogue, in its audit. */
const SEEDER = 'fanfare-demo';

/** Seeds the databases that the runtime's configuration names for trading, on connections of its own. For start scripts. */
export const seedTrading = async (runtime: Runtime): Promise<void> => {
  const homeShard = shardIndexOf(CATALOGUE_FEED);
  const places = tradingDatabasesOf(runtime.config);
  const homePlace = places.find(({ shards }) => shards.includes(homeShard));
  if (homePlace === undefined) throw new Error(`no database of trading has shard ${homeShard}, which has the catalogue`);
  await withDatabase(runtime, homePlace.url, async (home) => {
    await seedCatalogue(home);
    for (const { url } of places) if (url !== homePlace.url) await withDatabase(runtime, url, (other) => copyCatalogue(home, other));
  });
  for (const { url, shards } of places) await withDatabase(runtime, url, (database) => seedStocks(database, shards));
};

/** Puts the demo's gifts and products into the catalogue, as an operator would. Idempotent: each has its key, and what is there stays as it is. */
export const seedCatalogue = async (database: Database): Promise<void> => {
  await ensureEpoch(database, null);
  const feeds = { append: async (...call: Parameters<typeof appendEvents>) => (await appendEvents(...call)).events };
  await database.transaction('seedCatalogue', (tx) => runCatalogueBatch(tx, feeds, DEMO_EDITS, new Date()));
};

const DEMO_EDITS: readonly EditCommand[] = [
  ...DEMO_GIFTS.map((input) => ({ operation: 'putGift', input }) as const),
  ...DEMO_TOP_UP_PRODUCTS.map((input) => ({ operation: 'putTopUpProduct', input }) as const),
].map((edit) => ({ actorId: SEEDER, idempotencyKey: edit.input.id, edit }));

/** Brings the demo's catalogue into another database of trading, which then follows the edits. */
const copyCatalogue = async (home: Database, other: Database): Promise<void> => {
  const { gifts, version } = await readCatalogue(home);
  const products = await readStoredProducts(
    home,
    DEMO_TOP_UP_PRODUCTS.map(({ id }) => id),
  );
  const items = [
    ...gifts.map((gift) => ({ kind: 'gift', gift }) as const),
    ...[...products.values()].map((product) => ({ kind: 'product', product }) as const),
  ];
  await other.transaction('copyCatalogue', async (tx) => {
    await setCatalogueVersion(tx, version);
    await writeItems(tx, items, new Date());
  });
};

/** Stocks are where their gift's shard is, and nowhere else. */
const seedStocks = async (database: Database, shards: readonly number[]): Promise<void> => {
  const here = DEMO_STOCKS.filter(({ giftId }) => shards.includes(shardIndexOf(giftId)));
  const edits = here.map((stock) => ({ ...stock, reason: 'Stock of the demo', actorId: SEEDER, idempotencyKey: stock.giftId }));
  if (edits.length > 0) await database.transaction('seedStocks', (tx) => runStockEdits(tx, edits, new Date()));
};

const withDatabase = async (runtime: Runtime, url: string, work: (database: Database) => Promise<void>): Promise<void> => {
  const database = await openDatabase({ name: 'trading', url, telemetry: runtime.telemetry('trading') });
  try {
    await work(database);
  } finally {
    await database.close();
  }
};
