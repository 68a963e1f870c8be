import type { FeedSource } from '#platform/feed/feed.ts';
import { runSubgraphProcess } from '#platform/subgraph/process.ts';
import { startSubgraph } from '#platform/subgraph/start.ts';
import type { RunningSubgraph, Runtime } from '#platform/subgraph/subgraph.ts';
import { createContext } from './context.ts';
import { openCatalogueCache } from './data/catalogueCache.ts';
import { openCatalogueLane } from './data/catalogueLane.ts';
import { startCatalogueConsumer } from './data/catalogueNews.ts';
import { startCreditConsumer } from './data/credits.ts';
import { openGiftGoalsLane } from './data/giftGoalsLane.ts';
import { GIFT_LANES, openBulkGiftLane, openGiftLane } from './data/giftLane.ts';
import { openLeaderboards } from './data/leaderboards.ts';
import { stockedGifts, stockedWishes } from './data/limitedGifts.ts';
import { openPartitions, type PartitionsOptions } from './data/openPartitions.ts';
import { openOrderDesk } from './data/orderDesk.ts';
import { lanePerPartition } from './data/partitionLanes.ts';
import { byShard, consumerIn } from './data/partitions.ts';
import { createPaymentProvider } from './data/paymentProviders.ts';
import { openProps } from './data/props.ts';
import { createProver } from './data/prover.ts';
import { openSealer } from './data/sealer.ts';
import { openSpendingLimitsLane } from './data/spendingLimits.ts';
import { openStocks } from './data/stocks.ts';
import { startStreamConsumer } from './data/streamNews.ts';
import { openTopUpShop } from './data/topUpShop.ts';
import { openWalletActionLane } from './data/walletActions.ts';
import { createWalletHints } from './data/walletHints.ts';
import { openWalletWatch } from './data/walletWatch.ts';
import type { GiftCommand, GiftWish } from './domain/gift.ts';
import type { GiftGoalsCommand } from './domain/giftGoal.ts';
import type { PaymentProvider } from './domain/payment.ts';
import type { Resolvers } from './generated/resolvers.ts';
import { BackpackLot } from './resolvers/BackpackLot.ts';
import { BundleItem } from './resolvers/BundleItem.ts';
import { CatalogueEdit } from './resolvers/CatalogueEdit.ts';
import { Gift } from './resolvers/Gift.ts';
import { GiftGoal } from './resolvers/GiftGoal.ts';
import { GiftOrder } from './resolvers/GiftOrder.ts';
import { GiftPayment } from './resolvers/GiftPayment.ts';
import { GiftReceipt } from './resolvers/GiftReceipt.ts';
import { GiftReceiptLine } from './resolvers/GiftReceiptLine.ts';
import { GiftRefund } from './resolvers/GiftRefund.ts';
import { GiftStock } from './resolvers/GiftStock.ts';
import { GiftStockEdit } from './resolvers/GiftStockEdit.ts';
import { GrantedProps } from './resolvers/GrantedProps.ts';
import { Leaderboard } from './resolvers/Leaderboard.ts';
import { LeaderboardEntry } from './resolvers/LeaderboardEntry.ts';
import { LedgerChainPosition } from './resolvers/LedgerChainPosition.ts';
import { LedgerProof } from './resolvers/LedgerProof.ts';
import { cancelGift } from './resolvers/Mutation/cancelGift.ts';
import { claimDailyProps } from './resolvers/Mutation/claimDailyProps.ts';
import { freezeWallet } from './resolvers/Mutation/freezeWallet.ts';
import { grantBonusCoins } from './resolvers/Mutation/grantBonusCoins.ts';
import { grantProps } from './resolvers/Mutation/grantProps.ts';
import { putGift } from './resolvers/Mutation/putGift.ts';
import { putTopUpProduct } from './resolvers/Mutation/putTopUpProduct.ts';
import { refundGift } from './resolvers/Mutation/refundGift.ts';
import { refundTopUp } from './resolvers/Mutation/refundTopUp.ts';
import { sendGift } from './resolvers/Mutation/sendGift.ts';
import { sendGifts } from './resolvers/Mutation/sendGifts.ts';
import { setGiftGoals } from './resolvers/Mutation/setGiftGoals.ts';
import { setGiftPrice } from './resolvers/Mutation/setGiftPrice.ts';
import { setGiftStock } from './resolvers/Mutation/setGiftStock.ts';
import { setLeaderboardConsent } from './resolvers/Mutation/setLeaderboardConsent.ts';
import { setSenderRestrictions } from './resolvers/Mutation/setSenderRestrictions.ts';
import { setSpendingLimits } from './resolvers/Mutation/setSpendingLimits.ts';
import { setTradingPolicy } from './resolvers/Mutation/setTradingPolicy.ts';
import { takeBackProps } from './resolvers/Mutation/takeBackProps.ts';
import { topUp } from './resolvers/Mutation/topUp.ts';
import { unfreezeWallet } from './resolvers/Mutation/unfreezeWallet.ts';
import { withdrawGift } from './resolvers/Mutation/withdrawGift.ts';
import { catalogueAudit } from './resolvers/Query/catalogueAudit.ts';
import { gift } from './resolvers/Query/gift.ts';
import { giftOrder } from './resolvers/Query/giftOrder.ts';
import { giftOrders } from './resolvers/Query/giftOrders.ts';
import { giftQuote } from './resolvers/Query/giftQuote.ts';
import { giftStockEdits } from './resolvers/Query/giftStockEdits.ts';
import { gifts } from './resolvers/Query/gifts.ts';
import { leaderboard } from './resolvers/Query/leaderboard.ts';
import { ledgerProof } from './resolvers/Query/ledgerProof.ts';
import { topUp as topUpQuery } from './resolvers/Query/topUp.ts';
import { topUpProducts } from './resolvers/Query/topUpProducts.ts';
import { tradingPolicy } from './resolvers/Query/tradingPolicy.ts';
import { walletActions } from './resolvers/Query/walletActions.ts';
import { Stream } from './resolvers/Stream.ts';
import { leaderboardChanged } from './resolvers/Subscription/leaderboardChanged.ts';
import { orderChanged } from './resolvers/Subscription/orderChanged.ts';
import { topUpChanged } from './resolvers/Subscription/topUpChanged.ts';
import { walletChanged } from './resolvers/Subscription/walletChanged.ts';
import { TopUpOrder } from './resolvers/TopUpOrder.ts';
import { TopUpProduct } from './resolvers/TopUpProduct.ts';
import { TopUpRefund } from './resolvers/TopUpRefund.ts';
import { User } from './resolvers/User.ts';
import { Wallet } from './resolvers/Wallet.ts';
import { WalletAction } from './resolvers/WalletAction.ts';
import { WalletEntry } from './resolvers/WalletEntry.ts';

