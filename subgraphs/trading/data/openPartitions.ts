import type { Bus } from '#platform/bus/bus.ts';
import { type Config, tradingDatabasesOf } from '#platform/config/config.ts';
import type { ShardDatabase } from '#platform/config/shardMap.ts';
import { isDatabaseAway, UnfitDatabaseError } from '#platform/database/away.ts';
import type { Database } from '#platform/database/database.ts';
import { watchDatabase } from '#platform/database/health.ts';
import { openDatabaseLater } from '#platform/database/open.ts';
import { prismaAdapter } from '#platform/database/prisma.ts';
import { requireReachable } from '#platform/database/schema-check.ts';
import { ensureEpoch } from '#platform/feed/epoch.ts';
import { openFeedsLater } from '#platform/feed/feeds.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { PrismaClient } from '../generated/prisma/client.ts';
import { type Partition, type Partitions, partitionsOf } from './partitions.ts';
import { claimShards } from './servedShards.ts';

export interface PartitionsOptions {
  readonly config: Config;
  readonly bus: Bus;
  readonly telemetry: Telemetry;
  /** Stands between trading and its databases, from the place in the configuration: where tests make crashes. */
  readonly wrapDatabase?: (database: Database, index: number) => Database;
}

/** Opens trading's databases. Rejects with a sentence when one is missing, older than this version or has other shards than the configuration says, and when none can be reached. One that
 * cannot be reached while another one can is opened when it is back. */
export const openPartitions = async ({
  config,
  bus,
  telemetry,
  wrapDatabase = (database) => database,
}: PartitionsOptions): Promise<Partitions> => {
  const places = tradingDatabasesOf(config);
  const partitions = partitionsOf(
    places.map((place, index) => {
      const label = places.length === 1 ? 'trading' : `trading-${place.shards[0] ?? ''}`;
      const database = openLater(place, { label, poolMax: config.databasePoolMax, telemetry });
      return toPartition({ index, shards: place.shards, database: wrapDatabase(database, index) }, { bus, telemetry });
    }),
    config.tradingLaneScope,
  );
  try {
    await requireSome(partitions);
    return partitions;
  } catch (error) {
    await partitions.close();
    throw error;
  }
};

/** A partition over a database, which it closes. */
export const toPartition = (
  place: Pick<Partition, 'index' | 'shards' | 'database'>,
  { bus, telemetry }: Pick<PartitionsOptions, 'bus' | 'telemetry'>,
): Partition => {
  const { database, health } = watchDatabase(place.database, telemetry.log);
  return {
    ...place,
    database,
    health,
    prisma: new PrismaClient({ adapter: prismaAdapter(database) }),
    feeds: openFeedsLater({ database, bus, telemetry }),
  };
};

const openLater = (
  { url, shards }: ShardDatabase,
  { label, poolMax, telemetry }: { readonly label: string; readonly poolMax: number; readonly telemetry: Telemetry },
): Database =>
  openDatabaseLater({
    name: 'trading',
    label,
    url,
    telemetry,
    poolMax,
    check: async (database) => {
      await claimShards(database, shards);
      await ensureEpoch(database, telemetry.log);
    },
  });

const requireSome = async (partitions: Partitions): Promise<void> => {
  const outcomes = await Promise.allSettled(partitions.all.map(({ database }) => requireReachable('trading', database)));
  const failures: readonly unknown[] = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  const refusal = failures.find((failure) => !isAway(failure));
  if (refusal !== undefined) throw refusal;
  if (failures.length === partitions.all.length) throw failures[0];
};

const isAway = (failure: unknown): boolean =>
  failure instanceof Error && !(failure instanceof UnfitDatabaseError) && isDatabaseAway(failure.cause);
