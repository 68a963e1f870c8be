import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SUBGRAPH_NAMES, type SubgraphName } from '#platform/subgraph/transport.ts';

const ROOT = join(import.meta.dirname, '..');
const HELP = `npm run generate [-- --force]

Makes the Prisma Clients (subgraphs/<name>/generated/prisma) from prisma/<name>/schema.prisma, where a schema has changed since.
  --force  also where it has not`;

/** Makes the Prisma Client of every subgraph whose schema changed since it was last made. Rejects with Prisma's own words. */
export async function generatePrismaClients(options: { readonly force: boolean }): Promise<readonly SubgraphName[]> {
  const stale = SUBGRAPH_NAMES.filter((name) => existsSync(schemaOf(name)) && (options.force || isStale(name)));
  const queue = [...stale];
  const work = async (): Promise<void> => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) await generate(name);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return stale;
}

async function generate(name: SubgraphName): Promise<void> {
  const cli = join(ROOT, 'node_modules', 'prisma', 'build', 'index.js');
  const env = {
    ...process.env,
    SUBGRAPH: name,
    // Generating needs no schema engine, but Prisma fetches one unless it is told where one is, and its server may be out of reach: any executable will do.
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
    CHECKPOINT_DISABLE: '1',
  };
  const child = spawn(process.execPath, [cli, 'generate', '--schema', schemaOf(name), '--no-hints'], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk;
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  if (code !== 0) throw new Error(`the Prisma Client of ${name} could not be made:\n${said.trim()}`);
  mkdirSync(clientOf(name), { recursive: true });
  writeFileSync(stampOf(name), fingerprint(name));
}

function isStale(name: SubgraphName): boolean {
  return !existsSync(stampOf(name)) || readFileSync(stampOf(name), 'utf8') !== fingerprint(name);
}

/** What the client depends on: the schema and the generator's version. */
function fingerprint(name: SubgraphName): string {
  const { version } = createRequire(import.meta.url)('prisma/package.json') as { version: string };
  return createHash('sha256')
    .update(version)
    .update(readFileSync(schemaOf(name)))
    .digest('hex');
}

function schemaOf(name: SubgraphName): string {
  return join(ROOT, 'prisma', name, 'schema.prisma');
}

function clientOf(name: SubgraphName): string {
  return join(ROOT, 'subgraphs', name, 'generated', 'prisma');
}

function stampOf(name: SubgraphName): string {
  return join(clientOf(name), '.schema-hash');
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { force: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } } });
  if (values.help) process.stdout.write(`${HELP}\n`);
  else {
    const made = await generatePrismaClients({ force: values.force });
    process.stdout.write(made.length === 0 ? 'Prisma Clients are up to date.\n' : `Made the Prisma Client of ${made.join(', ')}.\n`);
  }
}
