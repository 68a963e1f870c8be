import DataLoader from 'dataloader';
import { loaderOf, loadersOnDemand } from '#platform/subgraph/loader.ts';
import type { BackpackLot } from '../domain/backpack.ts';
import type { BoardPlace } from '../domain/board.ts';
import { type BoardView, type LeaderboardConsent, NO_CONSENT } from '../domain/boardView.ts';
import type { ShownGift } from '../domain/catalogue.ts';
import type { KnownStream } from '../domain/gift.ts';
import type { GiftGoal } from '../domain/giftGoal.ts';
import type { GiftOrder, Payment, Settlement } from '../domain/giftOrder.ts';
import type { GiftHold } from '../domain/hold.ts';
import type { WalletState } from '../domain/ledger.ts';
import type { TradingPolicy } from '../domain/policy.ts';
import type { Stock } from '../domain/stock.ts';
import type { TopUp } from '../domain/topUp.ts';
import type { TopUpRefund } from '../domain/topUpRefund.ts';
import { readBackpacks } from './backpack.ts';
import { readConsents } from './boardConsents.ts';
import { BOARD_ENTRIES_MAX, type BoardReader } from './boardReader.ts';
import { FOLLOWED_ENTRIES_MAX } from './boardWatch.ts';
import type { CatalogueCache } from './catalogueCache.ts';
import { readGiftGoals } from './giftGoals.ts';
import { listGiftOrders, readGiftOrders } from './giftOrders.ts';
import { type GiftTotals, readGiftTotals } from './giftTotals.ts';
import { readHeldCoins, readHolds } from './holds.ts';
import type { Partition, Partitions } from './partitions.ts';
import { readPayments } from './payments.ts';
import { readTradingPolicy } from './policy.ts';
import { readReturns, readSettlements } from './settlements.ts';
import { readStocks } from './stockRows.ts';
import { readStreams } from './streams.ts';
import { listTopUpRefunds } from './topUpRefundRows.ts';
import { listTopUps, readTopUps } from './topUpRows.ts';
import { listWalletLines, momentName, readBalancesAt, type WalletBalances, type WalletLine, type WalletMoment } from './walletHistory.ts';
import { emptyWallet, readWallets } from './wallets.ts';

/** Ids in one query at most. */
const LOAD_SIZE_MAX = 1_000;

/** One set per request: everything asked for in one tick is one query per partition that has some of it. */
export interface Loaders {
  /** Also gifts that are not on sale any more. */
  readonly gifts: DataLoader<string, ShownGift | null>;
  readonly giftOrders: DataLoader<string, GiftOrder | null>;
  /** What has become of an order on its receiver's side, null before it is credited. */
  readonly settlements: DataLoader<Pick<GiftOrder, 'id' | 'receiverId'>, Settlement | null, string>;
  /** What has become of an order that could be taken back, by its id. */
  readonly holds: DataLoader<string, GiftHold | null>;
  /** What is held of somebody's coins. */
  readonly heldCoins: DataLoader<string, bigint>;
  /** When the refund of an order arrived in its sender's wallet, null before that. */
  readonly returns: DataLoader<Pick<GiftOrder, 'id' | 'senderId'>, Date | null, string>;
  /** What an order took of each currency. */
  readonly payments: DataLoader<Pick<GiftOrder, 'id' | 'senderId' | 'entrySeq'>, readonly Payment[], string>;
  /** Pages of what belongs to somebody: each once per request, however many places of an answer lead to it. */
  readonly walletLines: DataLoader<RowsWanted, readonly WalletLine[], string>;
  readonly sentOrders: DataLoader<RowsWanted, readonly GiftOrder[], string>;
  readonly ownTopUps: DataLoader<RowsWanted, readonly TopUp[], string>;
  /** All lots with pieces left, by owner. */
  readonly backpacks: DataLoader<string, readonly BackpackLot[]>;
  /** The policy as it holds for an owner's wallet. */
  readonly policies: DataLoader<string, TradingPolicy>;
  /** Streams as trading knows them. */
  readonly streams: DataLoader<string, KnownStream | null>;
  /** Null before the first gift. */
  readonly giftTotals: DataLoader<KnownStream, GiftTotals | null, string>;
  readonly giftGoals: DataLoader<KnownStream, readonly GiftGoal[], string>;
  /** Somebody who never had coins has an empty wallet. */
  readonly wallets: DataLoader<string, WalletState>;
  /** `entries`: how many places are wanted at least. */
  readonly boards: DataLoader<BoardWanted, BoardView, string>;
  readonly consents: DataLoader<string, LeaderboardConsent>;
  readonly balancesAt: DataLoader<WalletMoment, WalletBalances, string>;
  readonly topUps: DataLoader<string, TopUp | null>;
  /** Of orders that are there. */
  readonly topUpRefunds: DataLoader<string, readonly TopUpRefund[]>;
  /** By gift; null where none was ever set. */
  readonly stocks: DataLoader<string, Stock | null>;
}

