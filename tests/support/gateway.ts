import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type DocumentNode, type ExecutionResult, parse, print } from 'graphql';
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { FanfareError } from '#platform/errors.ts';
import { createDevIssuer, type DevIssuer } from '#platform/identity/dev-issuer.ts';
import type { Identity, IdentityKeys } from '#platform/identity/identity.ts';
import { enforceAuthorisation } from '#platform/subgraph/authorise.ts';
import { createOperations } from '#platform/subgraph/operations.ts';
import { interruptible } from '#platform/subgraph/stream.ts';
import type { SubgraphRequestContext } from '#platform/subgraph/subgraph.ts';
import type { SubgraphName, SubgraphTransport } from '#platform/subgraph/transport.ts';
import { type GatewayOptions, type RunningGateway, startGateway } from '../../gateway/server.ts';
import { aConfig, aRuntime } from './runtime.ts';
import { aTelemetry } from './telemetry.ts';

const HEADER = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@composeDirective", "@authenticated", "@requiresScopes", "@policy", "@cost", "@listSize", "@inaccessible"])
  @link(url: "https://fanfare.dev/live/v1.0", import: ["@broadcast", "@personal"])
  @link(url: "https://fanfare.dev/cache/v1.0", import: ["@cacheControl", "CacheControlScope"])
  @composeDirective(name: "@broadcast") @composeDirective(name: "@personal") @composeDirective(name: "@cacheControl")
directive @broadcast(subject: String) on FIELD_DEFINITION
directive @personal on FIELD_DEFINITION
directive @cacheControl(maxAge: Int, scope: CacheControlScope, inheritMaxAge: Boolean) on FIELD_DEFINITION | OBJECT | INTERFACE | UNION
enum CacheControlScope { PUBLIC PRIVATE }
scalar Cursor
scalar SafeInt
`;

/** A small subgraph of a test, with the switches that tests need. */
export interface TestSubgraph {
  readonly name: SubgraphName;
  readonly sdl: DocumentNode;
  readonly transport: SubgraphTransport;
  /** What it was asked, newest last: identity and operation. */
  readonly calls: readonly { readonly identity: Identity; readonly query: string; readonly traceparent?: string }[];
  /** Upstream subscriptions now open, how many there ever were, and how many at most at the same time. */
  readonly upstreams: { readonly open: number; readonly ever: number; readonly most: number };
  /** Cuts all streams and refuses every call until `comeBack`. */
  goDown(): void;
  comeBack(): void;
}

/** Resolvers get the request's context, identity and all. */
export const aSubgraph = (name: SubgraphName, sdl: string, resolvers: object, keys: IdentityKeys): TestSubgraph => {
  const document = parse(HEADER + sdl);
  const schema = buildSubgraphSchema([{ typeDefs: document, resolvers: resolvers as never }]);
  enforceAuthorisation(schema, (context) => (context as SubgraphRequestContext).identity);
  const operations = createOperations({
    schema,
    createContext: (request) => ({ ...request }),
    telemetry: aTelemetry(name),
    timeoutMs: 5_000,
  });
  const calls: { identity: Identity; query: string; traceparent?: string }[] = [];
  const upstreams = { open: 0, ever: 0, most: 0 };
  let up = new AbortController();
  const unavailable = (): FanfareError => new FanfareError('SUBGRAPH_UNAVAILABLE', `${name} cannot be reached.`, { retryAfterMs: 1_000 });

  async function* follow(
    request: Parameters<SubgraphTransport['subscribe']>[0],
    identity: Identity,
    requestId: string,
    ending: AbortSignal,
  ): AsyncGenerator<ExecutionResult, void> {
    const { signal: own } = up;
    if (own.aborted) throw unavailable();
    upstreams.open += 1;
    upstreams.ever += 1;
    upstreams.most = Math.max(upstreams.most, upstreams.open);
    try {
      yield* operations.subscribe(request, { identity, requestId, signal: AbortSignal.any([ending, own]) });
      if (own.aborted && !ending.aborted) throw unavailable();
    } finally {
      upstreams.open -= 1;
    }
  }

  return {
    name,
    sdl: document,
    calls,
    upstreams,
    goDown: () => up.abort(),
    comeBack: () => {
      up = new AbortController();
    },
    transport: {
      name,
      execute: async (request, call) => {
        if (up.signal.aborted) throw unavailable();
        const identity = keys.verify(call.identity, name);
        calls.push({ identity, query: request.query, ...(call.traceparent === undefined ? {} : { traceparent: call.traceparent }) });
        return operations.execute(request, { identity, requestId: call.requestId });
      },
      subscribe: (request, call) => {
        const identity = keys.verify(call.identity, name);
        calls.push({ identity, query: request.query });
        return interruptible((ending) => follow(request, identity, call.requestId, ending), call.signal);
      },
      close: async () => undefined,
    },
  };
};

/** What has been composed in this test file: its tests share few graphs, and composing one takes as long as most of them. */
const COMPOSED = new Map<string, string>();

/** Composes the subgraphs, as `npm run compose` does. */
export const composed = (subgraphs: readonly TestSubgraph[]): string => {
  const key = JSON.stringify(subgraphs.map(({ name, sdl }) => [name, print(sdl)]));
  const known = COMPOSED.get(key) ?? compose(subgraphs);
  COMPOSED.set(key, known);
  return known;
};

const compose = (subgraphs: readonly TestSubgraph[]): string => {
  const { supergraphSdl, errors } = composeServices(subgraphs.map(({ name, sdl }) => ({ name, url: `http://${name}`, typeDefs: sdl })));
  if (supergraphSdl === undefined)
    throw new Error(`the test's subgraphs don't compose: ${errors?.map(({ message }) => message).join('\n')}`);
  return supergraphSdl;
};

