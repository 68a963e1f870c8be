import { parseArgs } from 'node:util';
import { type Config, ConfigError, loadConfig } from '#platform/config/config.ts';
import { readPort } from '#platform/config/port-flag.ts';
import type { VariableName } from '#platform/config/variables.ts';
import type { FeedSource } from '#platform/feed/feed.ts';
import { openRuntime, type ProcessRuntime } from './runtime.ts';
import { serveSubgraph } from './server.ts';
import type { RunningSubgraph, Runtime } from './subgraph.ts';
import type { SubgraphName } from './transport.ts';

/** A part of the platform that can be a process of its own. */
export interface ServerProcess {
  readonly name: SubgraphName | 'gateway';
  readonly help: string;
  /** Flags with a value that stand for environment variables, and win over them. */
  readonly variableFlags?: Readonly<Record<string, VariableName>>;
  /** Opens it on that port (undefined: the configured one). What was opened before a failure ends with the process. */
  readonly start: (runtime: ProcessRuntime, config: Config, port: number | undefined) => Promise<Serving>;
}

export interface Serving {
  readonly url: string;
  /** Closes everything but the runtime, in order. */
  close(): Promise<void>;
}

/** Runs a part as its own process, for `if (import.meta.main)` in its server.ts: reads flags (--port, --dev, --help) and environment, starts it, and closes
 * everything in order on SIGINT or SIGTERM (a second signal ends it at once). Exits with 1 and one clear sentence when it can't start. */
export const runServerProcess = async ({ name, help, variableFlags = {}, start }: ServerProcess): Promise<void> => {
  try {
    const flags = readFlags(process.argv.slice(2), variableFlags);
    if (flags.help) {
      process.stdout.write(help);
      return;
    }
    const config = loadConfig({ ...process.env, ...flags.variables }, flags.dev ? ['--dev'] : [], name);
    const runtime = await openRuntime(config, { process: name, nodeMetrics: true });
    closeOnSignal(name, runtime, await start(runtime, config, flags.port));
  } catch (error) {
    process.stderr.write(`${name} cannot start: ${explain(error)}\n`);
    process.exit(1);
  }
};

/** Runs one subgraph as its own process. */
export const runSubgraphProcess = (name: SubgraphName, open: (runtime: Runtime) => Promise<RunningSubgraph<FeedSource>>): Promise<void> =>
  runServerProcess({
    name,
    help: subgraphHelp(name),
    start: async (runtime, config, port) => {
      const running = await open(runtime);
      const served = await serveSubgraph(running, runtime, { host: config.host, port: port ?? config.subgraphPorts[name] });
      return {
        url: served.url,
        close: async () => {
          await served.close();
          await running.close();
        },
      };
    },
  });

const subgraphHelp = (name: SubgraphName): string => `Runs the ${name} subgraph of Fanfare as its own process.

  node subgraphs/${name}/server.ts [--port N] [--dev]

  --port N   port to listen on (default ${name.toUpperCase()}_PORT; 0 picks a free one)
  --dev      allow development aids; never with NODE_ENV=production
  --help     this text

It is configured by environment variables: see the table in README.md.
`;

const readFlags = (args: readonly string[], variableFlags: Readonly<Record<string, VariableName>>) => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...Object.fromEntries(Object.keys(variableFlags).map((flag) => [flag, { type: 'string' as const }])),
      port: { type: 'string' },
      dev: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const given: Readonly<Record<string, unknown>> = values;
  const variables = Object.entries(variableFlags).flatMap(([flag, name]) => {
    const value = given[flag];
    if (value === '') throw new ConfigError([`--${flag} needs a value.`]);
    return typeof value === 'string' ? [[name, value]] : [];
  });
  return { port: readPort(values.port), dev: values.dev, help: values.help, variables: Object.fromEntries(variables) };
};

const closeOnSignal = (name: string, runtime: ProcessRuntime, serving: Serving): void => {
  const { log } = runtime.telemetry(name);
  log.info({ url: serving.url }, `${name} serves`);
  let stopping = false;
  const stop = async (why: string, exitCode: number): Promise<void> => {
    if (stopping) process.exit(exitCode === 0 ? 130 : exitCode);
    stopping = true;
    log.info({ why }, `${name} goes down`);
    try {
      await serving.close();
      await runtime.close();
    } catch (error) {
      log.error({ err: error }, 'closing failed');
      process.exit(1);
    }
    process.exit(exitCode);
  };
  const crash = (error: unknown): void => {
    log.fatal({ err: error }, 'an error that nothing handled');
    void stop('an error that nothing handled', 1);
  };
  process.on('SIGINT', () => void stop('SIGINT', 0));
  process.on('SIGTERM', () => void stop('SIGTERM', 0));
  // Only where a supervisor started us with a channel: it is gone, and nobody else will ask.
  process.once('disconnect', () => void stop('the supervisor is gone', 0));
  // It may have gone while we were starting; then nothing tells any more.
  if (process.connected === false) void stop('the supervisor is gone', 0);
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
};

const explain = (error: unknown): string => {
  const code = (error as { readonly code?: unknown } | null)?.code;
  if (code === 'EADDRINUSE') return 'the port is taken: choose another one with --port, or end the process that has it.';
  return error instanceof Error ? error.message : String(error);
};