/** So many rows of an owner at most, those behind `before` alone; null: from the newest on. */
export interface RowsWanted {
  readonly ownerId: string;
  readonly limit: number;
  readonly before: string | null;
}

/** A leaderboard to be shown. */
export interface BoardWanted {
  readonly place: BoardPlace;
  readonly entries: number;
}

/** How to make the loaders of a request. */
export const createLoaders = (partitions: Partitions, boardReader: BoardReader, catalogue: CatalogueCache): (() => Loaders) =>
  loadersOnDemand<Loaders>({
    gifts: () => loaderOf((ids) => catalogue.giftsById(ids, new Date())),
    giftOrders: () =>
      loaderOver<string, GiftOrder | null>(partitions, partitions.ofId, async ({ database }, ids) => {
        const orders = await readGiftOrders(database, ids);
        return ids.map((id) => orders.get(id) ?? null);
      }),
    settlements: () =>
      loaderOver<Pick<GiftOrder, 'id' | 'receiverId'>, Settlement | null>(
        partitions,
        ({ receiverId }) => partitions.of(receiverId),
        async ({ database }, orders) => {
          const settlements = await readSettlements(database, orders);
          return orders.map(({ id }) => settlements.get(id) ?? null);
        },
        ({ id }) => id,
      ),
    holds: () =>
      loaderOver<string, GiftHold | null>(partitions, partitions.ofId, async ({ database }, ids) => {
        const holds = await readHolds(database, ids);
        return ids.map((id) => holds.get(id) ?? null);
      }),
    heldCoins: () =>
      loaderOver<string, bigint>(partitions, partitions.of, async ({ database }, ownerIds) => {
        const held = await readHeldCoins(database, ownerIds);
        return ownerIds.map((ownerId) => held.get(ownerId) ?? 0n);
      }),
    returns: () =>
      loaderOver<Pick<GiftOrder, 'id' | 'senderId'>, Date | null>(
        partitions,
        ({ senderId }) => partitions.of(senderId),
        async ({ database }, orders) => {
          const returns = await readReturns(database, orders);
          return orders.map(({ id }) => returns.get(id) ?? null);
        },
        ({ id }) => id,
      ),
    payments: () =>
      loaderOver<Pick<GiftOrder, 'id' | 'senderId' | 'entrySeq'>, readonly Payment[]>(
        partitions,
        ({ senderId }) => partitions.of(senderId),
        async ({ database }, orders) => {
          const payments = await readPayments(database, orders);
          return orders.map(({ id }) => payments.get(id) ?? []);
        },
        ({ id }) => id,
      ),
    stocks: () =>
      loaderOver<string, Stock | null>(partitions, partitions.of, async ({ database }, giftIds) => {
        const stocks = await readStocks(database, giftIds);
        return giftIds.map((giftId) => stocks.get(giftId) ?? null);
      }),
    walletLines: () =>
      pagesOf(({ ownerId, limit, before }) =>
        listWalletLines(partitions.of(ownerId).prisma, ownerId, limit, before === null ? null : BigInt(before)),
      ),
    sentOrders: () =>
      pagesOf(({ ownerId, limit, before }) =>
        listGiftOrders(partitions.of(ownerId).prisma, { senderId: ownerId, beforeId: before, limit }),
      ),
    ownTopUps: () => pagesOf(({ ownerId, limit, before }) => listTopUps(partitions.of(ownerId).database, ownerId, limit, before)),
    backpacks: () =>
      loaderOver<string, readonly BackpackLot[]>(partitions, partitions.of, async ({ database }, ownerIds) => {
        const lots = Map.groupBy(await readBackpacks(database, ownerIds), ({ ownerId }) => ownerId);
        return ownerIds.map((ownerId) => lots.get(ownerId) ?? []);
      }),
    policies: () =>
      loaderOver<string, TradingPolicy>(partitions, partitions.of, async ({ database }, ownerIds) => {
        const policy = await readTradingPolicy(database);
        return ownerIds.map(() => policy);
      }),
    streams: () => loaderOf((ids) => partitions.reference(({ database }) => readStreams(database, ids))),
    giftGoals: () =>
      loaderOver<KnownStream, readonly GiftGoal[]>(
        partitions,
        ({ streamerId }) => partitions.of(streamerId),
        async ({ database }, streams) => {
          const goals = await readGiftGoals(database, streams);
          return streams.map(({ id }) => goals.get(id) ?? []);
        },
        ({ id }) => id,
      ),
    giftTotals: () =>
      loaderOver<KnownStream, GiftTotals | null>(
        partitions,
        ({ streamerId }) => partitions.of(streamerId),
        async ({ prisma }, streams) => {
          const totals = await readGiftTotals(prisma, streams);
          return streams.map(({ id }) => totals.get(id) ?? null);
        },
        ({ id }) => id,
      ),
    wallets: () =>
      loaderOver<string, WalletState>(partitions, partitions.of, async ({ database }, ownerIds) => {
        const wallets = await readWallets(database, ownerIds);
        return ownerIds.map((ownerId) => wallets.get(ownerId) ?? emptyWallet(ownerId));
      }),
    boards: () =>
      new DataLoader(
        (wanted) => {
          // Two sizes: a few places of many streams, as lists show them, and all that can be shown.
          const entries = wanted.every((each) => each.entries <= FOLLOWED_ENTRIES_MAX) ? FOLLOWED_ENTRIES_MAX : BOARD_ENTRIES_MAX;
          return boardReader.read(
            wanted.map(({ place }) => place),
            { entries },
          );
        },
        { maxBatchSize: LOAD_SIZE_MAX, cacheKeyFn: ({ place, entries }) => `${entries} ${place.name}` },
      ),
    consents: () =>
      loaderOver<string, LeaderboardConsent>(partitions, partitions.of, async ({ database }, userIds) => {
        const consents = await readConsents(database, userIds);
        return userIds.map((userId) => consents.get(userId) ?? NO_CONSENT);
      }),
    balancesAt: () =>
      loaderOver<WalletMoment, WalletBalances>(
        partitions,
        ({ ownerId }) => partitions.of(ownerId),
        async ({ database }, moments) => {
          const balances = await readBalancesAt(database, moments);
          return moments.map((moment) => balances.get(momentName(moment)) ?? NOTHING);
        },
        momentName,
      ),
    topUps: () =>
      loaderOver<string, TopUp | null>(partitions, partitions.ofId, async ({ database }, ids) => {
        const topUps = await readTopUps(database, ids);
        return ids.map((id) => topUps.get(id) ?? null);
      }),
    topUpRefunds: () =>
      loaderOver<string, readonly TopUpRefund[]>(partitions, partitions.ofId, async ({ database }, ids) => {
        const refunds = await listTopUpRefunds(database, ids);
        return ids.map((id) => refunds.get(id) ?? []);
      }),
  });

