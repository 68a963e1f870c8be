import { parseArgs } from 'node:util';
import { type Config, loadConfig } from '#platform/config/config.ts';
import { readPort } from '#platform/config/port-flag.ts';
import { openRuntime } from '#platform/subgraph/runtime.ts';
import type { Runtime } from '#platform/subgraph/subgraph.ts';
import { SUBGRAPH_NAMES, type SubgraphTransport } from '#platform/subgraph/transport.ts';

/** What a process needs of the gateway that it runs. */
export type StartGateway = (options: {
  readonly config: Config;
  readonly runtime: Runtime;
  readonly transports: readonly SubgraphTransport[];
}) => Promise<{ readonly url: string; close(): Promise<void> }>;

/** Runs the gateway as its own process, for `if (import.meta.main)` in server.ts: reads flags and environment, reaches subgraphs by their URLs, and closes
 * everything in order on SIGINT or SIGTERM (a second signal ends it at once). Exits with 1 and one clear sentence when it can't start. */
export const runGatewayProcess = async (start: StartGateway): Promise<void> => {
  try {
    const flags = readFlags(process.argv.slice(2));
    if (flags === null) return;
    const loaded = loadConfig(process.env, flags.dev ? ['--dev'] : [], 'gateway');
    const config = { ...loaded, gatewayPort: flags.port ?? loaded.gatewayPort };
    await serveUntilSignal(config, start);
  } catch (error) {
    process.stderr.write(`gateway cannot start: ${explain(error)}\n`);
    process.exit(1);
  }
};

const HELP = `Runs the gateway of Fanfare as its own process.

  node gateway/server.ts [--port N] [--dev]

  --port N   port to listen on (default GATEWAY_PORT; 0 picks a free one)
  --dev      serve /dev/token to callers on this machine; never with NODE_ENV=production
  --help     this text

It reaches the subgraphs at STREAMING_URL, TRADING_URL, MESSAGING_URL and MONITORING_URL, and is configured by environment
variables: see the table in README.md.
`;

const readFlags = (args: readonly string[]): { readonly port: number | undefined; readonly dev: boolean } | null => {
  const { values } = parseArgs({
    args: [...args],
    options: { port: { type: 'string' }, dev: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return null;
  }
  return { port: readPort(values.port), dev: values.dev };
};

const serveUntilSignal = async (config: Config, start: StartGateway): Promise<void> => {
  const runtime = await openRuntime(config, { process: 'gateway', nodeMetrics: true });
  const { log } = runtime.telemetry('gateway');
  const gateway = await start({ config, runtime, transports: SUBGRAPH_NAMES.map((name) => runtime.transport(name)) });
  log.info({ url: gateway.url }, 'gateway serves');

  let stopping = false;
  const stop = async (why: string, exitCode: number): Promise<void> => {
    if (stopping) process.exit(exitCode === 0 ? 130 : exitCode);
    stopping = true;
    log.info({ why }, 'gateway goes down');
    try {
      await gateway.close();
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
