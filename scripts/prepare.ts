import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { generatePrismaClients } from './prisma-generate.ts';

// Runs at the end of `npm ci` (npm's "prepare"): makes what is generated, not committed, and needed to run. Up-to-date parts are skipped.
await generatePrismaClients({ force: false });

// A container image without the web folder serves no playground.
if (existsSync(join(import.meta.dirname, '..', 'web', 'playground', 'index.html'))) {
  const { buildPlayground } = await import('./build-playground.ts');
  await buildPlayground();
}
