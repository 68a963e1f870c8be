import pg from 'pg';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { isDatabaseAway, UnfitDatabaseError } from './away.ts';
import type { Database, Queryable } from './database.ts';
import { requireCurrentSchema, requireReachable } from './schema-check.ts';
import { StatementSocket } from './socket.ts';
import { runOnPool, runStatement, runTransaction, type TransactionObserver } from './transaction.ts';
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
  /** The subgraph's name: for `application_name`, prisma/<name>/migrations and, without a label, logs and metrics. */
  readonly name: string;
  /** Which of several databases of that name it is, for logs and metrics: `trading-16`. */
  readonly label?: string;
  readonly url: string;
  readonly telemetry: Telemetry;
  /** Connections at most (default 10). */
  readonly poolMax?: number;
  /** Looks at the database on its first connection, before anybody else gets one. What it throws, a sentence, keeps the database closed; the next connection looks again. */
  readonly check?: (database: Queryable) => Promise<void>;
}

/** Opens one subgraph's database and checks that its schema is at least as new as this version's migrations. Rejects with one sentence that says what to do
 * when the database cannot be reached, does not exist or is older. */
export async function openDatabase(options: OpenDatabaseOptions): Promise<Database> {
  const database = openDatabaseLater(options);
  try {
    await requireReachable(options.name, database);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** The same for a database that need not be there yet: it is looked at when its first connection comes about. Until then whoever asks it is told that it is away. */
export function openDatabaseLater(options: OpenDatabaseOptions): Database {
  const { name, telemetry, label = name } = options;
  const pool = new pg.Pool({ ...poolConfig(options), verify: onceChecked(options) });
  // An idle connection that dies (restart, failover) is replaced on next use; without this listener it would end the process.
  pool.on('error', (error) => {
    // A closing pool does not wait for its sockets: losing them now is no news.
    if (!pool.ending) telemetry.log.warn({ err: error, database: label }, 'an idle database connection was lost');
  });
  // On a connection in use the caller gets the error; pg emits it a second time, also when Prisma's adapter holds it between two statements.
  pool.on('connect', (connection) => connection.on('error', () => undefined));
  const stopMetrics = reportPool(pool, label, telemetry);
  const observer = transactionObserver(label, telemetry);
  return {
    name,
    label,
    pool,
    query: (statement) => runOnPool(pool, statement),
    transaction: (transactionName, work) => runTransaction(pool, telemetry.log, observer, transactionName, work),
    close: closeOnce(pool, stopMetrics),
  };
}

/** What pg's pool asks about each new connection before it hands it out: only the first one that is found fit is looked at. */
function onceChecked({ name, check }: OpenDatabaseOptions): NonNullable<pg.PoolConfig['verify']> {
  let checked = false;
  const look = async (connection: pg.PoolClient): Promise<void> => {
    if (checked) return;
    const database: Queryable = { query: (statement) => runStatement(connection, statement) };
    try {
      await requireCurrentSchema(name, database);
      await check?.(database);
    } catch (error) {
      throw isDatabaseAway(error) ? error : new UnfitDatabaseError(error);
    }
    checked = true;
  };
  return (connection, done) => {
    look(connection).then(
      () => done(),
      (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
    );
  };
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
    stream: () => new StatementSocket(),
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
