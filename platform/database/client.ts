import pg from 'pg';
import type { Queryable } from './database.ts';
import { reasonOf, sqlStateOf } from './sqlstate.ts';
import { runStatement } from './transaction.ts';
import { columnTypes } from './types.ts';

const CONNECT_TIMEOUT_MS = 10_000;

/** One connection for tools (migrations, resets), without the time limits that serving has. The caller ends it. */
export async function connectClient(url: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'fanfare-tool',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    types: columnTypes,
    options: '-c timezone=UTC',
  });
  // The statement under way gets the error; a second one on the connection itself must not end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    if (sqlStateOf(error) !== null) throw error;
    throw new Error(`PostgreSQL at ${new URL(url).host} cannot be reached (${reasonOf(error)}): check its URL and that it runs`, {
      cause: error,
    });
  }
}

/** Runs `work` on one connection to that database and closes it. */
export async function onDatabase<T>(url: string, work: (database: Queryable) => Promise<T>): Promise<T> {
  const client = await connectClient(url);
  try {
    return await work({ query: (statement) => runStatement(client, statement) });
  } finally {
    await client.end();
  }
}

/** Runs `work` beside the database of `url`: on the same server, in its database `postgres`. `database` is the name in `url`. */
export async function onServer<T>(url: string, work: (server: Queryable, database: string) => Promise<T>): Promise<T> {
  const maintenance = new URL(url);
  const database = decodeURIComponent(maintenance.pathname.slice(1));
  maintenance.pathname = '/postgres';
  return onDatabase(maintenance.href, (server) => work(server, database));
}
