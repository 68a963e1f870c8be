import { parseArgs } from 'node:util';
import { resolve } from 'node:path';

/** What the two ways to start have in common. */
export interface StartOptions {
  readonly port: number;
  /** Absolute. */
  readonly dataFolder: string;
  readonly demo: boolean;
  readonly reset: boolean;
}

/** A wrong flag or value: said in one sentence, without a stack. */
export class UsageError extends Error {}

const PORT_MAX = 65_535;

/** Reads the command line. Null when `--help` was asked for. Throws UsageError. */
export const readStartOptions = (argv: readonly string[], env: Readonly<Record<string, string | undefined>>): StartOptions | null => {
  const values = parseFlags(argv);
  if (values.help) return null;
  const portText = values.port ?? env['GATEWAY_PORT'] ?? '4000';
  const port = Number(portText);
  if (!Number.isInteger(port) || port < 0 || port > PORT_MAX) {
    throw new UsageError(`--port must be a whole number from 0 to ${PORT_MAX} (0 picks a free one), not "${portText}".`);
  }
  return { port, dataFolder: resolve(values.data), demo: !values['no-demo'], reset: values.reset };
};

function parseFlags(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        port: { type: 'string' },
        data: { type: 'string', default: '.data' },
        'no-demo': { type: 'boolean', default: false },
        reset: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${reason.split('. ')[0]}. Run with --help to see what there is.`);
  }
}

export const helpText = (command: string, what: string): string => `Usage: ${command} [-- OPTIONS]

${what}

  --port N      port of the gateway on 127.0.0.1 (default 4000, or GATEWAY_PORT; 0 picks a free one)
  --data DIR    where the data lives (default .data)
  --no-demo     no demo streams' activity: nobody chats or sends gifts by itself
  --reset       delete the data folder first, and start from nothing
  --help        this text
`;
