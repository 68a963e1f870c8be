import pg from 'pg';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import type { Database } from './database.ts';
import { requireCurrentSchema } from './schema-check.ts';
import { runOnPool, runTransaction, type TransactionObserver } from './transaction.ts';
import { columnTypes } from './types.ts';

/** Connections per process and database. Lanes need one each, reads the rest; ten processes still fit into PostgreSQL's default of 100. */
const POOL_MAX = 10;
/** No statement of ours takes longer when all is well: past this it is stuck, and its locks hold up everybody else. */
const STATEMENT_TIMEOUT_MS = 10_000;
/** Waiting longer for a lock means that its holder hangs. */
const LOCK_TIMEOUT_MS = 5_000;
/** A transaction that says nothing for so long has lost its process; its locks must go. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000;
/** How long to wait for a free connection or a new one before the caller hears that there is none. */
const CONNECT_TIMEOUT_MS = 5_000;
/** Without an answer past the server's own limit, the network swallowed it: the client gives the connection up. */
const ANSWER_TIMEOUT_MS = STATEMENT_TIMEOUT_MS + 5_000;
/** Long enough to keep connections over a lull, short enough to let a burst's connections go. */
const IDLE_CONNECTION_MS = 60_000;
const METRICS_INTERVAL_MS = 1_000;

export interface OpenDatabaseOptions {
  /** The subgraph's name: for logs, metrics, `application_name`, and prisma/<name>/migrations. */
  readonly name: string;
  readonly url: string;
  readonly telemetry: Telemetry;
  /** Connections at most (default 10). */
  readonly poolMax?: number;
}

/** Opens one subgraph's database and checks that its schema is at least as new as this version's migrations. Rejects with one sentence that says what to do
 * when the database cannot be reached, does not exist or is older. */
export async function openDatabase(options: OpenDatabaseOptions): Promise<Database> {
  const { name, telemetry } = options;
  const pool = new pg.Pool(poolConfig(options));
  // An idle connection that dies (restart, failover) is replaced on next use; without this listener it would end the process.
  pool.on('error', (error) => {
    // A closing pool does not wait for its sockets: losing them now is no news.
    if (!pool.ending) telemetry.log.warn({ err: error, database: name }, 'an idle database connection was lost');
  });
  // On a connection in use the caller gets the error; pg emits it a second time, also when Prisma's adapter holds it between two statements.
  pool.on('connect', (connection) => connection.on('error', () => undefined));
  const stopMetrics = reportPool(pool, name, telemetry);
  const observer = transactionObserver(name, telemetry);
  const database: Database = {
    name,
    pool,
    query: (statement) => runOnPool(pool, statement),
    transaction: (transactionName, work) => runTransaction(pool, telemetry.log, observer, transactionName, work),
    close: closeOnce(pool, stopMetrics),
  };
  try {
    await requireCurrentSchema(name, database);
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}

function poolConfig(options: OpenDatabaseOptions): pg.PoolConfig {
  return {
    connectionString: options.url,
    max: options.poolMax ?? POOL_MAX,
    application_name: `fanfare-${options.name}`,
    types: columnTypes,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    lock_timeout: LOCK_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    query_timeout: ANSWER_TIMEOUT_MS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_CONNECTION_MS,
    keepAlive: true,
    // Statements are sent as they are asked for, not one after the other's answer: PostgreSQL never waits for us between those that do not depend on each other.
    pipeline: true,
    // Prisma's adapter writes and reads times without their zone: right only when the session's zone is UTC.
    options: '-c timezone=UTC',
  };
}

function closeOnce(pool: pg.Pool, stopMetrics: () => void): () => Promise<void> {
  let closing: Promise<void> | null = null;
  return () => {
    if (closing === null) {
      stopMetrics();
      closing = pool.end();
    }
    return closing;
  };
}

function reportPool(pool: pg.Pool, database: string, telemetry: Telemetry): () => void {
  const labels = { database };
  const inUse = telemetry.gauge('fanfare_database_connections_in_use', 'Connections of the pool that somebody holds.', ['database']);
  const waiting = telemetry.gauge('fanfare_database_connections_waiting', 'Callers waiting for a connection of the pool.', ['database']);
  const report = (): void => {
    inUse.set(pool.totalCount - pool.idleCount, labels);
    waiting.set(pool.waitingCount, labels);
  };
  report();
  const timer = setInterval(report, METRICS_INTERVAL_MS);
  timer.unref();
  return () => clearInterval(timer);
}

function transactionObserver(database: string, telemetry: Telemetry): TransactionObserver {
  const transactions = telemetry.counter('fanfare_database_transactions_total', 'Transactions by how they ended.', [
    'database',
    'transaction',
    'outcome',
  ]);
  const retries = telemetry.counter(
    'fanfare_database_retries_total',
    'Transactions run again after a serialization failure or a deadlock.',
    ['database', 'transaction'],
  );
  return {
    finished: (transaction, outcome) => transactions.inc({ database, transaction, outcome }),
    retried: (transaction) => retries.inc({ database, transaction }),
  };
}
