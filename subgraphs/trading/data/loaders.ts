import DataLoader from 'dataloader';
import type { Database } from '#platform/database/database.ts';
import { loaderOf } from '#platform/subgraph/loader.ts';
import type { CatalogueGift } from '../domain/catalogue.ts';
import type { GiftOrder } from '../domain/giftOrder.ts';
import type { WalletState } from '../domain/ledger.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { readGifts } from './catalogue.ts';
import { readCredits } from './credits.ts';
import { readGiftOrders } from './giftOrders.ts';
import { type GiftTotals, readGiftTotals } from './giftTotals.ts';
import { emptyWallet, readWallets } from './wallets.ts';

/** Ids in one query at most. */
const LOAD_SIZE_MAX = 1_000;

/** One set per request: everything asked for in one tick is one query. */
export interface Loaders {
  /** Also gifts that are not on sale any more. */
  readonly gifts: DataLoader<string, CatalogueGift | null>;
  readonly giftOrders: DataLoader<string, GiftOrder | null>;
  /** When the receiver of an order was credited, null before that. */
  readonly credits: DataLoader<Pick<GiftOrder, 'id' | 'receiverId'>, Date | null, string>;
  /** Null before the first gift. */
  readonly giftTotals: DataLoader<string, GiftTotals | null>;
  /** Somebody who never had coins has an empty wallet. */
  readonly wallets: DataLoader<string, WalletState>;
}

export const createLoaders = (database: Database, prisma: PrismaClient): Loaders => ({
  gifts: loaderOf((ids) => readGifts(database, ids, new Date())),
  giftOrders: loaderOf((ids) => readGiftOrders(database, ids)),
  credits: new DataLoader(
    async (orders) => {
      const credits = await readCredits(prisma, orders);
      return orders.map(({ id }) => credits.get(id) ?? null);
    },
    {
      maxBatchSize: LOAD_SIZE_MAX,
      cacheKeyFn: ({ id }) => id,
    },
  ),
  giftTotals: loaderOf((ids) => readGiftTotals(prisma, ids)),
  wallets: new DataLoader(
    async (ownerIds) => {
      const wallets = await readWallets(database, ownerIds);
      return ownerIds.map((ownerId) => wallets.get(ownerId) ?? emptyWallet(ownerId));
    },
    { maxBatchSize: LOAD_SIZE_MAX },
  ),
});
