import { randomUUID } from 'node:crypto';
import { createMemoryBus } from '#platform/bus/memory.ts';
import type { Database } from '#platform/database/database.ts';
import { openDatabase } from '#platform/database/open.ts';
import type { Consumer } from '#platform/feed/consumer.ts';
import { openFeeds } from '#platform/feed/feeds.ts';
import { newIdInShard, shardIndexOf, shardOf } from '#platform/ids.ts';
import { fingerprintOfWish } from '../../subgraphs/trading/data/giftAnswers.ts';
import { type GiftLane, openGiftLane } from '../../subgraphs/trading/data/giftLane.ts';
import { stockedGifts } from '../../subgraphs/trading/data/limitedGifts.ts';
import { openFenceLane } from '../../subgraphs/trading/data/stockFences.ts';
import { openStockLane, type StockLane, startStockConsumer } from '../../subgraphs/trading/data/stockLane.ts';
import { createStockLook } from '../../subgraphs/trading/data/stockLook.ts';
import { openStockSweep, type StockSweep } from '../../subgraphs/trading/data/stockSweep.ts';
import { type GiftCommand, wishOf } from '../../subgraphs/trading/domain/gift.ts';
import { aTelemetry } from './telemetry.ts';
import type { TradingFixture } from './trading.ts';

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

const CAUGHT_UP_DEADLINE_MS = 20_000;

/** A limited gift of its own, of which so many pieces are on sale. */
export const aLimitedGift = async (shop: TradingFixture, pieces: number): Promise<string> => {
  const giftId = `crown-${randomUUID()}`;
  const text = `/* aLimitedGift */ INSERT INTO gift (shard, id, name, price_coins, on_sale_from) VALUES ($1, $2, 'Crown', 5, '2026-01-01')`;
  await shop.database.query({ text, values: [shardOf(giftId), giftId] });
  await putOnSale(shop.database, giftId, pieces);
  return giftId;
};

/** The wish of somebody new, who has so many coins. */
export const aCommand = async (shop: TradingFixture, giftId: string, { coins = 5n, quantity = 1 } = {}): Promise<GiftCommand> => {
  const [senderId, { streamId }] = [await shop.aWallet({ coins }), await shop.aStream()];
  return { senderId, streamId, giftId, quantity, idempotencyKey: randomUUID() };
};

interface StockRow {
  readonly total: number;
  readonly reserved: number;
  readonly sold: number;
}

/** What is written down of a gift's stock by now. */
export const stockOf = async (shop: TradingFixture, giftId: string): Promise<StockRow | undefined> => {
  const text = '/* stockOf */ SELECT total::int, reserved::int, sold::int FROM gift_stock WHERE gift_id = $1';
  return (await shop.database.query<StockRow>({ text, values: [giftId] }))[0];
};

/** The same after all news of payments have been heard of. */
export const soldIn = async (shop: TradingFixture, world: SaleWorld, giftId: string): Promise<StockRow | undefined> => {
  await world.consumer.caughtUp(AbortSignal.timeout(CAUGHT_UP_DEADLINE_MS));
  return stockOf(shop, giftId);
};

/** Sets pieces aside for a wish, as somebody does who dies before the payment; answers with the id of its order. */
export const reserveFor = async ({ stock }: SaleWorld, command: GiftCommand): Promise<string> => {
  const { senderId, giftId, quantity, idempotencyKey } = command;
  const orderId = newIdInShard(shardIndexOf(senderId));
  const fingerprint = fingerprintOfWish(wishOf(command));
  await stock.submit({ kind: 'reserve', giftId, orderId, payerId: senderId, key: idempotencyKey, place: 0, fingerprint, pieces: quantity });
  return orderId;
};
