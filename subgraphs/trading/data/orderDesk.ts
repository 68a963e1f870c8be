import type { Bus } from '#platform/bus/bus.ts';
import { createStateHints, type StateHints } from '#platform/bus/state-watch.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { orderChannel } from '../events.ts';
import { type HoldCommand, type HoldLane, openHoldLane } from './holdLane.ts';
import { startHoldPoster } from './holdPoster.ts';
import { type OrderWatch, openOrderWatch } from './orderWatch.ts';
import { lanePerPartition } from './partitionLanes.ts';
import type { Partitions } from './partitions.ts';
import { openRefundLane, type RefundCommand, type RefundLane } from './refunds.ts';
import type { WalletHints } from './walletHints.ts';

export interface OrderDeskOptions {
  readonly partitions: Partitions;
  readonly bus: Bus;
  readonly telemetry: Telemetry;
  readonly walletHints: WalletHints;
}

/** What happens to orders after they were placed. */
export interface OrderDesk {
  readonly refunds: RefundLane;
  readonly holds: HoldLane;
  readonly watch: OrderWatch;
  /** Tells whoever follows an order that something has become of it. */
  readonly hints: StateHints;
  close(): Promise<void>;
}

export const openOrderDesk = ({ partitions, bus, telemetry, walletHints }: OrderDeskOptions): OrderDesk => {
  const orderHints = createStateHints(bus, orderChannel);
  const refunds = lanePerPartition(
    partitions,
    (command: RefundCommand) => command.order.receiverId,
    ({ database, feeds }) => openRefundLane({ database, feeds, telemetry, walletHints, orderHints }),
  );
  const holds = lanePerPartition(
    partitions,
    (command: HoldCommand) => command.senderId,
    ({ database, feeds }) => openHoldLane({ database, feeds, telemetry, walletHints, orderHints }),
  );
  const posters = partitions.all.map((partition) => startHoldPoster({ partition, lane: holds, telemetry }));
  const watch = openOrderWatch(partitions, bus, telemetry);
  return {
    refunds,
    holds,
    watch,
    hints: orderHints,
    close: async () => {
      await Promise.all(posters.map((poster) => poster.close()));
      await watch.close();
      await Promise.all([refunds.close(), holds.close()]);
    },
  };
};
