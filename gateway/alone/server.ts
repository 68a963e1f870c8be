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
import { createAnswers } from '../cache/answers.ts';
import { NO_DEMAND } from '../demand/demand.ts';
import type { Viewer } from '../execute/context.ts';
import type { Execution } from '../execute/executor.ts';
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
} from '../limits.ts';
import { observeOperations } from '../observe/operations.ts';
import { createPersistedOperations } from '../persisted/persisted.ts';
import { NO_SAFELIST } from '../persisted/safelist.ts';
import { createDocuments } from '../supergraph/documents.ts';
import { loadGeneration } from '../supergraph/generation.ts';
import { startPlanner } from '../supergraph/planner.ts';
import type { OperationLimits } from '../supergraph/rules.ts';
import { openPlainSubgraphs } from './subgraphs.ts';

export interface LoneGatewayOptions {
  readonly supergraphSdl: string;
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
export const startLoneGateway = async ({
  supergraphSdl,
  host,
  port,
  telemetry,
  slowOperationMs,
}: LoneGatewayOptions): Promise<LoneGateway> => {
  const subgraphs = openPlainSubgraphs(supergraphSdl);
  const loaded = await loadGeneration(await startPlanner({ sdl: supergraphSdl, validated: false, telemetry }));
  // Where nobody has a name, nobody can be asked for scopes: what is guarded is left to its subgraph.
  const generation = { ...loaded, authorise: authoriseAll(loaded.schema) };
  const execution: Execution = {
    generation,
    dataSources: subgraphs.dataSources,
    identityKeys: createIdentityKeys([randomIdentityKey()]),
    telemetry,
    observer: observeOperations(telemetry, slowOperationMs),
    demand: NO_DEMAND,
    access: { unauthorisedFields: 'null', introspection: 'everyone' },
  };
  const apollo = await startApollo({
    execution,
    measures: measureOperations(telemetry),
    masking: false,
    limits: LIMITS,
  });
  const prepareDocument = createDocuments(generation.schema, LIMITS);
  const graphql = createGraphQLRoute({
    apollo,
    telemetry,
    authenticate: async () => NOBODY,
    allowances: UNLIMITED,
    addressOf: createClientAddress([]),
    persisted: createPersistedOperations({ store: createMemoryStore(), safelist: NO_SAFELIST, telemetry }),
    prepareDocument,
    answers: createAnswers(generation, prepareDocument, telemetry),
    compressor: createCompressor(),
  });
  let draining = false;
  const checkReady = async (): Promise<void> => {
    if (draining) throw new FanfareError('SHUTTING_DOWN', 'The gateway is going down.');
  };
  const pages = createPages(WEB_FOLDER);
  const routes = { graphql, pages, telemetry, readSchema: async () => generation.apiSdl, corsOrigins: [], devIssuer: null, checkReady };
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
      await apollo.stop();
      await generation.planner.close();
      await subgraphs.close();
    },
  };
};
