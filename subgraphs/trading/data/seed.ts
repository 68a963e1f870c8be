import { tradingDatabasesOf } from '#platform/config/config.ts';
import type { Database } from '#platform/database/database.ts';
import { openDatabase } from '#platform/database/open.ts';
import { prismaAdapter } from '#platform/database/prisma.ts';
import { shardOf } from '#platform/ids.ts';
import type { Runtime } from '#platform/subgraph/subgraph.ts';
import type { CatalogueGift } from '../domain/catalogue.ts';
import type { TopUpOffer } from '../domain/topUp.ts';
import { PrismaClient } from '../generated/prisma/client.ts';

const OPENING_DAY = new Date('2026-01-01T00:00:00Z');
const END_OF_WINTER = new Date('2026-03-01T00:00:00Z');

type DemoGift = Pick<CatalogueGift, 'id' | 'name' | 'priceCoins' | 'onSaleFrom' | 'onSaleUntil'>;

const gift = (id: string, name: string, priceCoins: bigint, onSaleUntil: Date | null = null): DemoGift => ({
  id,
  name,
  priceCoins,
  onSaleFrom: OPENING_DAY,
  onSaleUntil,
});

/** The demo's gifts. The snowflake was on sale last winter. */
export const DEMO_GIFTS: readonly DemoGift[] = [
  gift('rose', 'Rose', 1n),
  gift('lollipop', 'Lollipop', 10n),
  gift('rocket', 'Rocket', 520n),
  gift('snowflake', 'Snowflake', 5n, END_OF_WINTER),
];

/** The demo's amounts of coins; more coins at once are cheaper. */
export const DEMO_TOP_UP_PRODUCTS: readonly TopUpOffer[] = [
  { id: 'coins-100', name: '100 coins', coins: 100n, bonusCoins: 0n, amountMinor: 99n, currency: 'EUR' },
  { id: 'coins-1000', name: '1,000 coins', coins: 1_000n, bonusCoins: 0n, amountMinor: 949n, currency: 'EUR' },
  { id: 'coins-10000', name: '10,000 coins', coins: 10_000n, bonusCoins: 1_000n, amountMinor: 8_999n, currency: 'EUR' },
];

/** Seeds every database that the runtime's configuration names for trading, on connections of its own. For start scripts. */
export const seedTrading = async (runtime: Runtime): Promise<void> => {
  for (const { url } of tradingDatabasesOf(runtime.config)) {
    const database = await openDatabase({ name: 'trading', url, telemetry: runtime.telemetry('trading') });
    try {
      await seedCatalogue(database);
    } finally {
      await database.close();
    }
  }
};

/** Puts the demo's gifts and products into the catalogue. Idempotent: what is there stays as it is. */
export const seedCatalogue = async (database: Database): Promise<void> => {
  const prisma = new PrismaClient({ adapter: prismaAdapter(database) });
  try {
    await prisma.gift.createMany({ data: DEMO_GIFTS.map((row) => ({ ...row, shard: shardOf(row.id) })), skipDuplicates: true });
    await prisma.giftPrice.createMany({
      data: DEMO_GIFTS.map(({ id, priceCoins, onSaleFrom }) => ({
        shard: shardOf(id),
        giftId: id,
        version: 1,
        coins: priceCoins,
        validFrom: onSaleFrom,
      })),
      skipDuplicates: true,
    });
    await prisma.topUpProduct.createMany({
      data: DEMO_TOP_UP_PRODUCTS.map((row) => ({ ...row, shard: shardOf(row.id) })),
      skipDuplicates: true,
    });
  } finally {
    await prisma.$disconnect();
  }
};
