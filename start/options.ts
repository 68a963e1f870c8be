import { resolve } from 'node:path';
import { type ParseArgsConfig, parseArgs } from 'node:util';

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

/** As processes: how many of each subgraph, and how many gateways. */
export interface SplitOptions extends StartOptions {
  readonly replicas: number;
  readonly gateways: number;
}

const REPLICAS_MAX = 8;

/** Reads the command line of `npm start`. Null when `--help` was asked for. Throws UsageError. */
export const readStartOptions = (argv: readonly string[], env: Environment): StartOptions | null => {
  const values = parseFlags(argv, COMMON_FLAGS);
  return values['help'] === true ? null : commonOptions(values, env);
};

/** Reads the command line of `npm run start:split`. Null when `--help` was asked for. Throws UsageError. */
export const readSplitOptions = (argv: readonly string[], env: Environment): SplitOptions | null => {
  const ones = { type: 'string', default: '1' } as const;
  const values = parseFlags(argv, { ...COMMON_FLAGS, replicas: ones, gateways: ones });
  if (values['help'] === true) return null;
  const many = (flag: 'replicas' | 'gateways'): number => wholeNumber(`--${flag}`, values[flag], { min: 1, max: REPLICAS_MAX });
  return { ...commonOptions(values, env), replicas: many('replicas'), gateways: many('gateways') };
};

export const helpText = (command: string, what: string, more = ''): string => `Usage: ${command} [-- OPTIONS]

${what}

  --port N      port of the gateway on 127.0.0.1 (default 4000, or GATEWAY_PORT; 0 picks a free one)
  --data DIR    where the data lives (default .data)
  --no-demo     no demo activity: nobody chats or sends gifts by itself
  --reset       delete the data first, and start from nothing
${more}  --help        this text
`;

type Environment = Readonly<Record<string, string | undefined>>;
type Flags = NonNullable<ParseArgsConfig['options']>;
type FlagValues = Readonly<Record<string, unknown>>;

const COMMON_FLAGS = {
  port: { type: 'string' },
  data: { type: 'string' },
  'no-demo': { type: 'boolean' },
  reset: { type: 'boolean' },
  help: { type: 'boolean' },
} as const satisfies Flags;

const DATA_FOLDER = '.data';
const PORT = '4000';

function commonOptions(values: FlagValues, env: Environment): StartOptions {
  return {
    port: wholeNumber('--port', values['port'] ?? (env['GATEWAY_PORT'] || PORT), { min: 0, max: PORT_MAX }),
    dataFolder: resolve(folderName(values['data']) ?? (env['DATA_DIR'] || DATA_FOLDER)),
    demo: values['no-demo'] !== true,
    reset: values['reset'] === true,
  };
}

/** An empty name would mean the folder that we are in. */
function folderName(given: unknown): string | undefined {
  if (given === '') throw new UsageError('--data must name a folder, not nothing.');
  return given === undefined ? undefined : String(given);
}

function wholeNumber(flag: string, text: unknown, { min, max }: { readonly min: number; readonly max: number }): number {
  const value = Number(text);
  if (text === '' || !Number.isInteger(value) || value < min || value > max)
    throw new UsageError(`${flag} must be a whole number from ${min} to ${max}, not "${text}".`);
  return value;
}

function parseFlags(args: readonly string[], options: Flags): FlagValues {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    // npm keeps options for itself that stand before a lone --, and hands on what stands after them.
    const hint = reason.startsWith('Unexpected argument')
      ? 'npm hands on only what stands behind a lone --: npm start -- --port 4001.'
      : '';
    throw new UsageError(`${reason.split('. ')[0]}. ${hint || 'Run with --help to see what there is.'}`);
  }
}
