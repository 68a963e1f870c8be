import { CommitUnknownError } from '#platform/database/database.ts';
import { sqlStateOf } from '#platform/database/sqlstate.ts';

/** What a failed transaction means for its batch.
 * `unknown`: COMMIT was under way; it may have happened. `transient`: it surely did not happen and the database may be back in a moment.
 * `data`: one of the commands can't be stored, or made `run` throw; its neighbours may be fine. `systemic`: no command would fare better. */
export type Failure = 'unknown' | 'transient' | 'data' | 'systemic';

/** SQLSTATE classes that pass by themselves: connection, transaction rollback, resources, operator's intervention, system errors. */
const TRANSIENT_CLASSES: ReadonlySet<string> = new Set(['08', '40', '53', '57', '58']);
/** Lock not available, and a transaction that idled too long: somebody else's fault, and over soon. */
const TRANSIENT_STATES: ReadonlySet<string> = new Set(['55P03', '25P03', '25P04']);
/** Syntax or access, no such schema, read-only server: the same for every command. */
const SYSTEMIC_CLASSES: ReadonlySet<string> = new Set(['25', '28', '3D', '3F', '42', 'XX']);
/** What Node's sockets and resolver say when the server is not there. */
const SOCKET_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'EAI_AGAIN',
  'ENOTFOUND',
]);
/** pg's own errors carry no code, only these words. */
const LOST_CONNECTION =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error|Client was closed)/;

/** Classifies what `Database.transaction` or a statement threw. */
export const failureOf = (error: unknown): Failure => {
  if (error instanceof CommitUnknownError) return 'unknown';
  const state = sqlStateOf(error);
  if (state !== null) return failureOfState(state);
  return isLostConnection(error) ? 'transient' : 'data';
};

const failureOfState = (state: string): Failure => {
  const stateClass = state.slice(0, 2);
  if (TRANSIENT_CLASSES.has(stateClass) || TRANSIENT_STATES.has(state)) return 'transient';
  return SYSTEMIC_CLASSES.has(stateClass) ? 'systemic' : 'data';
};

const isLostConnection = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError) return error.errors.some(isLostConnection);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return SOCKET_CODES.has(code) || LOST_CONNECTION.test(error.message);
};
