// npm run -s bench -- NAME [--seconds N] [--data DIR] [--help]
// Prints progress to stderr, a table for people to stdout, and as the last line of stdout one JSON object with the figures.
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Bench } from './support/bench.ts';

/** Every bench, by name: loaded only when it runs. */
const BENCHES: Readonly<Record<string, () => Promise<Bench>>> = {
  gateway: async () => (await import('./gateway/gateway.ts')).gateway,
  fetches: async () => (await import('./fetches/fetches.ts')).fetches,
  fanout: async () => (await import('./fanout/fanout.ts')).fanout,
  gifts: async () => (await import('./gifts/gifts.ts')).gifts,
};

const SECONDS_DEFAULT = '10';
const SECONDS_MAX = 600;

const main = async (): Promise<void> => {
  const { values, positionals } = parseArgs({
    options: { seconds: { type: 'string', default: SECONDS_DEFAULT }, data: { type: 'string' }, help: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const name = positionals[0];
  const load = name === undefined ? undefined : BENCHES[name];
  if (values.help || load === undefined) {
    process.stdout.write(await help());
    if (!values.help) throw new UsageError(name === undefined ? 'Say which bench to run.' : `There is no bench called ${name}.`);
    return;
  }
  const seconds = Number(values.seconds);
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > SECONDS_MAX)
    throw new UsageError(`--seconds is a whole number from 1 to ${SECONDS_MAX}.`);
  const folder = values.data ?? (await temporaryFolder());
  try {
    const bench = await load();
    const figures = await bench.run({ seconds, dataDir: folder, say: (line) => process.stderr.write(`${line}\n`) });
    const shown = Object.entries(figures).filter(([figure]) => bench.tableOnly?.includes(figure) !== true);
    process.stdout.write(`${bench.table(figures)}\n${JSON.stringify({ bench: name, ...Object.fromEntries(shown) })}\n`);
  } finally {
    if (values.data === undefined) await rm(folder, { recursive: true, force: true });
  }
};

// As root the server runs as another user, who must be able to pass; mkdtemp lets nobody in.
const temporaryFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'fanfare-bench-'));
  await chmod(folder, 0o711);
  return folder;
};

class UsageError extends Error {}

const help = async (): Promise<string> => {
  const benches = await Promise.all(Object.entries(BENCHES).map(async ([name, load]) => ({ name, ...(await load()) })));
  const lines = benches.flatMap(({ name, about, explained }) => [
    `  ${name.padEnd(10)} ${about}`,
    ...(explained === undefined ? [] : [explained]),
  ]);
  return `npm run -s bench -- NAME [--seconds N] [--data DIR]

${lines.join('\n')}

  --seconds  how long each measured part takes, 1 to ${SECONDS_MAX} (${SECONDS_DEFAULT})
  --data     where the bench keeps its own PostgreSQL (a temporary folder, deleted afterwards)
`;
};

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof UsageError ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
}
