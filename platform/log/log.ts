import { pino } from 'pino';
import type { Config } from '#platform/config/config.ts';

/** Structured JSON log lines with the request id; pretty single lines on a terminal. Tokens, keys and passwords are redacted. */
export type Logger = pino.Logger;

/** Where lines go: process.stdout, or a test's collector. */
export interface LogOutput {
  write(line: string): void;
}

const SECRET_NAMES = [
  'authorization',
  'cookie',
  'token',
  'accessToken',
  'identity',
  'password',
  'secret',
  'connectionString',
  'x-fanfare-identity',
] as const;

const SECRETS: ReadonlySet<string> = new Set(SECRET_NAMES);
const CENSORED = '[redacted]';
const HIDDEN = Object.fromEntries(SECRET_NAMES.map((name) => [name, () => CENSORED]));
/** The top level and two below it cover what is logged (request, headers, error). */
const REDACTED_DEPTH = 3;

/** The same object, or a copy without its secrets. (pino's own redaction by wildcards takes 30 µs per line, twenty times what all the rest of it takes.) */
const redacted = (object: Record<string, unknown>, depth = REDACTED_DEPTH): Record<string, unknown> => {
  let copy: Record<string, unknown> | null = null;
  for (const key in object) {
    const value = object[key];
    const shown = SECRETS.has(key) && value !== undefined ? CENSORED : depth > 1 && isWalked(value) ? redacted(value, depth - 1) : value;
    if (shown === value) continue;
    copy ??= Array.isArray(object) ? Object.assign([], object) : { ...object };
    copy[key] = shown;
  }
  return copy ?? object;
};

// Errors are described field by field, by a serializer.
const isWalked = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !(value instanceof Error) && !(value instanceof Date) && !ArrayBuffer.isView(value);

/** The process's root logger; services log through `logger.child({ service })`. `auto` writes for people when stdout is a terminal. */
export const createLogger = (config: Pick<Config, 'logLevel' | 'logFormat'>, output?: LogOutput): Logger => {
  const pretty = config.logFormat === 'pretty' || (config.logFormat === 'auto' && output === undefined && process.stdout.isTTY);
  const target = output ?? process.stdout;
  const options: pino.LoggerOptions = {
    level: config.logLevel,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }), log: (line) => redacted(line) },
    // What child loggers always say passes serializers alone.
    serializers: { ...HIDDEN, err: (error: unknown) => describeError(error) },
  };
  if (pretty) return pino(options, { write: (line: string) => target.write(formatPretty(line)) });
  return output === undefined ? pino(options) : pino(options, output);
};

/** Causes below causes that are written at most. */
const CAUSES_MAX = 5;
/** What errors carry beside message and stack that helps an operator. Drivers hang whole clients with keys, and rows of users, on theirs: never written. */
const ERROR_FIELDS = ['code', 'retryAfterMs', 'syscall', 'address', 'port', 'severity', 'schema', 'table', 'constraint'] as const;

/** An error as it is logged: type, message, stack, a few known fields and its causes. */
const describeError = (error: unknown, depth = 0): unknown => {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  const fields = ERROR_FIELDS.flatMap((name): [string, unknown][] => {
    const value = (error as unknown as Readonly<Record<string, unknown>>)[name];
    return typeof value === 'string' || typeof value === 'number' ? [[name, value]] : [];
  });
  const cause = error.cause === undefined || depth >= CAUSES_MAX ? {} : { cause: describeError(error.cause, depth + 1) };
  return { type: error.name, message: error.message, stack: error.stack, ...Object.fromEntries(fields), ...cause };
};

const HIDDEN_IN_PRETTY = new Set(['level', 'time', 'service', 'msg', 'err']);

/** One JSON line as `12:34:56.789 info  trading: settled gifts=3`, with an error's stack below it. */
export const formatPretty = (line: string): string => {
  const entry = JSON.parse(line) as Record<string, unknown>;
  const time = String(entry['time'] ?? '').slice(11, 23);
  const level = String(entry['level'] ?? '').padEnd(5);
  const service = entry['service'] === undefined ? '' : `${String(entry['service'])}: `;
  const fields = Object.entries(entry)
    .filter(([name]) => !HIDDEN_IN_PRETTY.has(name))
    .map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const trouble = entry['err'] === undefined ? '' : `\n  ${stackOf(entry['err'] as LoggedError).replaceAll('\n', '\n  ')}`;
  return `${time} ${level} ${service}${String(entry['msg'] ?? '')}${fields.join('')}${trouble}\n`;
};

interface LoggedError {
  readonly stack?: string;
  readonly message?: string;
  readonly cause?: LoggedError;
}

const stackOf = ({ stack, message, cause }: LoggedError): string =>
  (stack ?? message ?? '') + (cause === undefined ? '' : `\ncaused by ${stackOf(cause)}`);
