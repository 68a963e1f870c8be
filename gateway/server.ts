import { createServer, type IncomingMessage, type Server, type ServerOptions } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Config } from '#platform/config/config.ts';
import { FanfareError } from '#platform/errors.ts';
import { createDevIssuer, type DevIssuer } from '#platform/identity/dev-issuer.ts';
import { createTokenVerifier } from '#platform/identity/token-verifier.ts';
import { measureOperations } from '#platform/subgraph/measures.ts';
import type { Runtime } from '#platform/subgraph/subgraph.ts';
import type { SubgraphTransport } from '#platform/subgraph/transport.ts';
import { asksForLoneGateway, runLoneGateway } from './alone/process.ts';
import { createClientAddress } from './auth/address.ts';
import { createAuthenticate } from './auth/authenticate.ts';
import { createAllowances, type Rates } from './auth/rates.ts';
import { hiddenSchema, mayIntrospect } from './authorise/authorise.ts';
import { createFetchSharing } from './cache/fetches.ts';
import { Door } from './control/door.ts';
import { CONTROL_SOURCES } from './control/sources.ts';
import { type Budgets, createDemand, PRODUCT_BUDGETS } from './demand/demand.ts';
import type { Execution } from './execute/executor.ts';
import { startApollo } from './http/apollo.ts';
import { createCompressor } from './http/compress.ts';
import { createGraphQLRoute } from './http/graphql.ts';
import { createPages } from './http/pages.ts';
import { createRequestListener } from './http/routes.ts';
import {
  ADDRESS_RATE,
  ANSWER_TAKE_TIMEOUT_MS,
  CONNECTIONS_MAX,
  DRAIN_CLOSE_TIMEOUT_MS,
  DRAIN_SOCKETS_PER_SECOND,
  HEADER_BYTES_MAX,
  KEEP_ALIVE_MS,
  LISTEN_BACKLOG,
  REQUEST_RECEIVE_TIMEOUT_MS,
  SOCKETS_MAX,
  SOCKETS_PER_ADDRESS_MAX,
  SOCKETS_PER_USER_MAX,
  UPSTREAM_START_MS_MAX,
  USER_RATE,
} from './limits.ts';
import { observeOperations } from './observe/operations.ts';
import { createPersistedOperations } from './persisted/persisted.ts';
import { openSafelist } from './persisted/safelist.ts';
import { runGatewayProcess } from './process.ts';
import { createHub } from './subscribe/hub.ts';
import { createSocketOperations } from './subscribe/operations.ts';
import { createRecompile } from './subscribe/recompile.ts';
import { createSocketServer } from './subscribe/server.ts';
import type { Generation } from './supergraph/generation.ts';
import { type GraphStatus, openGraph } from './supergraph/graph.ts';
import type { Preloaded } from './supergraph/preload.ts';
import { fileSource, fixedSource } from './supergraph/source.ts';
import { createDataSource } from './traffic/dataSource.ts';
import { type Overload, shedOverload, watchOverload } from './traffic/overload.ts';
import { createUnderWay } from './underWay.ts';

export interface GatewayOptions {
  /** `host` and `gatewayPort` say where it listens (port 0 picks a free one). */
  readonly config: Config;
  readonly runtime: Runtime;
  /** The ways to the subgraphs of the supergraph. One that can't be reached (yet) makes its fields fail, not the gateway. */
  readonly transports: readonly SubgraphTransport[];
  /** Default: opened when `config.dev`. */
  readonly devIssuer?: DevIssuer;
  /** The supergraph, where it has been begun to read. */
  readonly preloaded?: Preloaded;
  /** Default: what SUPERGRAPH_FILE names. */
  readonly supergraphSdl?: string;
  /** Bounds that tests and benches lower or raise. */
  readonly rates?: Rates;
  readonly budgets?: Budgets;
  readonly socketsMax?: number;
  readonly socketsPerAddressMax?: number;
  readonly socketsPerUserMax?: number;
  readonly answerTakeTimeoutMs?: number;
  /** Default: whether this process keeps up with its timers. */
  readonly overload?: Overload;
  readonly drainSocketsPerSecond?: number;
  readonly upstreamStartMsMax?: number;
}

export interface RunningGateway {
  /** Its origin, for example http://127.0.0.1:4000. */
  readonly url: string;
  readonly port: number;
  /** Accepts nothing new, closes sockets with 1012 and finishes requests under way, at most for `config.shutdownSeconds`. */
  close(): Promise<void>;
}

