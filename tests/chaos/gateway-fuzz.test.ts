import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runFuzz } from '../support/fuzz/fuzz.ts';
import { aGateway, type GatewayFixture, NEVER_OVERLOADED } from '../support/gateway.ts';
import { aGraph, type TestGraph } from '../support/gateway-graph.ts';
import { testKeys } from '../support/runtime.ts';

/** The short form of `npm run soak -- --gateway`, with a seed of its own; the same one here, so that a failure can be seen again. */
const SEED = Number(process.env['SEED'] ?? 20_261_122);
const DURATION_MS = 4_000;

let folder: string;
let graph: TestGraph;
let gateway: GatewayFixture;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fanfare-gateway-'));
  graph = aGraph(testKeys());
  gateway = await aGateway(graph.all, folder, { overload: NEVER_OVERLOADED });
});
afterAll(async () => {
  await gateway.close();
  await rm(folder, { recursive: true });
});

test('whatever is sent over HTTP and WebSocket: no crash, no words of our own code, nothing that stays in memory, and it goes on serving', async () => {
  const { faults, counts } = await runFuzz({ seed: SEED, durationMs: DURATION_MS, gateway, graph });
  expect(faults, `seed ${SEED}, ${JSON.stringify(counts)}`).toEqual([]);
  expect(counts['answers']).toBeGreaterThan(50);
  await expect.poll(() => graph.messaging.upstreams.open).toBe(0);
});