const catalogueEdits = { putGift, setGiftPrice, withdrawGift, putTopUpProduct, setTradingPolicy };

const resolvers: Resolvers = {
  Query: {
    gifts,
    gift,
    topUpProducts,
    topUp: topUpQuery,
    giftOrder,
    giftOrders,
    giftQuote,
    walletActions,
    ledgerProof,
    leaderboard,
    catalogueAudit,
    giftStockEdits,
    tradingPolicy,
  },
  Mutation: {
    topUp,
    refundTopUp,
    sendGift,
    sendGifts,
    cancelGift,
    refundGift,
    setSpendingLimits,
    setSenderRestrictions,
    freezeWallet,
    unfreezeWallet,
    grantBonusCoins,
    claimDailyProps,
    setGiftStock,
    grantProps,
    takeBackProps,
    setLeaderboardConsent,
    ...catalogueEdits,
    setGiftGoals,
  },
  Subscription: { walletChanged, topUpChanged, leaderboardChanged, orderChanged },
  Gift,
  BundleItem,
  GiftGoal,
  CatalogueEdit,
  GiftOrder,
  Leaderboard,
  LeaderboardEntry,
  TopUpOrder,
  TopUpProduct,
  TopUpRefund,
  GiftPayment,
  GiftReceipt,
  GiftReceiptLine,
  GiftRefund,
  GiftStock,
  GrantedProps,
  GiftStockEdit,
  Wallet,
  BackpackLot,
  WalletAction,
  WalletEntry,
  LedgerProof,
  LedgerChainPosition,
  User,
  Stream,
};

export interface TradingOptions {
  /** Who takes the money. Absent: whoever is configured, or nobody (every top-up is declined). */
  readonly paymentProvider?: PaymentProvider;
  readonly wrapDatabase?: PartitionsOptions['wrapDatabase'];
}

/** Starts trading: the catalogue, wallets, gifts, their ledger and their receivers' credit. Rejects with a sentence when its database is missing or older than
 * this version. */
