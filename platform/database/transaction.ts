import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Logger } from '#platform/log/log.ts';
import { CommitUnknownError, type Statement, type Transaction } from './database.ts';
import { isAborted, isAnswerTimeout, isPlainRefusal, isRetryable } from './sqlstate.ts';

/** Tries of one transaction in all. Everybody locks in one order, so a deadlock is rare and two in a row are rarer. */
export const TRANSACTION_ATTEMPTS_MAX = 5;
/** The wait before the second try is somewhere between 0 and this; it doubles with each further try. Jitter keeps two rivals from meeting again. */
const RETRY_DELAY_MS = 10;

/** What a transaction tells the metrics. */
export interface TransactionObserver {
  retried(name: string): void;
  finished(name: string, outcome: 'committed' | 'rolled_back' | 'unknown'): void;
}

/** Runs `work` between BEGIN and COMMIT on a connection of `pool`; see `Database.transaction` for what it promises. */
export async function runTransaction<T>(
  pool: pg.Pool,
  log: Logger,
  observer: TransactionObserver,
  name: string,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const answer = await attemptTransaction(pool, log, name, work);
      observer.finished(name, 'committed');
      return answer;
    } catch (error) {
      if (!isRetryable(error) || attempt >= TRANSACTION_ATTEMPTS_MAX) {
        observer.finished(name, error instanceof CommitUnknownError ? 'unknown' : 'rolled_back');
        throw error;
      }
      observer.retried(name);
      await sleep(Math.random() * RETRY_DELAY_MS * 2 ** (attempt - 1));
    }
  }
}

/** Runs one statement on its own and answers with its rows. Unlike `pool.query`, which drops the connection after every error, it keeps one on which PostgreSQL
 * merely refused a statement: a caller's mistake must not cost a new connection. */
export async function runOnPool<Row extends object>(pool: pg.Pool, statement: Statement): Promise<Row[]> {
  const connection = await pool.connect();
  let broken: Error | undefined;
  try {
    return await runStatement<Row>(connection, statement);
  } catch (error) {
    if (!isPlainRefusal(error)) broken = toError(error);
    throw error;
  } finally {
    connection.release(broken);
  }
}

/** Runs one statement on a connection and answers with its rows. */
export async function runStatement<Row extends object>(connection: pg.ClientBase, statement: Statement): Promise<Row[]> {
  const { rows } = await connection.query<Row>(toQueryConfig(statement));
  return rows;
}

async function attemptTransaction<T>(pool: pg.Pool, log: Logger, name: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
  const connection = await pool.connect();
  // A connection that dies between two statements reports it here and nowhere else; without a listener the process would end.
  let lost: Error | null = null;
  const onLost = (error: Error): void => {
    lost ??= error;
  };
  connection.on('error', onLost);
  const effects: (() => void)[] = [];
  let broken: Error | undefined;
  try {
    await connection.query('BEGIN');
    const answer = await attemptWork(connection, effects, work);
    if (lost !== null) throw lost;
    await commit(connection, name);
    runEffects(effects, log, name);
    return answer;
  } catch (error) {
    broken = await rollBack(connection, error);
    throw error;
  } finally {
    connection.removeListener('error', onLost);
    connection.release(broken ?? lost ?? undefined);
  }
}

async function attemptWork<T>(connection: pg.PoolClient, effects: (() => void)[], work: (tx: Transaction) => Promise<T>): Promise<T> {
  let open = true;
  let failed: { readonly error: unknown } | null = null;
  const tx: Transaction = {
    query: <Row extends object>(statement: Statement): Promise<Row[]> => {
      // A statement after the end would run on a connection that somebody else may hold by now.
      if (!open) return Promise.reject(new Error('this transaction has ended: await every statement inside it'));
      const answer = runStatement<Row>(connection, statement);
      answer.catch((error: unknown) => {
        failed ??= { error };
      });
      return answer;
    },
    afterCommit: (effect) => {
      effects.push(effect);
    },
  };
  try {
    return await work(tx);
  } catch (error) {
    // Of statements that travel together those behind the one that failed say only that the transaction is over. Theirs may be the first to get here; what matters is why.
    throw isAborted(error) ? (failed ?? { error }).error : error;
  } finally {
    open = false;
  }
}

async function commit(connection: pg.PoolClient, name: string): Promise<void> {
  let command: string;
  try {
    ({ command } = await connection.query('COMMIT'));
  } catch (error) {
    if (isPlainRefusal(error)) throw error;
    throw new CommitUnknownError({ cause: error });
  }
  // PostgreSQL answers COMMIT with ROLLBACK when a statement failed before and its error was swallowed.
  if (command !== 'COMMIT') {
    throw new Error(`transaction ${name} was rolled back: a statement in it failed and the failure was swallowed; let it propagate`);
  }
}

/** Ends a failed transaction. Answers with the error that makes the connection unfit for further use, if there is one. */
async function rollBack(connection: pg.PoolClient, cause: unknown): Promise<Error | undefined> {
  // The answer is still due, or the connection is gone: another statement would only wait for the same.
  if (cause instanceof CommitUnknownError || isAnswerTimeout(cause)) return cause;
  try {
    await connection.query('ROLLBACK');
    return undefined;
  } catch (error) {
    return toError(error);
  }
}

function runEffects(effects: readonly (() => void)[], log: Logger, name: string): void {
  for (const effect of effects) {
    try {
      effect();
    } catch (error) {
      log.error({ err: error, transaction: name }, 'an effect after COMMIT threw; the transaction stands, the effect is lost');
    }
  }
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error), { cause: error });
}

function toQueryConfig(statement: Statement): pg.QueryConfig {
  const values = statement.values === undefined ? {} : { values: statement.values as unknown[] };
  return statement.name === undefined ? { text: statement.text, ...values } : { text: statement.text, name: statement.name, ...values };
}
