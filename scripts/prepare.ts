import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { generatePrismaClients } from './prisma-generate.ts';

// Runs at the end of `npm ci` (npm's "prepare"): makes what is generated, not committed, and needed to run. Up-to-date parts are skipped.
const root = join(import.meta.dirname, '..');

if (existsSync(join(root, 'node_modules', 'prisma'))) {
  await generatePrismaClients({ force: false });
  // A container image without the web folder serves no playground.
  if (existsSync(join(root, 'web', 'playground', 'index.html'))) {
    const { buildPlayground } = await import('./build-playground.ts');
    await buildPlayground();
  }
} else {
  process.stdout.write('Installed without development packages: bring the Prisma Clients and web/playground/dist from a full install.\n');
}