/** What a wallet held before its first entry. */
const NOTHING: WalletBalances = { coins: 0n, bonusCoins: 0n, diamonds: 0n };
/** The gift that an order is for. */
export const giftOfOrder = async ({ id, giftId }: Pick<GiftOrder, 'id' | 'giftId'>, { gifts }: Loaders): Promise<ShownGift> => {
  const gift = await gifts.load(giftId);
  if (gift === null)
    throw new Error(`order ${id} is for gift ${giftId}, which is not in the catalogue: gifts are taken off sale, never deleted`);
  return gift;
};

/** A loader whose rows are in the partitions that `partitionOf` names; `read` answers in the order of its keys. Keys that are objects need `nameOf`. */
const loaderOver = <Key, Row>(
  partitions: Partitions,
  partitionOf: (key: Key) => Partition,
  read: (partition: Partition, keys: readonly Key[]) => Promise<readonly Row[]>,
  nameOf: (key: Key) => string = String,
): DataLoader<Key, Row, string> =>
  new DataLoader((keys) => partitions.gather(keys, partitionOf, read), { maxBatchSize: LOAD_SIZE_MAX, cacheKeyFn: nameOf });

// An operation names the pages that it wants: there are as many statements as it names different ones, whatever the rows around them.
const pagesOf = <Row>(read: (wanted: RowsWanted) => Promise<readonly Row[]>): DataLoader<RowsWanted, readonly Row[], string> =>
  new DataLoader(
    async (wanted) => {
      const pages = await Promise.allSettled(wanted.map(read));
      return pages.map((page) => (page.status === 'fulfilled' ? page.value : asError(page.reason)));
    },
    { cacheKeyFn: ({ ownerId, limit, before }) => `${limit} ${before ?? ''} ${ownerId}` },
  );

const asError = (reason: unknown): Error => (reason instanceof Error ? reason : new Error('a page could not be read', { cause: reason }));
