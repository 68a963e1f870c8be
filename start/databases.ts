import { join } from 'node:path';
import { databaseOn } from '#platform/config/config.ts';
import { migrate } from '#platform/database/migrate.ts';
import { resetEmbeddedPostgres, startEmbeddedPostgres } from '#platform/embedded/postgres.ts';
import { SUBGRAPH_NAMES, type SubgraphName } from '#platform/subgraph/transport.ts';
import type { Closing } from './lifecycle.ts';
import type { StartOptions } from './options.ts';
import { say } from './report.ts';

/** A PostgreSQL server with every subgraph's database on it, up to date. */
export interface DatabaseServer {
  /** What DATABASE_URL is set to for everything that is started. */
  readonly url: string;
  readonly databaseUrls: Readonly<Record<SubgraphName, string>>;
  /** Null for a server of somebody else (DATABASE_URL). */
  readonly pid: number | null;
}

/** The server that DATABASE_URL names, else an embedded one in the data folder, which `closing` stops. Migrated. */
export const openDatabases = async (options: StartOptions, given: string | undefined, closing: Closing): Promise<DatabaseServer> => {
  const server = given === undefined || given === '' ? await openEmbedded(options, closing) : { url: usable(given, options), pid: null };
  const databaseUrls = Object.fromEntries(SUBGRAPH_NAMES.map((name) => [name, databaseOn(server.url, name)])) as Record<
    SubgraphName,
    string
  >;
  const results = await Promise.all(SUBGRAPH_NAMES.map((name) => migrate(name, databaseUrls[name])));
  const applied = results.reduce((sum, result) => sum + result.applied.length, 0);
  if (applied > 0) say(`Databases: ${applied} migrations applied.`);
  return { ...server, databaseUrls };
};

/** The given server's URL. Throws one sentence where it is none, or where it is asked to lose its data. */
function usable(given: string, options: StartOptions): string {
  if (!/^postgres(ql)?:/.test(given) || !URL.canParse(given))
    throw new Error(
      'DATABASE_URL must be an address like postgres://user:password@host:5432; correct it, or unset it for the embedded PostgreSQL.',
    );
  if (options.reset)
    throw new Error(
      '--reset deletes embedded data only, and DATABASE_URL names another server: use "npm run db:reset -- --yes", or unset it.',
    );
  return given;
}

async function openEmbedded(options: StartOptions, closing: Closing): Promise<{ url: string; pid: number }> {
  const dataDir = join(options.dataFolder, 'postgres');
  if (options.reset) {
    await resetEmbeddedPostgres(dataDir);
    say(`Deleted the data of ${dataDir}.`);
  }
  const postgres = await startEmbeddedPostgres({
    dataDir,
    say,
    onLost: (reason) => {
      // Nothing works without it, and a half-alive platform misleads: end, and say why.
      process.stderr.write(`The embedded PostgreSQL ended by itself (${reason}). Start again: nothing that was acknowledged is lost.\n`);
      process.exit(1);
    },
  });
  closing.add('PostgreSQL', () => postgres.stop());
  return { url: postgres.urlOf('postgres'), pid: postgres.pid };
}
