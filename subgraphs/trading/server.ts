import { databaseUrlOf } from '#platform/config/config.ts';
import { openDatabase } from '#platform/database/open.ts';
import { prismaAdapter } from '#platform/database/prisma.ts';
import { openFeeds } from '#platform/feed/feeds.ts';
import { runSubgraphProcess } from '#platform/subgraph/process.ts';
import { startSubgraph } from '#platform/subgraph/start.ts';
import type { RunningSubgraph, Runtime } from '#platform/subgraph/subgraph.ts';
import { createContext } from './context.ts';
import { openCashier } from './data/cashier.ts';
import { startCreditConsumer } from './data/credits.ts';
import { createDevelopmentPayments } from './data/developmentPayments.ts';
import { openGiftLane } from './data/giftLane.ts';
import { startStreamConsumer } from './data/streamNews.ts';
import { openTopUpLanes } from './data/topUps.ts';
import { createWalletHints } from './data/walletHints.ts';
import { openWalletWatch } from './data/walletWatch.ts';
import type { PaymentProvider } from './domain/topUp.ts';
import { PrismaClient } from './generated/prisma/client.ts';
import type { Resolvers } from './generated/resolvers.ts';
import { Gift } from './resolvers/Gift.ts';
import { GiftOrder } from './resolvers/GiftOrder.ts';
import { sendGift } from './resolvers/Mutation/sendGift.ts';
import { topUp } from './resolvers/Mutation/topUp.ts';
import { giftOrder } from './resolvers/Query/giftOrder.ts';
import { gifts } from './resolvers/Query/gifts.ts';
import { topUpProducts } from './resolvers/Query/topUpProducts.ts';
import { Stream } from './resolvers/Stream.ts';
import { walletChanged } from './resolvers/Subscription/walletChanged.ts';
import { User } from './resolvers/User.ts';
import { Wallet } from './resolvers/Wallet.ts';

const resolvers: Resolvers = {
  Query: { gifts, topUpProducts, giftOrder },
  Mutation: { topUp, sendGift },
  Subscription: { walletChanged },
  Gift,
  GiftOrder,
  Wallet,
  User,
  Stream,
};

export interface TradingOptions {
  /** Who takes the money. Absent: the development provider where development aids may load, else nobody (every top-up is declined). */
  readonly paymentProvider?: PaymentProvider;
}

/** Starts trading: the catalogue, wallets, gifts, their ledger and their receivers' credit. Rejects with a sentence when its database is missing or older than
 * this version. */
export const startTrading = async (runtime: Runtime, options: TradingOptions = {}): Promise<RunningSubgraph> => {
  const { bus, config } = runtime;
  const telemetry = runtime.telemetry('trading');
  const provider = options.paymentProvider ?? (config.dev ? createDevelopmentPayments(config) : null);
  const database = await openDatabase({
    name: 'trading',
    url: databaseUrlOf(config, 'trading'),
    telemetry,
    poolMax: config.databasePoolMax,
  });
  const prisma = new PrismaClient({ adapter: prismaAdapter(database) });
  const feeds = await openFeeds({ database, bus, telemetry });
  const walletHints = createWalletHints(bus);
  const walletWatch = openWalletWatch(database, bus, telemetry);
  const giftLane = openGiftLane({ database, feeds, telemetry, walletHints });
  const topUpLanes = openTopUpLanes({ database, telemetry, walletHints });
  const cashier = openCashier({ database, lanes: topUpLanes, telemetry, provider });
  const credits = startCreditConsumer({ database, source: feeds, telemetry, walletHints });
  const streams = startStreamConsumer({ database, source: runtime.feedSource('streaming'), telemetry });
  return startSubgraph(
    {
      name: 'trading',
      resolvers,
      createContext: createContext({ database, prisma, lanes: { gifts: giftLane }, cashier, walletWatch }),
      feeds,
      dependsOn: ['postgres', 'streaming', ...(config.redisUrls.length > 0 ? ['redis'] : [])],
      checkReady: async () => {
        await database.query({ text: '/* checkReady */ SELECT 1' });
      },
      close: async () => {
        await Promise.all([giftLane.close(), cashier.close()]);
        await Promise.all([topUpLanes.opening.close(), topUpLanes.settling.close()]);
        await Promise.all([credits.close(), streams.close()]);
        await walletWatch.close();
        await feeds.close();
        await prisma.$disconnect();
        await database.close();
      },
    },
    runtime,
  );
};

if (import.meta.main) await runSubgraphProcess('trading', startTrading);
