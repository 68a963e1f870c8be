import type { Config } from '#platform/config/config.ts';
import { runServerProcess, type Serving } from '#platform/subgraph/process.ts';
import type { Runtime } from '#platform/subgraph/subgraph.ts';
import { SUBGRAPH_NAMES, type SubgraphTransport } from '#platform/subgraph/transport.ts';

/** What a process needs of the gateway that it runs. */
export type StartGateway = (options: {
  readonly config: Config;
  readonly runtime: Runtime;
  readonly transports: readonly SubgraphTransport[];
}) => Promise<Serving>;

/** Runs the gateway as its own process, reaching the subgraphs by their URLs. */
export const runGatewayProcess = (start: StartGateway): Promise<void> =>
  runServerProcess({
    name: 'gateway',
    help: HELP,
    variableFlags: { safelist: 'SAFELIST_FILE' },
    start: (runtime, config, port) =>
      start({
        config: { ...config, gatewayPort: port ?? config.gatewayPort },
        runtime,
        transports: SUBGRAPH_NAMES.map((name) => runtime.transport(name)),
      }),
  });

const HELP = `Runs the gateway of Fanfare as its own process.

  node gateway/server.ts [--port N] [--dev] [--safelist FILE]
  node gateway/server.ts --supergraph FILE --insecure [--port N] [--host H]

  --port N   port to listen on (default GATEWAY_PORT; 0 picks a free one)
  --dev      serve /dev/token to callers on this machine; never with NODE_ENV=production
  --safelist FILE  run listed operations only: a manifest, read again whenever it changes (the same as SAFELIST_FILE;
             SAFELIST_MODE=log lets others run and logs them)
  --help     this text

  --supergraph FILE  serve this supergraph instead, with the subgraphs at the addresses that it names; ending in .json: the list of
                     subgraphs that it is composed from. Read again whenever it changes
  --insecure         without identity: only on a loopback address, and never with NODE_ENV=production
  --host H           the loopback address to listen on (default 127.0.0.1; the default port is 4000)

It reaches the subgraphs at STREAMING_URL, TRADING_URL, MESSAGING_URL and MONITORING_URL, and is configured by environment
variables: see the table in README.md.
`;
