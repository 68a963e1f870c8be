import { createMemoryBus } from '#platform/bus/memory.ts';
import type { Database } from '#platform/database/database.ts';
import { openDatabase } from '#platform/database/open.ts';
import type { Consumer } from '#platform/feed/consumer.ts';
import { openFeeds } from '#platform/feed/feeds.ts';
import { shardOf } from '#platform/ids.ts';
import { type GiftLane, openGiftLane } from '../../subgraphs/trading/data/giftLane.ts';
import { stockedGifts } from '../../subgraphs/trading/data/limitedGifts.ts';
import { openFenceLane } from '../../subgraphs/trading/data/stockFences.ts';
import { openStockLane, type StockLane, startStockConsumer } from '../../subgraphs/trading/data/stockLane.ts';
import { createStockLook } from '../../subgraphs/trading/data/stockLook.ts';
import { openStockSweep, type StockSweep } from '../../subgraphs/trading/data/stockSweep.ts';
import { aTelemetry } from './telemetry.ts';

/** All that sells limited gifts over one database, without the graph above it: one process' worth. */
export interface SaleWorld {
  /** The gift lane with the stocks before it. */
  readonly gifts: GiftLane;
  readonly stock: StockLane;
  readonly sweep: StockSweep;
  readonly consumer: Consumer;
  close(): Promise<void>;
}

/** Opens one. `wrap` stands between it and the database: where crashes are made. */
export const aSaleWorld = async (url: string, wrap: (database: Database) => Database = (database) => database): Promise<SaleWorld> => {
  const telemetry = aTelemetry('trading');
  const real = await openDatabase({ name: 'trading', url, telemetry, poolMax: 4 });
  const database = wrap(real);
  const bus = createMemoryBus();
  const feeds = await openFeeds({ database: real, bus, telemetry });
  const lane = openGiftLane({ database, feeds, telemetry, walletHints: { publish: () => undefined } });
  const stock = openStockLane({ database, telemetry });
  const fences = openFenceLane({ database, telemetry });
  const sweep = openStockSweep({ database, stock, fences, telemetry });
  const consumer = startStockConsumer({ name: 'trading.stock', database, source: feeds, isHere: () => true, telemetry });
  return {
    gifts: stockedGifts(lane, { stock, look: createStockLook(() => database), telemetry }),
    stock,
    sweep,
    consumer,
    close: async () => {
      await Promise.all([lane.close(), sweep.close(), consumer.close()]);
      await Promise.all([stock.close(), fences.close()]);
      await feeds.close();
      await bus.close();
      await real.close();
    },
  };
};

/** Makes a gift limited and puts so many pieces of it on sale. */
export const putOnSale = async (database: Database, giftId: string, pieces: number): Promise<void> => {
  await database.query({ text: '/* putOnSale */ UPDATE gift SET limited = true WHERE id = $1', values: [giftId] });
  const text = `/* putOnSale */ INSERT INTO gift_stock (shard, gift_id, total, updated_at) VALUES ($1, $2, $3, now())
    ON CONFLICT (shard, gift_id) DO UPDATE SET total = excluded.total`;
  await database.query({ text, values: [shardOf(giftId), giftId, pieces] });
};
