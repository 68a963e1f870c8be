import { shardIndexOf } from '#platform/ids.ts';
import type { Lane } from '#platform/lane/lane.ts';
import { databaseUnreachable, shuttingDown } from '#platform/lane/refusals.ts';
import { type Partition, type Partitions, toShardPartition } from './partitions.ts';

/** A restart or a failover of PostgreSQL takes a moment, for which commands wait in their lane. One that is away for longer would have them wait for nothing. */
const PATIENCE_MS = 2_000;
const RETRY_AFTER_MS = 1_000;

/** One lane for all partitions: each has a lane of its own, or at shard scope each of its shards, and a command goes to that of its owner. `ownerOf`: whose account the command changes.
 * `lanes`: so many for each partition instead of one, each for shards of its own; one decides while another waits for the database. Throws FanfareError BUSY at once while that partition's
 * database has been away for a while. */
export const lanePerPartition = <Command, Outcome>(
  partitions: LanePartitions,
  ownerOf: (command: Command) => string,
  open: (partition: Partition) => Lane<Command, Outcome>,
  { lanes = 1 }: { readonly lanes?: number } = {},
): Lane<Command, Outcome> => laneByShard(partitions, (command) => shardIndexOf(ownerOf(command)), open, { lanes });

export type LanePartitions = Pick<Partitions, 'laneScope' | 'ofShardIndex'>;

/** The same for commands that name no owner. `shardIndexIn`: where the rows are that the command changes. */
export const laneByShard = <Command, Outcome>(
  partitions: LanePartitions,
  shardIndexIn: (command: Command) => number,
  open: (partition: Partition) => Lane<Command, Outcome>,
  { lanes: lanesEach = 1 }: { readonly lanes?: number } = {},
): Lane<Command, Outcome> => {
  // At shard scope a shard's lane is opened when its first command comes.
  const lanes = new Map<number, Lane<Command, Outcome>>();
  const laneOf = (partition: Partition, shardIndex: number): Lane<Command, Outcome> => {
    const inShard = partitions.laneScope === 'shard';
    const key = inShard ? shardIndex : partition.index * lanesEach + (shardIndex % lanesEach);
    const lane = lanes.get(key) ?? open(inShard ? toShardPartition(partition, shardIndex) : partition);
    lanes.set(key, lane);
    return lane;
  };
  let closing: Promise<unknown> | null = null;
  return {
    get queued() {
      return [...lanes.values()].reduce((sum, { queued }) => sum + queued, 0);
    },
    submit: (command, options) => {
      if (closing !== null) return Promise.reject(shuttingDown());
      const shardIndex = shardIndexIn(command);
      const partition = partitions.ofShardIndex(shardIndex);
      const awayMs = partition.health.awayForMs();
      if (awayMs !== null && awayMs > PATIENCE_MS) return Promise.reject(databaseUnreachable(RETRY_AFTER_MS));
      return laneOf(partition, shardIndex).submit(command, options);
    },
    close: async () => {
      closing ??= Promise.all([...lanes.values()].map((lane) => lane.close()));
      await closing;
    },
  };
};