export interface GatewayFixture extends RunningGateway {
  readonly issuer: DevIssuer;
  token(user: string, scopes?: Parameters<DevIssuer['issue']>[0]['scopes'], expiresInSeconds?: number): Promise<string>;
  /** A stock client of this gateway. */
  client(token?: string | null, options?: Partial<Parameters<typeof createClient>[0]>): Client;
}

/** For tests that want all the work done, however little of a busy machine they get. */
export const NEVER_OVERLOADED: NonNullable<GatewayOptions['overload']> = { now: false, close: () => undefined };

/** A real gateway on a port of its own, in front of the subgraphs. */
export const aGateway = async (
  subgraphs: readonly TestSubgraph[],
  dataFolder: string,
  options: Partial<GatewayOptions> & { readonly env?: Readonly<Record<string, string>> } = {},
): Promise<GatewayFixture> => {
  const config = aConfig({ env: { GATEWAY_PORT: '0', DATA_DIR: dataFolder, SHUTDOWN_SECONDS: '3', ...options.env } });
  const runtime = await aRuntime({ env: { DATA_DIR: dataFolder, ...options.env }, process: 'gateway' });
  const issuer = await createDevIssuer(config);
  const gateway = await startGateway({
    config,
    runtime,
    transports: subgraphs.map(({ transport }) => transport),
    devIssuer: issuer,
    ...(options.env?.['SUPERGRAPH_FILE'] === undefined ? { supergraphSdl: composed(subgraphs) } : {}),
    ...options,
  });
  return {
    ...gateway,
    issuer,
    token: (user, scopes, expiresInSeconds) =>
      issuer.issue({ user, ...(scopes === undefined ? {} : { scopes }), ...(expiresInSeconds === undefined ? {} : { expiresInSeconds }) }),
    client: (token = null, more = {}) =>
      createClient({
        url: `${gateway.url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        connectionParams: token === null ? {} : { authorization: `Bearer ${token}` },
        retryAttempts: 0,
        ...more,
      }),
    close: async () => {
      await gateway.close();
      await runtime.close();
    },
  };
};
