import type { FeedSource } from '#platform/feed/feed.ts';
import { runSubgraphProcess } from '#platform/subgraph/process.ts';
import { startSubgraph } from '#platform/subgraph/start.ts';
import type { RunningSubgraph, Runtime } from '#platform/subgraph/subgraph.ts';
import { createContext, type Parts } from './context.ts';
import { openCatalogueCache } from './data/catalogueCache.ts';
import { startFollowers } from './data/followers.ts';
import { closeLanes, openLanes } from './data/lanes.ts';
import { openLeaderboards } from './data/leaderboards.ts';
import { openPartitions, type PartitionsOptions } from './data/openPartitions.ts';
import { openOrderDesk } from './data/orderDesk.ts';
import { createPaymentProvider } from './data/paymentProviders.ts';
import { openProps } from './data/props.ts';
import { createProver } from './data/prover.ts';
import { openSealers } from './data/sealer.ts';
import { openStocks } from './data/stocks.ts';
import { openTopUpShop } from './data/topUpShop.ts';
import { createWalletHints } from './data/walletHints.ts';
import { openWalletWatch } from './data/walletWatch.ts';
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
  const { config } = runtime;
  const { parts, close } = await openParts(runtime, options);
  const { partitions } = parts;
  return startSubgraph(
    {
      name: 'trading',
      resolvers,
      createContext: createContext(parts),
      feeds: partitions.source,
      dependsOn: ['postgres', 'streaming', ...(config.redisUrls.length > 0 ? ['redis'] : [])],
      checkReady: () => partitions.checkReady(),
      impairment: () => partitions.impairment(),
      checks: { postgres: () => partitions.checkAll() },
      close,
    },
    runtime,
  );
};

interface OpenParts {
  readonly parts: Parts;
  close(): Promise<void>;
}

const openParts = async (runtime: Runtime, { paymentProvider, wrapDatabase }: TradingOptions): Promise<OpenParts> => {
  const { bus, config } = runtime;
  const telemetry = runtime.telemetry('trading');
  const provider = paymentProvider ?? createPaymentProvider(config);
  const partitions = await openPartitions({ config, bus, telemetry, ...(wrapDatabase === undefined ? {} : { wrapDatabase }) });
  const walletHints = createWalletHints(bus);
  const shop = await openTopUpShop({ partitions, bus, telemetry, walletHints, provider, config }).catch(async (error: unknown) => {
    await partitions.close();
    throw error;
  });
  const catalogue = openCatalogueCache({ bus, telemetry, reference: (read) => partitions.reference(({ database }) => read(database)) });
  const walletWatch = openWalletWatch(partitions, bus, telemetry);
  const orderDesk = openOrderDesk({ partitions, bus, telemetry, walletHints });
  const props = openProps({ partitions, telemetry, walletHints });
  const stocks = openStocks({ partitions, telemetry });
  const streams = runtime.feedSource('streaming');
  const followers = startFollowers({ partitions, streams, telemetry, walletHints, orderHints: orderDesk.hints });
  const lanes = openLanes({
    partitions,
    stock: stocks.lane,
    telemetry,
    walletHints,
    creditLagMs: followers.creditLagMs,
    onEdited: (version) => catalogue.edited(version),
  });
  const sealers = openSealers(partitions, telemetry);
  const leaderboards = openLeaderboards({ partitions, bus, store: runtime.store, telemetry });
  const prover = createProver(partitions);
  return {
    parts: { prover, partitions, lanes, catalogue, shop, orderDesk, props, stocks, walletWatch, leaderboards },
    // First what takes commands, then what follows from them, then what both stand on.
    close: async () => {
      await Promise.all([closeLanes(lanes), shop.close(), orderDesk.close(), props.close()]);
      await stocks.close();
      await followers.close();
      await sealers.close();
      await leaderboards.close();
      await Promise.all([walletWatch.close(), catalogue.close()]);
      await partitions.close();
    },
  };
};

if (import.meta.main) await runSubgraphProcess('trading', startTrading);
