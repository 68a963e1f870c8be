import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { composeServices } from '@apollo/composition';
import { executeQueryPlan, type GraphQLDataSource, type ServiceMap } from '@apollo/gateway';
import type { QueryPlan } from '@apollo/query-planner';
import type { GatewayGraphQLRequestContext } from '@apollo/server-gateway-interface';
import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  type DocumentNode,
  execute,
  type GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { expect } from 'vitest';
import { coerceVariables } from '../../gateway/execute/variables.ts';
import { type Generation, operationOf, prepareOperation } from '../../gateway/supergraph/generation.ts';
import { aGeneration } from './generation.ts';

const HEADER = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@requires",
  "@provides", "@override", "@inaccessible", "@interfaceObject", "@extends", "@tag"])\n`;

const documentOf = (sdl: string): DocumentNode => parse(sdl.startsWith('extend schema') ? sdl : HEADER + sdl);

export interface SubgraphSource {
  /** With its own `extend schema @link(…)`, or without: then all directives are imported. */
  readonly sdl: string;
  readonly resolvers?: object;
}

/** One request that a subgraph got. */
export interface SubgraphCall {
  readonly subgraph: string;
  readonly query: string;
  readonly representations: readonly Readonly<Record<string, unknown>>[];
}

export interface Answer {
  readonly data: unknown;
  /** Sorted by path and message; only these two. */
  readonly errors: readonly { readonly path: string; readonly message: string }[];
}

export interface AskOptions {
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
  /** `ours`: a case that Apollo's executor is known to answer wrongly; the test says how. */
  readonly by?: 'both' | 'ours';
}

export interface Federation {
  /** Runs an operation through our executor and through Apollo's, and demands the same data and, where both tell subgraphs' errors, the same of these. */
  ask(query: string, options?: AskOptions): Promise<Answer>;
  /** What subgraphs were asked by our executor since the last `ask`. */
  readonly calls: readonly SubgraphCall[];
  planOf(query: string): Promise<QueryPlan>;
  /** What clients see. */
  schema(): Promise<GraphQLSchema>;
  readonly supergraphSdl: string;
}

/** A graph of small subgraphs inside the test: composed for real, answering in JSON as over the wire. */
export const aFederation = (sources: Readonly<Record<string, SubgraphSource>>): Federation => {
  return federationOf(
    compose(sources, (name) => `http://${name}.test`),
    sources,
  );
};

/** Composes a supergraph whose subgraphs are at `urlOf`. */
export const compose = (sources: Readonly<Record<string, SubgraphSource>>, urlOf: (name: string) => string): string => {
  const composed = composeServices(
    Object.entries(sources).map(([name, { sdl }]) => ({ name, url: urlOf(name), typeDefs: documentOf(sdl) })),
  );
  if (composed.errors !== undefined) throw new Error(composed.errors.map(({ message }) => message).join('\n'));
  return composed.supergraphSdl;
};

