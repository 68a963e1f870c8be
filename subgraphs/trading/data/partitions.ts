import { isDatabaseAway } from '#platform/database/away.ts';
import type { Database } from '#platform/database/database.ts';
import type { DatabaseHealth } from '#platform/database/health.ts';
import { scopeToShard } from '#platform/database/scope.ts';
import type { FeedSource, Feeds } from '#platform/feed/feed.ts';
import { shardIndexOfFeed } from '#platform/feed/shard.ts';
import { createSpreadSource } from '#platform/feed/spread.ts';
import { isUuid, SHARDS, shardAt, shardIndexOf, shardIndexOfId } from '#platform/ids.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';

/** One of trading's databases with the logical shards that live in it. Functions in data/ work on one of these; who calls them chooses which. */
export interface Partition {
  /** Its place in the configuration, from 0. */
  readonly index: number;
  /** The indexes (0 to 63) of the logical shards whose rows and feeds (`gifts/<i>`) are here. */
  readonly shards: readonly number[];
  readonly database: Database;
  readonly prisma: PrismaClient;
  /** For appends inside transactions of this database. */
  readonly feeds: Feeds;
  readonly health: DatabaseHealth;
}

export type LaneScope = 'database' | 'shard';

/** All databases of trading. Two owners, or an owner and a stream or a gift, may be in different ones: nothing may assume otherwise. Reference tables (catalogue,
 * streams, policy) are whole in each. */
export interface Partitions {
  readonly all: readonly Partition[];
  /** What a transaction of a lane or of the credit consumer may touch: all shards of its database, or one. */
  readonly laneScope: LaneScope;
  /** Where reference tables are edited, and the feed that carries the edits to the others. */
  readonly home: Partition;
  /** Where the rows of an account's owner (or of any other natural key) are. */
  of(naturalKey: string): Partition;
  ofShardIndex(shardIndex: number): Partition;
  /** Where the row of an id made by `newIdInShard` is. What is no such id is in none: `home` is asked, and finds nothing. */
  ofId(id: string): Partition;
  /** Reads in every partition that has some of the keys, at the same time and once each. `read` answers in the order of the keys that it gets, and so does this;
   * instead of a value there is an Error for each key whose partition failed, as DataLoader wants it. */
  gather<Key, Value>(
    keys: readonly Key[],
    partitionOf: (key: Key) => Partition,
    read: (partition: Partition, keys: readonly Key[]) => Promise<readonly Value[]>,
  ): Promise<readonly (Value | Error)[]>;
  /** Reads reference tables: at home, or in another partition while home is away. */
  reference<Value>(read: (partition: Partition) => Promise<Value>): Promise<Value>;
  /** The feeds of all partitions as one source. Those of a database that is away have nothing to say until it is back. */
  readonly source: FeedSource;
  /** Whether the rows of that owner are here, for consumers, which get everybody's events and apply those of their own partition. */
  isIn(partition: Partition, naturalKey: string): boolean;
  /** Rejects while no partition answers. */
  checkReady(): Promise<void>;
  /** Rejects with a sentence while one of them does not answer. */
  checkAll(): Promise<void>;
  /** What is away, a sentence; null while all answer. */
  impairment(): string | null;
  close(): Promise<void>;
}

/** Partitions over databases that are open already. Each shard must be in one of them. */
export const partitionsOf = (all: readonly Partition[], laneScope: LaneScope = 'database'): Partitions => {
  const byShardIndex = new Map(all.flatMap((partition) => partition.shards.map((shardIndex) => [shardIndex, partition])));
  const ofShardIndex = (shardIndex: number): Partition => {
    const partition = byShardIndex.get(shardIndex);
    if (partition === undefined) throw new RangeError(`no database of trading has shard ${shardIndex}`);
    return partition;
  };
  const of = (naturalKey: string): Partition => ofShardIndex(shardIndexOf(naturalKey));
  const home = of(HOME_KEY);
  return {
    all,
    laneScope,
    home,
    of,
    ofShardIndex,
    ofId: (id) => ofShardIndex(shardIndexIn(id)),
    gather,
    reference: (read) => readReference(inOrderOfTrust(home, all), read),
    source: all.length === 1 ? home.feeds : createSpreadSource((feed) => ofShardIndex(shardIndexOfFeed(feed))),
    isIn: (partition, naturalKey) => of(naturalKey) === partition,
    checkReady: async () => {
      await Promise.any(all.map(answers)).catch((error: unknown) => {
        throw error instanceof AggregateError ? error.errors[0] : error;
      });
    },
    checkAll: async () => {
      await Promise.all(all.map(answers));
    },
    impairment: () => {
      const reasons = all.flatMap(({ health }) => health.reason() ?? []);
      return reasons.length === 0 ? null : `some of trading's databases are away: ${reasons.join('; ')}`;
    },
    close: async () => {
      await Promise.all(all.map(closePartition));
    },
  };
};

