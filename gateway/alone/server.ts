import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { FanfareError } from '#platform/errors.ts';
import { ANONYMOUS, type ClientToken } from '#platform/identity/identity.ts';
import { createIdentityKeys, randomIdentityKey } from '#platform/identity/keys.ts';
import { createMemoryStore } from '#platform/store/memory.ts';
import { measureOperations } from '#platform/subgraph/measures.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { createClientAddress } from '../auth/address.ts';
import type { Allowances } from '../auth/rates.ts';
import { authoriseAll } from '../authorise/authorise.ts';
import { NO_DEMAND } from '../demand/demand.ts';
import type { Viewer } from '../execute/context.ts';
import { startApollo } from '../http/apollo.ts';
import { createCompressor } from '../http/compress.ts';
import { createGraphQLRoute } from '../http/graphql.ts';
import { createPages } from '../http/pages.ts';
import { createRequestListener } from '../http/routes.ts';
import {
  CONNECTIONS_MAX,
  HEADER_BYTES_MAX,
  KEEP_ALIVE_MS,
  LONE_ALIASES_MAX,
  LONE_DEPTH_MAX,
  LONE_FIELDS_MAX,
  LONE_ROOT_FIELDS_MAX,
  LONE_TOKENS_MAX,
  REQUEST_RECEIVE_TIMEOUT_MS,
  SUBGRAPH_ANSWER_TIMEOUT_MS,
} from '../limits.ts';
import { observeOperations } from '../observe/operations.ts';
import { createPersistedOperations } from '../persisted/persisted.ts';
import { NO_SAFELIST } from '../persisted/safelist.ts';
import { openGraph } from '../supergraph/graph.ts';
import type { OperationLimits } from '../supergraph/rules.ts';
import type { SupergraphSource } from '../supergraph/source.ts';
import { createUnderWay } from '../underWay.ts';
import { openPlainSubgraphs } from './subgraphs.ts';

export interface LoneGatewayOptions {
  readonly source: SupergraphSource;
  /** A loopback address: nobody is asked who they are. */
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  readonly telemetry: Telemetry;
  /** Operations that take longer are logged with their plan. */
  readonly slowOperationMs: number;
}

export interface LoneGateway {
  readonly url: string;
  /** Finishes requests under way. */
  close(): Promise<void>;
}

const WEB_FOLDER = fileURLToPath(new URL('../../web', import.meta.url));
const UNLIMITED: Allowances = { takeOfAddress: async () => undefined, takeOfUser: async () => undefined };
const NOBODY: Viewer = { identity: ANONYMOUS as ClientToken['identity'], expiresAtMs: null };
const LIMITS: OperationLimits = {
  tokens: LONE_TOKENS_MAX,
  depth: LONE_DEPTH_MAX,
  fields: LONE_FIELDS_MAX,
  aliases: LONE_ALIASES_MAX,
  directives: LONE_ALIASES_MAX,
  rootFields: LONE_ROOT_FIELDS_MAX,
};

/** Serves any supergraph to callers on this machine, without identity, rates or subscriptions. The parts are the gateway's own. */
export const startLoneGateway = async ({ source, host, port, telemetry, slowOperationMs }: LoneGatewayOptions): Promise<LoneGateway> => {
  const identityKeys = createIdentityKeys([randomIdentityKey()]);
  const observer = observeOperations(telemetry, slowOperationMs);
  const graph = await openGraph({
    source,
    telemetry,
    limits: LIMITS,
    equip: (loaded) => {
      const { dataSources, close } = openPlainSubgraphs(loaded.planner.facts.subgraphs);
      // Where nobody has a name, nobody can be asked for scopes: what is guarded is left to its subgraph.
      const generation = { ...loaded, authorise: authoriseAll(loaded.schema) };
      const access = { unauthorisedFields: 'null', introspection: 'everyone' } as const;
      return { execution: { generation, dataSources, identityKeys, telemetry, observer, access, demand: NO_DEMAND }, close };
    },
  });
  const measures = measureOperations(telemetry);
  const { apollo, prepared } = await startApollo({ executions: graph, measures, masking: false, limits: LIMITS });
  const graphql = createGraphQLRoute({
    apollo,
    prepared,
    measures,
    graph,
    telemetry,
    authenticate: async () => NOBODY,
    allowances: UNLIMITED,
    addressOf: createClientAddress([]),
    persisted: createPersistedOperations({ store: createMemoryStore(), safelist: NO_SAFELIST, telemetry }),
    compressor: createCompressor(),
  });
  let draining = false;
  const checkReady = async (): Promise<void> => {
    if (draining) throw new FanfareError('SHUTTING_DOWN', 'The gateway is going down.');
  };
  const pages = createPages(WEB_FOLDER);
  const underWay = createUnderWay();
  const routes = {
    graphql,
    pages,
    telemetry,
    underWay,
    readSchema: async () => graph.current.generation.apiSdl,
    describeGraph: async () => graph.status,
    corsOrigins: [],
    devIssuer: null,
    checkReady,
  };
  const server = createServer(
    { maxHeaderSize: HEADER_BYTES_MAX, requestTimeout: REQUEST_RECEIVE_TIMEOUT_MS, keepAliveTimeout: KEEP_ALIVE_MS },
    createRequestListener(routes),
  );
  server.maxConnections = CONNECTIONS_MAX;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { port: listening } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${listening}`,
    close: async () => {
      draining = true;
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
      server.closeIdleConnections();
      await closed;
      await underWay.idle(SUBGRAPH_ANSWER_TIMEOUT_MS);
      await apollo.stop();
      await graph.close();
    },
  };
};
