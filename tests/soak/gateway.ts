import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { runCycles } from '../support/cycles.ts';
import { runFuzz } from '../support/fuzz/fuzz.ts';
import { aGateway, NEVER_OVERLOADED } from '../support/gateway.ts';
import { aGraph } from '../support/gateway-graph.ts';
import { heldMegabytes } from '../support/memory.ts';
import { eventually } from '../support/platform.ts';
import { testKeys } from '../support/runtime.ts';

const CYCLES = 100_000;
const WARM_UP_CYCLES = 10_000;
const HEAP_GROWTH_MAX = 1.1;
const QUIET_MS_MAX = 60_000;
const LOOKS_MAX = 10;
const LOOK_EVERY_MS = 2_000;
/** How often callers may ask is not what is looked at here. */
const UNLIMITED = { user: { capacity: 1e9, refillPerSecond: 1e9 }, address: { capacity: 1e9, refillPerSecond: 1e9 } };

/** The gateway alone, in front of a small graph: 100,000 subscriptions that are left again, then whatever a seed makes of requests, frames and messages for so many minutes. */
export const runGatewaySoak = async (options: {
  readonly seed: number;
  readonly minutes: number;
  readonly say: (line: string) => void;
}): Promise<{ readonly faults: readonly string[]; readonly counts: Readonly<Record<string, number>> }> => {
  const folder = await mkdtemp(join(tmpdir(), 'fanfare-gateway-'));
  const graph = aGraph(testKeys());
  const gateway = await aGateway(graph.all, folder, { overload: NEVER_OVERLOADED, rates: UNLIMITED });
  try {
    for (let seq = 0; seq < 40; seq += 1) graph.log.append();
    const afterOf = (cycle: number): string | null => (cycle % 64 === 9 ? `0:${cycle}` : ([null, `1:${cycle % 40}`][cycle % 2] ?? null));
    // What nobody follows any more stays for a few seconds: it is no part of what is left behind.
    const noUpstreams = (): Promise<void> =>
      eventually('every upstream is closed', async () => graph.messaging.upstreams.open === 0, QUIET_MS_MAX);
    await runCycles(gateway.url, WARM_UP_CYCLES, afterOf);
    await noUpstreams();
    const before = heldMegabytes();
    const odd = await runCycles(gateway.url, CYCLES, afterOf);
    await noUpstreams();
    const growth = await settledGrowth(before);
    options.say(`${CYCLES} subscriptions: what is alive went from ${before.toFixed(1)} MB to ${(before * growth).toFixed(1)} MB`);
    const grown =
      growth > HEAP_GROWTH_MAX ? [`after ${CYCLES} subscriptions what is alive has grown by a factor of ${growth.toFixed(2)}`] : [];
    options.say(`fuzzing for ${options.minutes} minutes with seed ${options.seed}`);
    const { faults, counts } = await runFuzz({ seed: options.seed, durationMs: options.minutes * 60_000, gateway, graph });
    return {
      faults: [...odd.slice(0, 5), ...grown, ...faults],
      counts: { cycles: CYCLES, heapPerMille: Math.round(growth * 1_000), ...counts },
    };
  } finally {
    await gateway.close();
    await rm(folder, { recursive: true });
  }
};

/** What is alive now to what was, once buffers and lingering work have had time to go: the least of several looks. */
const settledGrowth = async (before: number): Promise<number> => {
  let least = Number.POSITIVE_INFINITY;
  for (let look = 0; look < LOOKS_MAX && least > HEAP_GROWTH_MAX; look += 1) {
    await setTimeout(LOOK_EVERY_MS);
    least = Math.min(least, heldMegabytes() / before);
  }
  return least;
};
