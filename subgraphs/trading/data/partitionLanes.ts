import type { Lane } from '#platform/lane/lane.ts';
import { databaseUnreachable } from '#platform/lane/refusals.ts';
import type { Partition, Partitions } from './partitions.ts';

/** A restart or a failover of PostgreSQL takes a moment, for which commands wait in their lane. One that is away for longer would have them wait for nothing. */
const PATIENCE_MS = 2_000;
const RETRY_AFTER_MS = 1_000;

/** One lane for all partitions: each has a lane of its own, and a command goes to that of its owner's partition. `ownerOf`: whose account the command changes.
 * Throws FanfareError BUSY at once while that partition's database has been away for a while. */
export const lanePerPartition = <Command, Outcome>(
  partitions: Partitions,
  ownerOf: (command: Command) => string,
  open: (partition: Partition) => Lane<Command, Outcome>,
): Lane<Command, Outcome> => laneByPartition(partitions, (command) => partitions.of(ownerOf(command)), open);

/** The same for commands that name no owner. `partitionOf`: where the rows are that the command changes. */
export const laneByPartition = <Command, Outcome>(
  partitions: Partitions,
  partitionOf: (command: Command) => Partition,
  open: (partition: Partition) => Lane<Command, Outcome>,
): Lane<Command, Outcome> => {
  const lanes = new Map(partitions.all.map((partition) => [partition, open(partition)]));
  const laneOf = (partition: Partition): Lane<Command, Outcome> => {
    const lane = lanes.get(partition);
    if (lane === undefined) throw new RangeError(`partition ${partition.index} is none of this lane's`);
    return lane;
  };
  const all = [...lanes.values()];
  return {
    name: all[0]?.name ?? '',
    get queued() {
      return all.reduce((sum, { queued }) => sum + queued, 0);
    },
    submit: (command, options) => {
      const partition = partitionOf(command);
      const awayMs = partition.health.awayForMs();
      if (awayMs !== null && awayMs > PATIENCE_MS) return Promise.reject(databaseUnreachable(RETRY_AFTER_MS));
      return laneOf(partition).submit(command, options);
    },
    close: async () => {
      await Promise.all(all.map((lane) => lane.close()));
    },
  };
};
