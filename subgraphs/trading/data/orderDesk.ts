import type { Bus } from '#platform/bus/bus.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { orderChannel } from '../events.ts';
import { lanePerPartition } from './partitionLanes.ts';
import type { Partitions } from './partitions.ts';
import { openRefundLane, type RefundCommand, type RefundLane } from './refunds.ts';
import { createStateHints, type StateHints } from './stateWatch.ts';
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
  return { refunds, hints: orderHints, close: () => refunds.close() };
};
