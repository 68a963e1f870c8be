import { createMemoryBus } from '#platform/bus/memory.ts';
import type { Database } from '#platform/database/database.ts';
import { openDatabase } from '#platform/database/open.ts';
import type { Consumer } from '#platform/feed/consumer.ts';
import type { Feeds } from '#platform/feed/feed.ts';
import { openFeeds } from '#platform/feed/feeds.ts';
import { startCreditConsumer } from '../../subgraphs/trading/data/credits.ts';
import { type BulkGiftLane, type GiftLane, openBulkGiftLane, openGiftLane } from '../../subgraphs/trading/data/giftLane.ts';
import { ledgerFaults, type Sql } from './ledger.ts';
import { aTelemetry } from './telemetry.ts';

/** Trading's gift lane and credit consumer over a database, without the graph above them: one process' worth. */
export interface GiftWorld {
  readonly database: Database;
  readonly feeds: Feeds;
  readonly lane: GiftLane;
  readonly bulk: BulkGiftLane;
  startCredits(): Consumer;
  faults(): Promise<readonly string[]>;
  readonly sql: Sql;
  close(): Promise<void>;
}

/** Opens one. `wrap` stands between the lane (and its consumers) and the database: where crashes are made. */
export const aGiftWorld = async (url: string, wrap: (database: Database) => Database = (database) => database): Promise<GiftWorld> => {
  const telemetry = aTelemetry('trading');
  const real = await openDatabase({ name: 'trading', url, telemetry, poolMax: 4 });
  const database = wrap(real);
  const bus = createMemoryBus();
  const feeds = await openFeeds({ database: real, bus, telemetry });
  const walletHints = { publish: () => undefined };
  const lane = openGiftLane({ database, feeds, telemetry, walletHints });
  const bulk = openBulkGiftLane({ database, feeds, telemetry, walletHints });
  const consumers: Consumer[] = [];
  const sql: Sql = (text) => real.query({ text });
  return {
    database: real,
    feeds,
    lane,
    bulk,
    startCredits: () => {
      const consumer = startCreditConsumer({ database, source: feeds, telemetry, walletHints, orderHints: walletHints });
      consumers.push(consumer);
      return consumer;
    },
    sql,
    faults: () => ledgerFaults(sql),
    close: async () => {
      await Promise.all([lane.close(), bulk.close()]);
      await Promise.all(consumers.map((consumer) => consumer.close()));
      await feeds.close();
      await bus.close();
      await real.close();
    },
  };
};
