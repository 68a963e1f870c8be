import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import type { GiftCommand, GiftWish } from '../domain/gift.ts';
import type { GiftGoalsCommand } from '../domain/giftGoal.ts';
import { type CatalogueLane, openCatalogueLane } from './catalogueLane.ts';
import { type GiftGoalsLane, openGiftGoalsLane } from './giftGoalsLane.ts';
import { type BulkGiftLane, GIFT_LANES, type GiftLane, openBulkGiftLane, openGiftLane } from './giftLane.ts';
import { stockedGifts, stockedWishes } from './limitedGifts.ts';
import { lanePerPartition } from './partitionLanes.ts';
import type { Partitions } from './partitions.ts';
import { openSpendingLimitsLane, type SpendingLimitsLane } from './spendingLimits.ts';
import type { StockLane } from './stockLane.ts';
import { createStockLook } from './stockLook.ts';
import { openWalletActionLane, type WalletActionLane } from './walletActions.ts';
import type { WalletHints } from './walletHints.ts';

/** The lanes that resolvers submit to. Those of stocks, purchases, holds, refunds and props belong to their own parts. */
export interface Lanes {
  readonly gifts: GiftLane;
  readonly bulkGifts: BulkGiftLane;
  readonly spendingLimits: SpendingLimitsLane;
  readonly walletActions: WalletActionLane;
  readonly giftGoals: GiftGoalsLane;
  readonly catalogue: CatalogueLane;
}

export interface LanesOptions {
  readonly partitions: Partitions;
  /** Where pieces of limited gifts are set aside. */
  readonly stock: StockLane;
  readonly telemetry: Telemetry;
  readonly walletHints: WalletHints;
  /** How far the receivers' credits are behind the gifts. */
  readonly creditLagMs: () => number;
  /** Hears after COMMIT that the catalogue is at this version. */
  readonly onEdited: (version: number) => void;
}

/** Opens them: each goes to the partition of its owner, the catalogue's to home. */
export const openLanes = ({ partitions, stock, telemetry, walletHints, creditLagMs, onEdited }: LanesOptions): Lanes => {
  const gifts = lanePerPartition(
    partitions,
    (command: GiftCommand) => command.senderId,
    ({ database, feeds }) => openGiftLane({ database, feeds, telemetry, walletHints, creditLagMs }),
    { lanes: GIFT_LANES },
  );
  const bulkGifts = lanePerPartition(
    partitions,
    (wish: GiftWish) => wish.senderId,
    ({ database, feeds }) => openBulkGiftLane({ database, feeds, telemetry, walletHints }),
  );
  const look = createStockLook((id) => partitions.of(id).database);
  return {
    gifts: stockedGifts(gifts, { stock, look, telemetry }),
    bulkGifts: stockedWishes(bulkGifts, { stock, look, telemetry }),
    spendingLimits: lanePerPartition(partitions, ownerOf, ({ database }) => openSpendingLimitsLane({ database, telemetry, walletHints })),
    walletActions: lanePerPartition(partitions, ownerOf, ({ database }) => openWalletActionLane({ database, telemetry, walletHints })),
    giftGoals: lanePerPartition(
      partitions,
      (command: GiftGoalsCommand) => command.actorId,
      ({ database }) => openGiftGoalsLane({ database, telemetry }),
    ),
    catalogue: openCatalogueLane({ ...partitions.home, telemetry, onEdited }),
  };
};

/** Answers what has been submitted, and takes no more. */
export const closeLanes = async (lanes: Lanes): Promise<void> => {
  await Promise.all(Object.values(lanes).map((lane) => lane.close()));
};

const ownerOf = ({ ownerId }: { readonly ownerId: string }): string => ownerId;
