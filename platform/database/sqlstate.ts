import pg from 'pg';
import { RetryTransactionError } from './database.ts';

/** The SQLSTATE that PostgreSQL answered with, or null where the error did not come from PostgreSQL (a lost connection, a timeout, a bug). */
export function sqlStateOf(error: unknown): string | null {
  return error instanceof pg.DatabaseError && error.code !== undefined ? error.code : null;
}

/** True for a serialization failure or a deadlock (PostgreSQL rolled the transaction back, and the same work may succeed when it runs again), and where the work itself
 * asks to begin again. */
export function isRetryable(error: unknown): boolean {
  if (error instanceof RetryTransactionError) return true;
  const state = sqlStateOf(error);
  return state === '40001' || state === '40P01';
}

/** True where PostgreSQL refused a statement only because one before it, in the same transaction, has failed. */
export const isAborted = (error: unknown): boolean => sqlStateOf(error) === '25P02';

/** True where PostgreSQL itself said that the statement failed and went on living: a COMMIT that answers so did not happen. After FATAL and PANIC
 * (57P01 is a backend ended by an administrator), and without any answer, nobody knows. */
export function isPlainRefusal(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.severity === 'ERROR';
}

/** True where no answer came within the client's own limit (`query_timeout`): the connection is of no use any more. */
export function isAnswerTimeout(error: unknown): error is Error {
  return error instanceof Error && error.message === 'Query read timeout';
}

/** What an error says, in one line. Node reports a refused connection to several addresses as an AggregateError without a message of its own. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
