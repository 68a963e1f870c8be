import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT_FOLDER } from './contract/schema.ts';

const PLAYGROUND_FOLDER = join(ROOT_FOLDER, 'web/playground');
const HASH_FILE = join(PLAYGROUND_FOLDER, 'dist/.inputs');

/** Packages whose version decides what the bundle looks like. */
const BUNDLED_PACKAGES = ['graphiql', '@graphiql/react', 'graphql', 'graphql-ws', 'monaco-editor', 'react', 'react-dom', 'vite'] as const;

/** GraphiQL's editor is one big part; a warning about its size would not make it smaller. */
const CHUNK_SIZE_WARNING_KB = 8_000;

/** Builds web/playground into static files under web/playground/dist, served at /playground/. Skips when nothing that it is made from has changed;
 * answers whether it built. */
export async function buildPlayground(): Promise<boolean> {
  const inputs = hashInputs();
  if (existsSync(HASH_FILE) && readFileSync(HASH_FILE, 'utf8') === inputs) return false;
  const { build } = await import('vite');
  await build({
    configFile: false,
    root: PLAYGROUND_FOLDER,
    base: '/playground/',
    publicDir: false,
    logLevel: 'warn',
    // React's automatic runtime needs no plugin: Vite's own transformer does it.
    oxc: { jsx: { runtime: 'automatic', development: false } },
    worker: { format: 'es' },
    build: {
      outDir: 'dist',
      emptyOutDir: true,
      chunkSizeWarningLimit: CHUNK_SIZE_WARNING_KB,
      modulePreload: { polyfill: false },
      rolldownOptions: {
        // Dozens of React packages carry "use client", which means nothing in a page without a server.
        onLog: (level, log, report) => {
          if (log.code !== 'MODULE_LEVEL_DIRECTIVE') report(level, log);
        },
      },
    },
  });
  writeFileSync(HASH_FILE, inputs);
  return true;
}

function hashInputs(): string {
  const hash = createHash('sha256');
  for (const name of BUNDLED_PACKAGES) hash.update(readFileSync(join(ROOT_FOLDER, 'node_modules', name, 'package.json')));
  const sources = globSync('*.{ts,tsx,css,html,json}', { cwd: PLAYGROUND_FOLDER }).toSorted();
  for (const path of sources) hash.update(path).update(readFileSync(join(PLAYGROUND_FOLDER, path)));
  return hash.update(readFileSync(import.meta.filename)).digest('hex');
}

if (import.meta.main) {
  const built = await buildPlayground();
  process.stdout.write(built ? 'Built web/playground/dist.\n' : 'web/playground/dist is up to date.\n');
}
