import { loadConfig } from '#platform/config/config.ts';
import { openRuntime } from '#platform/subgraph/runtime.ts';
import type { Runtime } from '#platform/subgraph/subgraph.ts';
import { SUBGRAPH_NAMES } from '#platform/subgraph/transport.ts';
import { seedStreaming } from '../subgraphs/streaming/data/seed.ts';
import { seedTrading } from '../subgraphs/trading/data/seed.ts';
import { runCommand, say, WHERE_HELP, withDatabases } from './cli.ts';

/** Puts the demo's channels and streams, the catalogue and the top-up products where they are missing. Twice is fine. */
export const seed = async (runtime: Runtime): Promise<void> => {
  await Promise.all([seedStreaming(runtime), seedTrading(runtime)]);
};

const HELP = `npm run db:seed

Puts the demo's channels and live streams, the catalogue of gifts and the top-up products into migrated databases, where they are missing; what is there
stays as it is. npm start and npm run start:split do it by themselves.

${WHERE_HELP}`;

if (import.meta.main) {
  await runCommand(HELP, () =>
    withDatabases(async ({ urlsOf, where }) => {
      // Several databases of one subgraph are in the environment already (TRADING_DATABASES).
      const single = SUBGRAPH_NAMES.filter(
        (name) => urlsOf(name).length === 1 && !(name === 'trading' && process.env['TRADING_DATABASES']),
      );
      const urls = Object.fromEntries(single.map((name) => [`${name.toUpperCase()}_DATABASE_URL`, urlsOf(name)[0] ?? '']));
      // Hints are for followers that run now; those of other processes look for themselves once a second.
      const runtime = await openRuntime(loadConfig({ ...process.env, ...urls, REDIS_URL: '' }));
      try {
        await seed(runtime);
      } finally {
        await runtime.close();
      }
      say(`The demo's data is in ${where}.`);
    }),
  );
}
