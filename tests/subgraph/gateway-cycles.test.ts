import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCycles } from '../support/cycles.ts';
import { aGateway, NEVER_OVERLOADED } from '../support/gateway.ts';
import { aGraph, type TestGraph } from '../support/gateway-graph.ts';
import { range } from '../support/gateway-watcher.ts';
import { heldMegabytes } from '../support/memory.ts';
import { testKeys } from '../support/runtime.ts';

/** The full 100,000 are part of `npm run soak -- --gateway`. */
const CYCLES = 10_000;
/** A busy machine may leave this a tenth of a core. */
const TEST_MS_MAX = 600_000;
const WARM_UP_CYCLES = 2_000;

let folder: string;
let graph: TestGraph;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fanfare-gateway-'));
  graph = aGraph(testKeys());
});
afterEach(() => rm(folder, { recursive: true }));

test(
  'subscribing and leaving thousands of times leaves nothing behind: the heap comes back to within a tenth',
  async () => {
    const gateway = await aGateway(graph.all, folder, { overload: NEVER_OVERLOADED });
    for (const _ of range(1, 40)) graph.log.append();
    // From now on, from the ring, from before it, and from a log that is no more.
    const afterOf = (cycle: number): string | null =>
      cycle % 64 === 9 ? `0:${cycle}` : ([null, `1:${cycle % 40}`, `1:${cycle % 7}`][cycle % 3] ?? null);
    const noUpstreams = (): Promise<void> => expect.poll(() => graph.messaging.upstreams.open).toBe(0);
    await runCycles(gateway.url, WARM_UP_CYCLES, afterOf);
    await noUpstreams();
    const before = heldMegabytes();
    expect((await runCycles(gateway.url, CYCLES, afterOf)).slice(0, 3)).toEqual([]);
    await noUpstreams();
    expect(heldMegabytes() / before).toBeLessThan(1.1);
    await gateway.close();
  },
  TEST_MS_MAX,
);
