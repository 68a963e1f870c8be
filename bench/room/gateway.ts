/** A process: the gateway as in production, in front of a messaging subgraph in another process; the other subgraphs are away. It gives tokens, and refuses nobody for asking too often. */
import { loadConfig } from '#platform/config/config.ts';
import { openRuntime } from '#platform/subgraph/runtime.ts';
import { SUBGRAPH_NAMES } from '#platform/subgraph/transport.ts';
import { PRODUCT_BUDGETS } from '../../gateway/demand/demand.ts';
import { startGateway } from '../../gateway/server.ts';
import { serveCommands } from '../support/child.ts';

export type RoomGatewayCommands = {
  /** Its URL. */
  readonly open: (to: { readonly messagingUrl: string; readonly identityKeys: string; readonly dataDir: string }) => Promise<string>;
};

/** So that nothing is refused: what is taken is counted all the same. */
const UNBOUNDED = { capacity: 1e9, refillPerSecond: 1e9 };
const BUDGETS = { user: UNBOUNDED, address: UNBOUNDED };

const commands: RoomGatewayCommands = {
  open: async ({ messagingUrl, identityKeys, dataDir }) => {
    const env = { LOG_LEVEL: 'warn', METRICS_REPORT_SECONDS: '0', GATEWAY_PORT: '0', HOST: '127.0.0.1' };
    const config = loadConfig({ ...env, DATA_DIR: dataDir, IDENTITY_KEYS: identityKeys, MESSAGING_URL: messagingUrl }, ['--dev']);
    const runtime = await openRuntime(config, { process: 'gateway' });
    const transports = SUBGRAPH_NAMES.map((name) => runtime.transport(name));
    return (await startGateway({ config, runtime, transports, rates: BUDGETS, budgets: { ...PRODUCT_BUDGETS, ...BUDGETS } })).url;
  },
};

serveCommands(commands);
