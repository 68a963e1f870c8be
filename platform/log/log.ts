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

// fast-redact has no "at any depth": the top level and two levels below it cover what is logged (request, headers, error).
const REDACTED = SECRET_NAMES.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]);

/** The process's root logger; services log through `logger.child({ service })`. `auto` writes for people when stdout is a terminal. */
export const createLogger = (config: Pick<Config, 'logLevel' | 'logFormat'>, output?: LogOutput): Logger => {
  const pretty = config.logFormat === 'pretty' || (config.logFormat === 'auto' && output === undefined && process.stdout.isTTY);
  const target = output ?? process.stdout;
  const options: pino.LoggerOptions = {
    level: config.logLevel,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: REDACTED, censor: '[redacted]' },
    serializers: { err: pino.stdSerializers.errWithCause },
  };
  if (pretty) return pino(options, { write: (line: string) => target.write(formatPretty(line)) });
  return output === undefined ? pino(options) : pino(options, output);
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
  const error = entry['err'] as { readonly stack?: string; readonly message?: string } | undefined;
  const trouble = error === undefined ? '' : `\n  ${(error.stack ?? error.message ?? '').replaceAll('\n', '\n  ')}`;
  return `${time} ${level} ${service}${String(entry['msg'] ?? '')}${fields.join('')}${trouble}\n`;
};
