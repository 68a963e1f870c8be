// npm run -s bench -- NAME [--FORM [VALUE]] [--seconds N] [--data DIR] [--help]
// Prints progress to stderr, a table for people to stdout, and as the last line of stdout one JSON object with the figures.
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Bench, Form, Setting } from './support/bench.ts';

/** Every bench, by name: loaded only when it runs. */
const BENCHES: Readonly<Record<string, () => Promise<Bench>>> = {
  gateway: async () => (await import('./gateway/gateway.ts')).gateway,
  fetches: async () => (await import('./fetches/fetches.ts')).fetches,
  fanout: async () => (await import('./fanout/fanout.ts')).fanout,
  gifts: async () => (await import('./gifts/gifts.ts')).gifts,
  chat: async () => (await import('./chat/chat.ts')).chat,
  room: async () => (await import('./room/room.ts')).room,
};

const SECONDS: Setting = { about: 'how long each measured part takes', usual: 10, min: 1, max: 600 };

const main = async (): Promise<void> => {
  const { name, bench, form, value, settings, seconds, data } = await asked();
  const folder = data ?? (await temporaryFolder());
  const chosen = form ?? bench;
  try {
    const figures = await chosen.run({ seconds, dataDir: folder, value, settings, say: (line) => process.stderr.write(`${line}\n`) });
    const shown = Object.entries(figures).filter(([figure]) => chosen.tableOnly?.includes(figure) !== true);
    process.stdout.write(`${chosen.table(figures)}\n${JSON.stringify({ bench: form?.name ?? name, ...Object.fromEntries(shown) })}\n`);
  } finally {
    if (data === undefined) await rm(folder, { recursive: true, force: true });
  }
};

interface Asked {
  readonly name: string;
  readonly bench: Bench;
  readonly form: Form | null;
  readonly value: string;
  readonly settings: Readonly<Record<string, number>>;
  readonly seconds: number;
  readonly data: string | undefined;
}

const asked = async (): Promise<Asked> => {
  const [name = '', ...rest] = process.argv.slice(2);
  if (name === '--help' || rest.includes('--help')) {
    process.stdout.write(await help());
    process.exit();
  }
  const load = BENCHES[name];
  if (load === undefined)
    throw new UsageError(`${name === '' ? 'Say which bench to run.' : `There is no bench called ${name}.`}\n\n${await help()}`);
  const bench = await load();
  const forms = Object.entries(bench.forms ?? {});
  const ofForms = Object.fromEntries(
    forms.map(([option, { value }]) => [option, { type: value === undefined ? 'boolean' : 'string' } as const]),
  );
  const ofSettings = Object.fromEntries(Object.keys(bench.settings ?? {}).map((option) => [option, { type: 'string' } as const]));
  const { values } = parseArgs({
    args: rest,
    options: { seconds: { type: 'string' }, data: { type: 'string' }, ...ofForms, ...ofSettings },
  });
  const given: Readonly<Record<string, string | boolean | undefined>> = values;
  const seconds = wholeNumber('seconds', given['seconds'], SECONDS);
  const settings = Object.fromEntries(
    Object.entries(bench.settings ?? {}).map(([option, setting]) => [option, wholeNumber(option, given[option], setting)]),
  );
  const wanted = forms.filter(([option]) => given[option] !== undefined);
  if (wanted.length > 1) throw new UsageError(`One form at a time: ${wanted.map(([option]) => `--${option}`).join(' or ')}.`);
  const [option, form] = wanted[0] ?? ['', null];
  const value = given[option];
  const data = given['data'];
  return {
    name,
    bench,
    form,
    value: typeof value === 'string' ? value : '',
    settings,
    seconds,
    data: typeof data === 'string' ? data : undefined,
  };
};

const wholeNumber = (option: string, text: string | boolean | undefined, { usual, min, max }: Setting): number => {
  const value = text === undefined ? usual : Number(text);
  if (text === '' || !Number.isInteger(value) || value < min || value > max)
    throw new UsageError(`--${option} is a whole number from ${min} to ${max}.`);
  return value;
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
  const lines = benches.flatMap(({ name, about, explained, forms = {}, settings = {} }) => [
    `  ${name.padEnd(10)} ${about}`,
    ...(explained === undefined ? [] : [explained]),
    ...Object.entries(forms).map(([option, form]) => `    ${`--${option} ${form.value ?? ''}`.padEnd(14)} ${form.about}`),
    ...Object.entries(settings).map(([option, setting]) => `    ${`--${option} N`.padEnd(14)} ${describe(setting)}`),
  ]);
  return `npm run -s bench -- NAME [--FORM [VALUE]] [--seconds N] [--data DIR]

${lines.join('\n')}

  --seconds  ${describe(SECONDS)}
  --data     where the bench keeps its own PostgreSQL (a temporary folder, deleted afterwards)
`;
};

const describe = ({ about, usual, min, max }: Setting): string => `${about}, ${min} to ${max} (${usual})`;

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof UsageError ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
}