export const startTrading = async (runtime: Runtime, options: TradingOptions = {}): Promise<RunningSubgraph<FeedSource>> => {
  const { bus, config } = runtime;
  const telemetry = runtime.telemetry('trading');
  const provider = options.paymentProvider ?? createPaymentProvider(config);
  const { wrapDatabase } = options;
  const partitions = await openPartitions({ config, bus, telemetry, ...(wrapDatabase === undefined ? {} : { wrapDatabase }) });
  const catalogue = openCatalogueCache({ bus, telemetry, reference: (read) => partitions.reference(({ database }) => read(database)) });
  const catalogueLane = openCatalogueLane({ ...partitions.home, telemetry, onEdited: (version) => catalogue.edited(version) });
  const walletHints = createWalletHints(bus);
  const shop = await openTopUpShop({ partitions, bus, telemetry, walletHints, provider, config }).catch(async (error: unknown) => {
    await partitions.close();
    throw error;
  });
  const walletWatch = openWalletWatch(partitions, bus, telemetry);
  const orderDesk = openOrderDesk({ partitions, bus, telemetry, walletHints });
  const props = openProps({ partitions, telemetry, walletHints });
  const credits = new Map(
    partitions.all.map((partition) => [
      partition.index,
      startCreditConsumer({
        name: consumerIn('trading.credits', partition),
        database: partition.database,
        source: partitions.source,
        isHere: (ownerId) => partitions.isIn(partition, ownerId),
        ...byShard(partitions, partition),
        telemetry,
        walletHints,
        orderHints: orderDesk.hints,
      }),
    ]),
  );
  // Receivers may be in any database: the slowest one counts.
  const creditLagMs = (): number => Math.max(...[...credits.values()].map((consumer) => consumer.lag().ageMs));
  const giftLane = lanePerPartition(
    partitions,
    (command: GiftCommand) => command.senderId,
    ({ database, feeds }) => openGiftLane({ database, feeds, telemetry, walletHints, creditLagMs }),
    { lanes: GIFT_LANES },
  );
  const bulkGiftLane = lanePerPartition(
    partitions,
    (wish: GiftWish) => wish.senderId,
    ({ database, feeds }) => openBulkGiftLane({ database, feeds, telemetry, walletHints }),
  );
  const spendingLimitsLane = lanePerPartition(partitions, ownerOf, ({ database }) =>
    openSpendingLimitsLane({ database, telemetry, walletHints }),
  );
  const giftGoalsLane = lanePerPartition(
    partitions,
    (command: GiftGoalsCommand) => command.actorId,
    ({ database }) => openGiftGoalsLane({ database, telemetry }),
  );
  const stocks = openStocks({ partitions, telemetry });
  const lanes = {
    gifts: stockedGifts(giftLane, { stock: stocks.lane, telemetry }),
    bulkGifts: stockedWishes(bulkGiftLane, { stock: stocks.lane, telemetry }),
    spendingLimits: spendingLimitsLane,
    catalogue: catalogueLane,
    giftGoals: giftGoalsLane,
  };
  const walletActionLane = lanePerPartition(partitions, ownerOf, ({ database }) =>
    openWalletActionLane({ database, telemetry, walletHints }),
  );
  const consumers = partitions.all.flatMap((partition) => [
    ...(partition === partitions.home
      ? []
      : [
          startCatalogueConsumer({
            name: consumerIn('trading.catalogue', partition),
            database: partition.database,
            source: partitions.source,
            telemetry,
          }),
        ]),
    startStreamConsumer({
      name: consumerIn('trading.streams', partition),
      database: partition.database,
      source: runtime.feedSource('streaming'),
      telemetry,
    }),
  ]);
  const sealers = partitions.all.map((partition) =>
    openSealer({ database: partition.database, shards: partition.shards, ...byShard(partitions, partition), telemetry }),
  );
  const leaderboards = openLeaderboards({ partitions, bus, store: runtime.store, telemetry });
  return startSubgraph(
    {
      name: 'trading',
      resolvers,
      createContext: createContext({
        prover: createProver(partitions),
        partitions,
        lanes: { ...lanes, walletActions: walletActionLane },
        catalogue,
        shop,
        orderDesk,
        props,
        stocks,
        walletWatch,
        leaderboards,
      }),
      feeds: partitions.source,
      dependsOn: ['postgres', 'streaming', ...(config.redisUrls.length > 0 ? ['redis'] : [])],
      checkReady: () => partitions.checkReady(),
      impairment: () => partitions.impairment(),
      checks: { postgres: () => partitions.checkAll() },
      close: async () => {
        await Promise.all([
          ...Object.values(lanes).map((lane) => lane.close()),
          walletActionLane.close(),
          shop.close(),
          orderDesk.close(),
          props.close(),
        ]);
        await stocks.close();
        await Promise.all([...credits.values(), ...consumers].map((consumer) => consumer.close()));
        await Promise.all(sealers.map((sealer) => sealer.close()));
        await leaderboards.close();
        await Promise.all([walletWatch.close(), catalogue.close()]);
        await partitions.close();
      },
    },
    runtime,
  );
};

const ownerOf = ({ ownerId }: { readonly ownerId: string }): string => ownerId;

if (import.meta.main) await runSubgraphProcess('trading', startTrading);
