import { expect, test } from 'vitest';
import type { Lane } from '#platform/lane/lane.ts';
import { spreadLanes } from '#platform/lane/spread.ts';

const aLane = (): Lane<number, number> & { readonly taken: number[]; closed: boolean } => {
  const taken: number[] = [];
  return {
    taken,
    closed: false,
    get queued() {
      return taken.length;
    },
    submit(command) {
      taken.push(command);
      return Promise.resolve(-command);
    },
    async close() {
      this.closed = true;
    },
  };
};

test('commands of one index go to one lane in their order, and all lanes are told and closed as one', async () => {
  const [even, odd] = [aLane(), aLane()];
  const lanes = spreadLanes([even, odd], (command: number) => command % 10);
  expect(await Promise.all([10, 21, 32, 43, 20].map((command) => lanes.submit(command)))).toEqual([-10, -21, -32, -43, -20]);
  expect([even.taken, odd.taken]).toEqual([
    [10, 32, 20],
    [21, 43],
  ]);
  expect(lanes.queued).toBe(5);
  await lanes.close();
  expect([even.closed, odd.closed]).toEqual([true, true]);
});
