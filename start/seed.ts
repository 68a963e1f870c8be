import type { Runtime } from '#platform/subgraph/subgraph.ts';
import { seedStreaming } from '../subgraphs/streaming/data/seed.ts';
import { seedTrading } from '../subgraphs/trading/data/seed.ts';

/** Puts the demo's channels and streams, the catalogue and the top-up products where they are missing. Twice is fine. */
export const seed = async (runtime: Runtime): Promise<void> => {
  await Promise.all([seedStreaming(runtime), seedTrading(runtime)]);
};
