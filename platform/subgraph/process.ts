import { parseArgs } from 'node:util';
import { loadConfig } from '#platform/config/config.ts';
import { readPort } from '#platform/config/port-flag.ts';
import { openRuntime, type ProcessRuntime } from './runtime.ts';
import { serveSubgraph } from './server.ts';
import type { RunningSubgraph, Runtime } from './subgraph.ts';
import type { SubgraphName } from './transport.ts';

/** Runs one subgraph as its own process, for `if (import.meta.main)` in its server.ts: reads flags and environment, starts and serves it, and closes
 * everything in order on SIGINT or SIGTERM (a second signal ends it at once). Exits with 1 and one clear sentence when it can't start. */
export const runSubgraphProcess = async (name: SubgraphName, start: (runtime: Runtime) => Promise<RunningSubgraph>): Promise<void> => {
  try {
    const flags = readFlags(name, process.argv.slice(2));
    if (flags === null) return;
    const config = loadConfig(process.env, flags.dev ? ['--dev'] : [], name);
    const runtime = await openRuntime(config, { process: name, nodeMetrics: true });
    await serveUntilSignal(name, runtime, start, flags.port ?? config.subgraphPorts[name]);
  } catch (error) {
    process.stderr.write(`${name} cannot start: ${explain(error)}\n`);
    process.exit(1);
  }
};

const HELP = (name: SubgraphName): string => `Runs the ${name} subgraph of Fanfare as its own process.

  node subgraphs/${name}/server.ts [--port N] [--dev]

  --port N   port to listen on (default ${name.toUpperCase()}_PORT; 0 picks a free one)
  --dev      allow development aids; never with NODE_ENV=production
  --help     this text

It is configured by environment variables: see the table in README.md.
`;

const readFlags = (name: SubgraphName, args: readonly string[]): { readonly port: number | undefined; readonly dev: boolean } | null => {
  const { values } = parseArgs({
    args: [...args],
    options: { port: { type: 'string' }, dev: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  });
  if (values.help) {
    process.stdout.write(HELP(name));
    return null;
  }
  return { port: readPort(values.port), dev: values.dev };
};

const serveUntilSignal = async (
  name: SubgraphName,
  runtime: ProcessRuntime,
  start: (runtime: Runtime) => Promise<RunningSubgraph>,
  port: number,
): Promise<void> => {
  const { log } = runtime.telemetry(name);
  const running = await start(runtime);
  const served = await serveSubgraph(running, runtime, { host: runtime.config.host, port });
  log.info({ url: served.url }, `${name} serves`);

  let stopping = false;
  const stop = async (why: string, exitCode: number): Promise<void> => {
    if (stopping) process.exit(exitCode === 0 ? 130 : exitCode);
    stopping = true;
    log.info({ why }, `${name} goes down`);
    try {
      await served.close();
      await running.close();
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
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
};

const explain = (error: unknown): string => {
  const code = (error as { readonly code?: unknown } | null)?.code;
  if (code === 'EADDRINUSE') return 'the port is taken: choose another one with --port, or end the process that has it.';
  return error instanceof Error ? error.message : String(error);
};
