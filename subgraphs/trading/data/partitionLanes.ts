import type { Lane } from '#platform/lane/lane.ts';
import type { Partition, Partitions } from './partitions.ts';

/** One lane for all partitions: each has a lane of its own, and a command goes to that of its owner's partition. `ownerOf`: whose account the command changes. */
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
  const laneOf = (command: Command): Lane<Command, Outcome> => {
    const partition = partitionOf(command);
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
    submit: (command, options) => laneOf(command).submit(command, options),
    close: async () => {
      await Promise.all(all.map((lane) => lane.close()));
    },
  };
};
