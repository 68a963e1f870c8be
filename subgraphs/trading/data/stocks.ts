import type { Consumer } from '#platform/feed/consumer.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { lanePerPartition } from './partitionLanes.ts';
import { byShard, consumerIn, type Partitions } from './partitions.ts';
import { openStockEditLane, type StockEditLane } from './stockEdits.ts';
import { type FenceLane, openFenceLane } from './stockFences.ts';
import { openStockLane, type StockLane, startStockConsumer } from './stockLane.ts';
import { openStockSweep } from './stockSweep.ts';

export interface StocksOptions {
  readonly partitions: Partitions;
  readonly telemetry: Telemetry;
}

/** The stocks of limited gifts, each in the partition of its gift, and all that settles what was set aside. */
export interface Stocks {
  readonly lane: StockLane;
  readonly edits: StockEditLane;
  /** Follow the payments. */
  readonly consumers: readonly Consumer[];
  close(): Promise<void>;
}

export const openStocks = ({ partitions, telemetry }: StocksOptions): Stocks => {
  const giftOf = ({ giftId }: { readonly giftId: string }): string => giftId;
  const lane: StockLane = lanePerPartition(partitions, giftOf, ({ database }) => openStockLane({ database, telemetry }));
  const edits: StockEditLane = lanePerPartition(partitions, giftOf, ({ database }) => openStockEditLane({ database, telemetry }));
  const fences: FenceLane = lanePerPartition(
    partitions,
    ({ payerId }) => payerId,
    ({ database }) => openFenceLane({ database, telemetry }),
  );
  const consumers = partitions.all.map((partition) =>
    startStockConsumer({
      name: consumerIn('trading.stock', partition),
      database: partition.database,
      source: partitions.source,
      isHere: (giftId) => partitions.isIn(partition, giftId),
      telemetry,
      ...byShard(partitions, partition),
    }),
  );
  const sweeps = partitions.all.map(({ database }) => openStockSweep({ database, stock: lane, fences, telemetry }));
  return {
    lane,
    edits,
    consumers,
    close: async () => {
      await Promise.all([...sweeps.map((sweep) => sweep.close()), ...consumers.map((consumer) => consumer.close())]);
      await Promise.all([lane.close(), edits.close(), fences.close()]);
    },
  };
};