/** What is served where nothing else is configured. */
export const COMMITTED_SUPERGRAPH = fileURLToPath(new URL('../schema/supergraph.graphql', import.meta.url));
const WEB_FOLDER = fileURLToPath(new URL('../web', import.meta.url));

/** Starts the gateway: one port for HTTP and WebSocket. Rejects when the port can't be had. */
export const startGateway = async (options: GatewayOptions): Promise<RunningGateway> => {
  const { config, runtime, transports } = options;
  const parts = await wire(options);
  let draining = false;
  const checkReady = async (): Promise<void> => {
    if (draining) throw new FanfareError('SHUTTING_DOWN', 'The gateway is going down.');
  };
  const server = createServer(SERVER_OPTIONS, parts.listenerWith(checkReady));
  server.maxConnections = CONNECTIONS_MAX;
  server.timeout = options.answerTakeTimeoutMs ?? ANSWER_TAKE_TIMEOUT_MS;
  server.on('upgrade', (request, socket, head) => {
    // From here on nobody else listens: the error of a client that resets the connection would end the process.
    socket.on('error', () => socket.destroy());
    if ((request.url ?? '').split('?', 1)[0] === '/graphql') parts.sockets.upgrade(request, socket, head);
    else refuseUpgrade(socket);
  });
  // A connection that was busy when the gateway began to go down would otherwise be kept alive until the patience is over.
  server.on('request', (_, response) => {
    response.once('close', () => {
      if (draining) setImmediate(() => server.closeIdleConnections());
    });
  });
  const port = await listen(server, config.host, config.gatewayPort);
  const unobserve = runtime.observe({ name: 'gateway', checkReady, dependencies: dependenciesOn(transports) });
  const close = async (): Promise<void> => {
    draining = true;
    unobserve();
    const timeoutMs = config.shutdownSeconds * 1_000;
    const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
    const cut = setTimeout(() => server.closeAllConnections(), timeoutMs);
    await parts.sockets.drain(timeoutMs);
    parts.hub.close();
    await parts.door.close();
    await closed;
    clearTimeout(cut);
    // Clients that hung up have left operations behind, which still need all of what ends now.
    await parts.underWay.idle(timeoutMs);
    parts.safelist.close();
    await parts.apollo.stop();
    parts.overload.close();
    await parts.graph.close();
  };
  let closing: Promise<void> | undefined;
  return {
    url: `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`,
    port,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
};

const SERVER_OPTIONS: ServerOptions = {
  maxHeaderSize: HEADER_BYTES_MAX,
  requestTimeout: REQUEST_RECEIVE_TIMEOUT_MS,
  headersTimeout: REQUEST_RECEIVE_TIMEOUT_MS,
  keepAliveTimeout: KEEP_ALIVE_MS,
  // Some clients offer HTTP/2 with every request over plain HTTP; they are content with HTTP/1.1.
  shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
};

/** Makes the parts and connects them. */
const wire = async (options: GatewayOptions) => {
  const { config, runtime, transports } = options;
  const { identityKeys } = runtime;
  const telemetry = runtime.telemetry('gateway');
  const dataSources = Object.fromEntries(
    transports.map((transport) => [transport.name, createDataSource(transport, { identityKeys, telemetry })]),
  );
  const observer = observeOperations(telemetry, config.slowOperationMs);
  const demand = createDemand({ mode: config.demandControl, budgets: options.budgets ?? PRODUCT_BUDGETS, store: runtime.store, telemetry });
  const access = { unauthorisedFields: config.unauthorisedFields, introspection: config.introspection };
  const graph = await openGraph({
    source:
      options.supergraphSdl === undefined ? fileSource(config.supergraphFile ?? COMMITTED_SUPERGRAPH) : fixedSource(options.supergraphSdl),
    telemetry,
    ...(options.preloaded === undefined ? {} : { preloaded: options.preloaded }),
    equip: (generation) => {
      refuseUnknownSubgraphs(generation, dataSources);
      const share = createFetchSharing(generation, telemetry);
      const shared = Object.fromEntries(Object.entries(dataSources).map(([name, source]) => [name, share(name, source)]));
      const execution: Execution = { generation, dataSources: shared, identityKeys, telemetry, observer, access, demand };
      return { execution, close: async () => undefined };
    },
  });
  const devIssuer = options.devIssuer ?? (config.dev ? await createDevIssuer(config) : null);
  const authenticate = createAuthenticate(createTokenVerifier({ config, ...(devIssuer === null ? {} : { devKey: devIssuer.key }) }));
  const overload = options.overload ?? watchOverload();
  const rates = options.rates ?? { user: USER_RATE, address: ADDRESS_RATE };
  const allowances = shedOverload(createAllowances(runtime.store, rates), overload);
  const addressOf = createClientAddress(config.trustedProxies);
  const measures = measureOperations(telemetry);
  const safelist = await openSafelist({ ...config.safelist, telemetry });
  const persisted = createPersistedOperations({ store: runtime.store, safelist, telemetry });
  const { apollo, prepared } = await startApollo({ executions: graph, measures });
  const transportsByName = new Map<string, SubgraphTransport>(transports.map((transport) => [transport.name, transport]));
  const startMsMax = options.upstreamStartMsMax ?? UPSTREAM_START_MS_MAX;
  const hub = createHub({ execution: graph.current, transports: transportsByName, startMsMax });
  const door = new Door({
    hub,
    transports: transportsByName,
    sources: CONTROL_SOURCES,
    feedSource: runtime.feedSource,
    identityKeys,
    telemetry,
    patienceMs: startMsMax,
  });
  graph.onSwap(async (next) => {
    await hub.swap(next.execution, createRecompile(next));
    door.recheck();
  });
  const operations = createSocketOperations({ graph, apollo, hub, door, allowances, persisted, measures });
  const underWay = createUnderWay();
  const sockets = createSocketServer({
    operations,
    underWay,
    authenticate,
    allowances,
    addressOf,
    telemetry,
    socketsMax: options.socketsMax ?? SOCKETS_MAX,
    socketsPerAddressMax: options.socketsPerAddressMax ?? SOCKETS_PER_ADDRESS_MAX,
    socketsPerUserMax: options.socketsPerUserMax ?? SOCKETS_PER_USER_MAX,
    drainSocketsPerSecond: options.drainSocketsPerSecond ?? DRAIN_SOCKETS_PER_SECOND,
  });
  const graphql = createGraphQLRoute({
    apollo,
    prepared,
    measures,
    authenticate,
    allowances,
    addressOf,
    graph,
    persisted,
    compressor: createCompressor(),
    telemetry,
  });
  const pages = createPages(WEB_FOLDER, config.objectStore);
  const requireSight = async (request: IncomingMessage): Promise<void> => {
    if (access.introspection === 'everyone') return;
    await allowances.takeOfAddress(addressOf(request));
    const { identity } = await authenticate(request.headers.authorization);
    if (!mayIntrospect(access.introspection, identity)) throw hiddenSchema(access.introspection, identity);
  };
  const readSchema = (request: IncomingMessage): Promise<string> => requireSight(request).then(() => graph.current.generation.apiSdl);
  const describeGraph = (request: IncomingMessage): Promise<GraphStatus> => requireSight(request).then(() => graph.status);
  const routes = { graphql, pages, telemetry, readSchema, describeGraph, corsOrigins: config.corsOrigins, devIssuer };
  return {
    graph,
    apollo,
    hub,
    door,
    sockets,
    overload,
    safelist,
    underWay,
    listenerWith: (checkReady: () => Promise<void>) => createRequestListener({ ...routes, underWay, checkReady }),
  };
};

// Better the old schema than fields that nobody can be asked for.
const refuseUnknownSubgraphs = ({ planner }: Generation, dataSources: Execution['dataSources']): void => {
  const unknown = [...planner.facts.subgraphs.keys()].filter((name) => dataSources[name] === undefined);
  if (unknown.length > 0) throw new Error(`The supergraph has subgraphs that this gateway has no way to: ${unknown.join(', ')}.`);
};

const dependenciesOn = (transports: readonly SubgraphTransport[]): Readonly<Record<string, () => Promise<void>>> =>
  Object.fromEntries(
    transports.flatMap((transport) =>
      transport.checkReady === undefined ? [] : [[transport.name, () => transport.checkReady?.() ?? Promise.resolve()]],
    ),
  );

const refuseUpgrade = (socket: Duplex): void => {
  socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  // The HTTP server has handed it over, and would wait for it for ever when it goes down.
  const cut = setTimeout(() => socket.destroy(), DRAIN_CLOSE_TIMEOUT_MS);
  socket.once('close', () => clearTimeout(cut));
};

const listen = (server: Server, host: string, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, backlog: LISTEN_BACKLOG }, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });

if (import.meta.main) {
  const args = process.argv.slice(2);
  await (asksForLoneGateway(args) ? runLoneGateway(args) : runGatewayProcess(startGateway));
}
