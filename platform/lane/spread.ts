import type { Lane } from './lane.ts';

/** Several lanes as one: a command goes to the lane of its index (modulo their number). Commands of one index keep their order; what each lane locks is its own business. */
export const spreadLanes = <Command, Outcome>(
  lanes: readonly Lane<Command, Outcome>[],
  indexOf: (command: Command) => number,
): Lane<Command, Outcome> => ({
  get queued() {
    return lanes.reduce((sum, { queued }) => sum + queued, 0);
  },
  submit: (command, options) => {
    const lane = lanes[indexOf(command) % lanes.length];
    return lane === undefined ? Promise.reject(new Error('a command has an index that no lane has')) : lane.submit(command, options);
  },
  close: async () => {
    await Promise.all(lanes.map((lane) => lane.close()));
  },
});
