import { ALL_SHARDS } from '#platform/config/shardMap.ts';
import type { Database } from '#platform/database/database.ts';
import type { Consumer } from '#platform/feed/consumer.ts';
import { startCreditConsumer } from '../../subgraphs/trading/data/credits.ts';
import { GIFT_LANES, type GiftLane, openGiftLane } from '../../subgraphs/trading/data/giftLane.ts';
import { toPartition } from '../../subgraphs/trading/data/openPartitions.ts';
import { lanePerPartition } from '../../subgraphs/trading/data/partitionLanes.ts';
import { partitionsOf } from '../../subgraphs/trading/data/partitions.ts';
import { openSealer } from '../../subgraphs/trading/data/sealer.ts';
import { createWalletHints } from '../../subgraphs/trading/data/walletHints.ts';
import type { GiftCommand } from '../../subgraphs/trading/domain/gift.ts';
import { coinsUnderWay, conservationDrift, ledgerFaults, type Sql, unhurried } from '../../tests/support/ledger.ts';
import { meterMicros } from '../support/cpu.ts';
import type { World } from './world.ts';

/** How long receivers may take to be credited before a run fails. */
export const SETTLE_DEADLINE_MS = 60_000;

/** The product's gift lane with its credit consumer and the ledger's sealer, all on the world's database. */
export interface Till {
  readonly lane: GiftLane;
  readonly credits: Consumer;
  /** Resolves when everybody is credited and every batch is sealed. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** `creditsOn`: the database as the credit consumer sees it. */
export const openTill = ({ database, feeds, telemetry, bus }: World, creditsOn: Database = database): Till => {
  const walletHints = createWalletHints(bus);
  const credits = startCreditConsumer({ database: creditsOn, source: feeds, telemetry, walletHints, orderHints: walletHints });
  const creditLagMs = (): number => credits.lag().ageMs;
  const partition = toPartition({ index: 0, shards: ALL_SHARDS, database }, { bus, telemetry });
  const lane = lanePerPartition(
    partitionsOf([partition]),
    (command: GiftCommand) => command.senderId,
    () => openGiftLane({ database, feeds, telemetry, walletHints, creditLagMs }),
    { lanes: GIFT_LANES },
  );
  const sealer = openSealer({ database, shards: ALL_SHARDS, telemetry });
  return {
    lane,
    credits,
    settled: async () => {
      await credits.caughtUp(AbortSignal.timeout(SETTLE_DEADLINE_MS));
      await sealer.sealNow();
    },
    close: async () => {
      await lane.close();
      await credits.close();
      await sealer.close();
      await partition.feeds.close();
    },
  };
};

/** CPU that Node and PostgreSQL use from now on until it is asked, in microseconds per gift. */
export const meterCpu = ({ postgres }: World): ReturnType<typeof meterMicros> => meterMicros(postgres.pid);

/** Coins made or lost, which must be 0. Throws when anything else in the books is wrong. */
export const checkBooks = async (database: Database): Promise<number> => {
  const faults = await unhurried(database, ledgerFaults);
  if (faults.length > 0) throw new Error(`the books are wrong:\n${faults.join('\n')}`);
  return checkSums(database);
};

/** The same by sums alone. */
export const checkSums = async (database: Database): Promise<number> => {
  const sql: Sql = (text) => database.query({ text });
  const underWay = await coinsUnderWay(sql);
  if (underWay !== 0n) throw new Error(`${underWay} coins are still under way after the last credit`);
  return Number(await conservationDrift(sql));
};

/** Orders in the books. */
export const countOrders = async (database: Database): Promise<number> => {
  const [row] = await database.query<{ readonly count: bigint }>({ text: '/* countOrders */ SELECT count(*) FROM gift_order' });
  return Number(row?.count ?? 0n);
};
