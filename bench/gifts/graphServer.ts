/** A process of the graph bench: gateway and trading together, or one of them. The other subgraphs are away. */
import { loadConfig } from '#platform/config/config.ts';
import type { FeedSource } from '#platform/feed/feed.ts';
import { openRuntime } from '#platform/subgraph/runtime.ts';
import { serveSubgraph } from '#platform/subgraph/server.ts';
import type { RunningSubgraph, Runtime } from '#platform/subgraph/subgraph.ts';
import { SUBGRAPH_NAMES } from '#platform/subgraph/transport.ts';
import { PRODUCT_BUDGETS } from '../../gateway/demand/demand.ts';
import { startGateway } from '../../gateway/server.ts';
import { startTrading } from '../../subgraphs/trading/server.ts';
import { serveCommands } from '../support/child.ts';

/** So that nothing is refused: what is taken is counted all the same. */
const UNBOUNDED = { capacity: 1e9, refillPerSecond: 1e9 };

export interface GraphServer {
  readonly serves: 'both' | 'trading' | 'gateway';
  readonly databaseUrl: string;
  readonly dataDir: string;
  /** Where trading is; '' where it is in this process. */
  readonly tradingUrl: string;
}

export type GraphServerCommands = {
  /** Its URL. */
  readonly open: (server: GraphServer) => Promise<string>;
};

const commands: GraphServerCommands = {
  open: async ({ serves, databaseUrl, dataDir, tradingUrl }) => {
    const env = { LOG_LEVEL: 'info', METRICS_REPORT_SECONDS: '0', GATEWAY_PORT: '0', HOST: '127.0.0.1', DATA_DIR: dataDir };
    const urls = { TRADING_DATABASE_URL: databaseUrl, ...(tradingUrl === '' ? {} : { TRADING_URL: tradingUrl }) };
    const config = loadConfig({ ...env, ...urls, IDENTITY_KEYS: IDENTITY_KEY }, ['--dev']);
    const runtime = await openRuntime(config, { process: serves === 'both' ? 'fanfare' : serves });
    const trading = serves === 'gateway' ? null : await startTrading(runtime);
    if (serves === 'trading' && trading !== null) return serveTrading(trading, runtime);
    const transports = SUBGRAPH_NAMES.map((name) => (name === 'trading' && trading !== null ? trading.transport : runtime.transport(name)));
    const budgets = { user: UNBOUNDED, address: UNBOUNDED };
    const demand = { ...PRODUCT_BUDGETS, ...budgets };
    return (await startGateway({ config, runtime, transports, rates: budgets, budgets: demand })).url;
  },
};

const serveTrading = async (trading: RunningSubgraph<FeedSource>, runtime: Runtime): Promise<string> =>
  (await serveSubgraph(trading, runtime, { host: '127.0.0.1', port: 0 })).url;

/** For this machine and this run. */
const IDENTITY_KEY = `bench:${Buffer.alloc(32, 1).toString('base64')}`;

serveCommands(commands);
