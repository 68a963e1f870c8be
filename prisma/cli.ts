import { join, resolve } from 'node:path';
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { databaseOn } from '#platform/config/config.ts';
import { VARIABLES } from '#platform/config/variables.ts';
import { reasonOf } from '#platform/database/sqlstate.ts';
import { findEmbeddedPostgres, startEmbeddedPostgres } from '#platform/embedded/postgres.ts';
import { SUBGRAPH_NAMES, type SubgraphName } from '#platform/subgraph/transport.ts';

/** A wrong flag or value, or a refusal: one sentence, no stack. */
export class UsageError extends Error {}

/** Where the databases are. */
export interface Databases {
  /** One, except where TRADING_DATABASES spreads trading's shards. */
  urlsOf(name: SubgraphName): readonly string[];
  /** For people: what is being worked on. */
  readonly where: string;
}

export const WHERE_HELP = `The databases are those of DATABASE_URL (or STREAMING_DATABASE_URL and so on; all of TRADING_DATABASES), else of the embedded PostgreSQL in .data
(DATA_DIR), which is started for the time being if it is not running.`;

const EXIT_FAILED = 1;

/** Runs a command: prints its help for --help, and an error as one line with exit code 1. */
export async function runCommand(help: string, work: (argv: readonly string[]) => Promise<void>): Promise<void> {
  const argv = process.argv.slice(2);
  if (argv.includes('--help') || argv.includes('-h')) {
    say(help);
    return;
  }
  try {
    await work(argv);
  } catch (error) {
    process.stderr.write(`${reasonOf(error)}\n`);
    process.exitCode = EXIT_FAILED;
  }
}

/** `util.parseArgs`, strict, with its complaints as UsageErrors. */
export function readFlags<Options extends ParseArgsOptionsConfig>(argv: readonly string[], options: Options, allowPositionals = false) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)} (see --help)`, { cause: error });
  }
}

/** The subgraph of that name; all of them for undefined. */
export function chosenSubgraphs(given: string | undefined): readonly SubgraphName[] {
  if (given === undefined) return SUBGRAPH_NAMES;
  return [parseSubgraph(given)];
}

export function parseSubgraph(given: string): SubgraphName {
  const name = SUBGRAPH_NAMES.find((candidate) => candidate === given);
  if (name === undefined) throw new UsageError(`there is no subgraph "${given}": choose one of ${SUBGRAPH_NAMES.join(', ')}`);
  return name;
}

/** Runs `work` on the databases that the environment names, else on the embedded server: the one that is running, or one started for this and stopped after. */
export async function withDatabases(work: (databases: Databases) => Promise<void>): Promise<void> {
  const configured = configuredDatabases(process.env);
  if (configured !== null) return work(configured);
  const dataDir = join(resolve(process.env['DATA_DIR'] || '.data'), 'postgres');
  const running = findEmbeddedPostgres(dataDir, 'postgres');
  if (running !== null) return work({ urlsOf: (name) => [databaseOn(running, name)], where: `the running server in ${dataDir}` });
  await using server = await startEmbeddedPostgres({ dataDir, say });
  const url = server.urlOf('postgres');
  await work({ urlsOf: (name) => [databaseOn(url, name)], where: dataDir });
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function configuredDatabases(env: NodeJS.ProcessEnv): Databases | null {
  const ownUrlOf = (name: SubgraphName): string | undefined => env[`${name.toUpperCase()}_DATABASE_URL`] || undefined;
  const server = env['DATABASE_URL'] || undefined;
  const spread = spreadOf(env['TRADING_DATABASES'] || undefined);
  if (server === undefined && spread === null && SUBGRAPH_NAMES.every((name) => ownUrlOf(name) === undefined)) return null;
  return {
    where: server === undefined ? 'the configured databases' : `the server ${new URL(server).host}`,
    urlsOf: (name) => {
      if (name === 'trading' && spread !== null) return spread;
      const url = ownUrlOf(name) ?? (server === undefined ? undefined : databaseOn(server, name));
      if (url === undefined)
        throw new UsageError(`there is no database for ${name}: set ${name.toUpperCase()}_DATABASE_URL or DATABASE_URL`);
      return [url];
    },
  };
}

function spreadOf(given: string | undefined): readonly string[] | null {
  if (given === undefined) return null;
  const parsed = VARIABLES.TRADING_DATABASES.parser.safeParse(given);
  if (parsed.success) return parsed.data.map(({ url }) => url);
  throw new UsageError(`TRADING_DATABASES: ${parsed.error.issues[0]?.message ?? 'it is not valid'}`);
}

/** A database for people: the host and its name there, without the password. */
export function placeOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}

/** Tells on stderr how far a long command is, about once a second however often it is called. */
export function tellProgress(): (sentence: string) => void {
  let toldMs = performance.now();
  return (sentence) => {
    const nowMs = performance.now();
    if (nowMs - toldMs < PROGRESS_INTERVAL_MS) return;
    toldMs = nowMs;
    process.stderr.write(`${sentence}\n`);
  };
}

/** Progress is told this often at most: the work may take a second or an hour. */
const PROGRESS_INTERVAL_MS = 1_000;