/** The name of a consumer whose destination is this partition. The one with shard 0, and so the only one where there is one, goes by the plain name. */
export const consumerIn = (name: string, { shards: [first = 0] }: Partition): string => (first === 0 ? name : `${name}/${first}`);

/** The shard index in an id made by `newIdInShard`; for what is no such id, one in which it will not be found. */
export const shardIndexIn = (id: string): number => (isUuid(id) ? shardIndexOfId(id) : shardIndexOf(HOME_KEY));

/** One shard of a partition as a partition of its own: the same database, whose transactions stay in that shard. Closing it is the partition's business. */
export const toShardPartition = (partition: Partition, shardIndex: number): Partition => ({
  ...partition,
  shards: [shardIndex],
  database: scopeToShard(partition.database, { shard: shardAt(shardIndex), references: REFERENCE_TABLES }),
});

/** At lane scope `shard`, what works on a whole database commits shard by shard. */
export interface ByShard {
  /** The database for transactions of one shard (a value of `shard` columns). Absent: one transaction works on all shards. */
  readonly inShard?: (shard: number) => Database;
}

export const byShard = ({ laneScope }: Pick<Partitions, 'laneScope'>, partition: Partition): ByShard =>
  laneScope === 'database' ? {} : { inShard: (shard) => toShardPartition(partition, SHARDS.indexOf(shard)).database };

/** Tables that are whole in every partition, and reference tables on Citus. Lanes read them at any scope. */
const REFERENCE_TABLES: ReadonlySet<string> = new Set([
  'bundle_item',
  'catalogue_edit',
  'catalogue_state',
  'feed_epoch',
  'gift',
  'gift_price',
  'stream',
  'top_up_product',
  'trading_policy',
]);

/** The natural key of the catalogue's feed, so that readers find it by its name like any other. */
const HOME_KEY = 'catalogue';

const gather = async <Key, Value>(
  keys: readonly Key[],
  partitionOf: (key: Key) => Partition,
  read: (partition: Partition, keys: readonly Key[]) => Promise<readonly Value[]>,
): Promise<readonly (Value | Error)[]> => {
  const asked = Map.groupBy(
    keys.map((key, place) => ({ key, place })),
    ({ key }) => partitionOf(key),
  );
  const values = new Array<Value | Error>(keys.length);
  await Promise.all(
    [...asked].map(async ([partition, ofPartition]) => {
      const answer = await readOrError(
        read,
        partition,
        ofPartition.map(({ key }) => key),
      );
      for (const [index, { place }] of ofPartition.entries()) values[place] = answer instanceof Error ? answer : (answer[index] as Value);
    }),
  );
  return values;
};

const readOrError = async <Key, Value>(
  read: (partition: Partition, keys: readonly Key[]) => Promise<readonly Value[]>,
  partition: Partition,
  keys: readonly Key[],
): Promise<readonly Value[] | Error> => {
  try {
    const values = await read(partition, keys);
    return values.length === keys.length
      ? values
      : new Error(`a read of ${keys.length} keys answered with ${values.length} values: one for each`);
  } catch (error) {
    if (isDatabaseAway(error)) partition.health.suspect(error);
    return error instanceof Error ? error : new Error('a partition could not be read', { cause: error });
  }
};

const readReference = async <Value>(
  [first, ...others]: readonly Partition[],
  read: (partition: Partition) => Promise<Value>,
): Promise<Value> => {
  if (first === undefined) throw new RangeError('trading has no database');
  try {
    return await read(first);
  } catch (error) {
    if (others.length === 0 || !isDatabaseAway(error)) throw error;
    first.health.suspect(error);
    return readReference(others, read);
  }
};

/** Home first, those that are away last. */
const inOrderOfTrust = (home: Partition, all: readonly Partition[]): readonly Partition[] => {
  const inOrder = [home, ...all.filter((partition) => partition !== home)];
  const isAway = ({ health }: Partition): boolean => health.awayForMs() !== null;
  return [...inOrder.filter((partition) => !isAway(partition)), ...inOrder.filter(isAway)];
};

const answers = async ({ database }: Partition): Promise<void> => {
  await database.query({ text: '/* checkReady */ SELECT 1' });
};

const closePartition = async ({ feeds, prisma, database }: Partition): Promise<void> => {
  await feeds.close();
  await prisma.$disconnect();
  await database.close();
};
