import { sqlStateOf } from './sqlstate.ts';

/** SQLSTATE classes that pass by themselves: connection, transaction rollback, resources, operator's intervention, system errors. */
const TRANSIENT_CLASSES: ReadonlySet<string> = new Set(['08', '40', '53', '57', '58']);
/** Lock not available, and a transaction that idled too long: somebody else's fault, and over soon. */
const TRANSIENT_STATES: ReadonlySet<string> = new Set(['55P03', '25P03', '25P04']);
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
/** What Prisma's adapter makes of the same. */
const LOST_KINDS: ReadonlySet<unknown> = new Set(['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TooManyConnections']);

/** A database that answers and must not be used: its schema is older, or it is another one than it should be. Whoever asks is told that it is away, which it is for us. */
export class UnfitDatabaseError extends Error {
  constructor(why: unknown) {
    super(why instanceof Error ? why.message : String(why), { cause: why });
    this.name = 'UnfitDatabaseError';
  }
}

/** Whether PostgreSQL will stop answering this way by itself. */
export const isTransientState = (state: string): boolean => TRANSIENT_CLASSES.has(state.slice(0, 2)) || TRANSIENT_STATES.has(state);

/** Whether the connection was lost or could not be had, or what it leads to is not fit for use: what was to be done there was not begun, or lost with the connection. */
export const isLostConnection = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  if (error instanceof UnfitDatabaseError) return true;
  if (error instanceof AggregateError) return error.errors.some(isLostConnection);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return SOCKET_CODES.has(code) || LOST_CONNECTION.test(error.message);
};

/** Whether a read failed because the database is away for now (a restart, a failover, too many connections), whoever asked it: tagged SQL or Prisma. The same
 * question may be asked again. */
export const isDatabaseAway = (error: unknown): boolean => {
  const state = sqlStateOf(error);
  if (state !== null) return isTransientState(state);
  const told = toldByPrisma(error);
  if (told === null) return isLostConnection(error);
  return LOST_KINDS.has(told.kind) || (typeof told.originalCode === 'string' && isTransientState(told.originalCode));
};

/** What the driver told Prisma, which hangs it on its own error. */
function toldByPrisma(error: unknown): { readonly kind?: unknown; readonly originalCode?: unknown } | null {
  const meta = fieldOf(error, 'meta');
  const told = fieldOf(fieldOf(meta, 'driverAdapterError'), 'cause');
  return typeof told === 'object' ? told : null;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}