/** Serves a subgraph over HTTP on a free port of this machine. */
export const serveSource = async ({ sdl, resolvers = {} }: SubgraphSource): Promise<{ url: string; close(): Promise<void> }> => {
  const schema = buildSubgraphSchema([{ typeDefs: documentOf(sdl), resolvers: resolvers as never }]);
  const server = createServer((request, response) => {
    const answer = async (): Promise<void> => {
      const { query, variables } = (await json(request)) as { query: string; variables?: Record<string, unknown> };
      const result = await execute({ schema, document: parse(query), variableValues: variables ?? {} });
      response.setHeader('content-type', 'application/json').end(JSON.stringify(result));
    };
    answer().catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const federationOf = (supergraphSdl: string, sources: Readonly<Record<string, SubgraphSource>>): Federation => {
  let loading: Promise<Generation> | undefined;
  const load = (): Promise<Generation> => {
    loading ??= aGeneration(supergraphSdl);
    return loading;
  };
  const calls: SubgraphCall[] = [];
  const dataSources = Object.fromEntries(Object.entries(sources).map(([name, source]) => [name, sourceOf(name, source, calls)]));
  const prepare = async (query: string, operationName: string | null, variables: Readonly<Record<string, unknown>> | undefined) => {
    const generation = await load();
    const document = parse(query);
    const invalid = validate(generation.schema, document, specifiedRules);
    if (invalid.length > 0) throw new Error(invalid.map(({ message }) => message).join('\n'));
    const operation = operationOf(document, operationName);
    if (!operation) throw new Error('no such operation');
    const coerced = coerceVariables(generation.schema, operation, variables);
    if (!coerced.ok) throw new Error(coerced.errors.map(({ message }) => message).join('\n'));
    const wanted = { document, documentKey: query, operationName, variables: coerced.values };
    return { generation, variables: coerced.values, ...(await prepareOperation(generation, wanted)) };
  };
  return {
    supergraphSdl,
    calls,
    schema: async () => (await load()).schema,
    planOf: async (query) => (await prepare(query, null, undefined)).plan,
    ask: async (query, { variables: given, operationName = null, by = 'both' } = {}) => {
      const { generation, variables, plan, context } = await prepare(query, operationName, given);
      const compiled = generation.compilePlan(plan, context);
      if (compiled === null) throw new Error('the plan was not compiled');
      const theirs = by === 'ours' ? null : await byApollo(plan, { dataSources, variables, generation, operation: context });
      calls.length = 0;
      const request = { requestId: 'test', identity: { kind: 'service', service: 'test', scopes: [] } as never, timeoutMs: 5_000 };
      const ours = answerOf(await compiled({ variables, dataSources, context: request }));
      if (theirs !== null) {
        expect(ours.data).toEqual(theirs.data);
        // Apollo keeps to itself what subgraphs' errors don't explain.
        if (theirs.errors.length > 0) expect(ours.errors).toEqual(theirs.errors);
      }
      return ours;
    },
  };
};

interface ApolloRun {
  readonly dataSources: ServiceMap;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly generation: Generation;
  readonly operation: Parameters<typeof executeQueryPlan>[3];
}

const byApollo = async (plan: QueryPlan, { dataSources, variables, generation, operation }: ApolloRun): Promise<Answer> => {
  const request = { request: { variables }, context: {}, metrics: {}, logger: QUIET } as unknown as GatewayGraphQLRequestContext;
  const { supergraphSchema, apiSchema } = generation.schemasForApollo();
  return answerOf(await executeQueryPlan(plan, dataSources, request, operation, supergraphSchema, apiSchema));
};

const QUIET = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

// Errors in one order, and once: Apollo asks for an entity as often as it occurs and tells its error as often.
const answerOf = ({ data, errors }: { readonly data?: unknown; readonly errors?: readonly GraphQLError[] }): Answer => {
  const told = new Map<string, { path: string; message: string }>();
  for (const { path, message } of errors ?? []) told.set(`${path?.join('.') ?? ''} ${message}`, { path: path?.join('.') ?? '', message });
  return {
    data: data === undefined ? null : JSON.parse(JSON.stringify(data)),
    errors: [...told.keys()].sort().flatMap((key) => told.get(key) ?? []),
  };
};

const sourceOf = (name: string, { sdl, resolvers = {} }: SubgraphSource, calls: SubgraphCall[]): GraphQLDataSource => {
  const schema = buildSubgraphSchema([{ typeDefs: documentOf(sdl), resolvers: resolvers as never }]);
  return {
    process: async ({ request }) => {
      const { query = '', variables = {} } = request;
      calls.push({ subgraph: name, query, representations: variables['representations'] ?? [] });
      const document = parse(query);
      const invalid = validate(schema, document);
      if (invalid.length > 0) return { errors: invalid.map((error) => error.toJSON()) };
      const result = await execute({ schema, document, variableValues: JSON.parse(JSON.stringify(variables)) });
      const { data, errors } = JSON.parse(JSON.stringify(result)) as { data?: Record<string, unknown>; errors?: GraphQLFormattedError[] };
      return { ...(data === undefined || data === null ? {} : { data }), ...(errors === undefined ? {} : { errors }) };
    },
  };
};
