import { isIPv4 } from 'node:net';
import { parseArgs } from 'node:util';
import { ConfigError, loadConfig } from '#platform/config/config.ts';
import { readPort } from '#platform/config/port-flag.ts';
import { createTelemetry } from '#platform/telemetry/open.ts';
import { fileSource } from '../supergraph/source.ts';
import { type LoneGateway, startLoneGateway } from './server.ts';

/** What the command line of a gateway that runs alone says. */
export interface LoneFlags {
  readonly supergraph: string;
  readonly host: string;
  readonly port: number;
}

/** Whether the command line asks for a gateway over a supergraph of its own. */
export const asksForLoneGateway = (args: readonly string[]): boolean =>
  args.some((argument) => argument === '--supergraph' || argument.startsWith('--supergraph='));

const DEFAULT_PORT = 4_000;

/** Reads the flags. Throws ConfigError with one sentence per problem: without identity the gateway serves nobody but this machine. */
export const readLoneFlags = (args: readonly string[], env: Readonly<Record<string, string | undefined>>): LoneFlags => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      supergraph: { type: 'string', default: '' },
      host: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string' },
      insecure: { type: 'boolean', default: false },
    },
  });
  const port = readPort(values.port) ?? DEFAULT_PORT;
  const problems = [
    values.supergraph === '' ? '--supergraph needs the name of a file.' : '',
    values.insecure ? '' : '--supergraph serves without identity, which it does only when told so with --insecure.',
    values.insecure && env['NODE_ENV'] === 'production' ? '--insecure does not go with NODE_ENV=production: leave out one of them.' : '',
    isLoopback(values.host) ? '' : `--insecure serves this machine only: --host is a loopback address, not ${values.host}.`,
  ].filter((problem) => problem !== '');
  if (problems.length > 0) throw new ConfigError(problems);
  return { supergraph: values.supergraph, host: values.host, port };
};

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));

/** Runs the gateway alone on a supergraph, for `node gateway/server.ts --supergraph FILE --insecure`. SIGINT and SIGTERM end it in order. Exits with 1
 * and one clear sentence when it can't start. */
export const runLoneGateway = async (args: readonly string[]): Promise<void> => {
  try {
    const flags = readLoneFlags(args, process.env);
    const { NODE_ENV, LOG_LEVEL, LOG_FORMAT, SLOW_OPERATION_MS } = process.env;
    const config = loadConfig({ NODE_ENV, LOG_LEVEL, LOG_FORMAT, SLOW_OPERATION_MS });
    const { slowOperationMs } = config;
    const telemetry = createTelemetry('gateway', config);
    const gateway = await startLoneGateway({ ...flags, source: fileSource(flags.supergraph), telemetry, slowOperationMs });
    stopOnSignals(gateway);
    telemetry.log.info({ url: gateway.url, supergraph: flags.supergraph }, 'gateway serves, without identity');
  } catch (error) {
    process.stderr.write(`gateway cannot start: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
};

const stopOnSignals = (gateway: LoneGateway): void => {
  let stopping = false;
  const stop = (): void => {
    // A second signal means: at once.
    if (stopping) process.exit(130);
    stopping = true;
    gateway.close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`gateway could not close: ${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
};
