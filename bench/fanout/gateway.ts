/** A process: the gateway as in production, in front of a messaging subgraph in another process; the other subgraphs are away. */
import { loadConfig } from '#platform/config/config.ts';
import { openRuntime } from '#platform/subgraph/runtime.ts';
import { SUBGRAPH_NAMES } from '#platform/subgraph/transport.ts';
import { startGateway } from '../../gateway/server.ts';
import { serveCommands } from '../support/child.ts';

export type GatewayCommands = {
  /** Its URL. */
  readonly open: (to: { readonly messagingUrl: string; readonly identityKeys: string; readonly dataDir: string }) => Promise<string>;
};

const commands: GatewayCommands = {
  open: async ({ messagingUrl, identityKeys, dataDir }) => {
    const config = loadConfig({
      LOG_LEVEL: 'warn',
      METRICS_REPORT_SECONDS: '0',
      GATEWAY_PORT: '0',
      HOST: '127.0.0.1',
      DATA_DIR: dataDir,
      IDENTITY_KEYS: identityKeys,
      MESSAGING_URL: messagingUrl,
    });
    const runtime = await openRuntime(config, { process: 'gateway' });
    return (await startGateway({ config, runtime, transports: SUBGRAPH_NAMES.map((name) => runtime.transport(name)) })).url;
  },
};

serveCommands(commands);
