import type { GraphQLDataSource, GraphQLDataSourceProcessOptions, ServiceMap } from '@apollo/gateway';
import { type DocumentNode, Kind, parse } from 'graphql';
import { ConfigError } from '#platform/config/config.ts';
import { FanfareError } from '#platform/errors.ts';
import { createHttpClient } from '#platform/subgraph/http-client.ts';
import type { GatewayContext } from '../execute/context.ts';

type Answer = Awaited<ReturnType<GraphQLDataSource['process']>>;

/** Subgraphs of one supergraph: each is a pool of connections. */
export const SUBGRAPHS_MAX = 1_000;

/** The ways to a supergraph's subgraphs. */
export interface PlainSubgraphs {
  readonly dataSources: ServiceMap;
  close(): Promise<void>;
}

/** Reaches every subgraph at the address that the supergraph names, by GraphQL over HTTP, without saying for whom. Throws ConfigError for a
 * supergraph without (usable) addresses. */
export const openPlainSubgraphs = (supergraphSdl: string): PlainSubgraphs => {
  const clients = [...subgraphUrls(parse(supergraphSdl, { noLocation: true }))].map(([name, url]) => {
    const client = createHttpClient(`The subgraph ${JSON.stringify(name)}`, url.origin, { compressed: true });
    return { name, client, source: createPlainSource(client.call, name, url.pathname + url.search) };
  });
  return {
    dataSources: Object.fromEntries(clients.map(({ name, source }) => [name, source])),
    close: async () => {
      await Promise.all(clients.map(({ client }) => client.close()));
    },
  };
};

/** Subgraphs and their addresses, as `join__Graph` has them. */
export const subgraphUrls = (supergraph: DocumentNode): ReadonlyMap<string, URL> => {
  const urls = new Map<string, URL>();
  for (const definition of supergraph.definitions) {
    if (definition.kind !== Kind.ENUM_TYPE_DEFINITION || definition.name.value !== 'join__Graph') continue;
    for (const { directives } of definition.values ?? []) {
      const given = directives?.find(({ name }) => name.value === 'join__graph')?.arguments ?? [];
      const [name = '', url = ''] = ['name', 'url'].map((key) => {
        const value = given.find((argument) => argument.name.value === key)?.value;
        return value?.kind === Kind.STRING ? value.value : '';
      });
      urls.set(name, httpUrl(name, url));
    }
  }
  if (urls.size === 0)
    throw new ConfigError(['The supergraph has no subgraphs: there is no enum join__Graph with @join__graph(name:, url:).']);
  if (urls.size > SUBGRAPHS_MAX) throw new ConfigError([`The supergraph has ${urls.size} subgraphs; the limit is ${SUBGRAPHS_MAX}.`]);
  return urls;
};

const httpUrl = (name: string, text: string): URL => {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw new ConfigError([
      `The subgraph ${JSON.stringify(name)} has the address ${JSON.stringify(text)}: an http or https URL is needed.`,
    ]);
  return url;
};

const createPlainSource = (call: ReturnType<typeof createHttpClient>['call'], name: string, path: string): GraphQLDataSource => {
  const process = async ({ request, ...options }: GraphQLDataSourceProcessOptions): Promise<Answer> => {
    const { timeoutMs, signal } = options.context as GatewayContext;
    const { query, variables, operationName } = request;
    try {
      const { status, body } = await call({
        method: 'POST',
        path,
        headers: HEADERS,
        body: JSON.stringify({ query, variables, operationName }),
        timeoutMs,
        ...(signal === undefined ? {} : { signal }),
      });
      if (isAnswer(body)) return body;
      throw new FanfareError('SUBGRAPH_UNAVAILABLE', `The subgraph ${JSON.stringify(name)} answered ${status}, and not in GraphQL.`);
    } catch (error) {
      const code = error instanceof FanfareError ? error.code : 'SUBGRAPH_UNAVAILABLE';
      return { errors: [{ message: error instanceof Error ? error.message : String(error), extensions: { code } }] };
    }
  };
  return { process };
};

const HEADERS = { 'content-type': 'application/json', accept: 'application/graphql-response+json, application/json' } as const;

const isAnswer = (body: unknown): body is Answer => {
  if (typeof body !== 'object' || body === null) return false;
  const { data, errors } = body as { readonly data?: unknown; readonly errors?: unknown };
  const fits = (data === undefined || typeof data === 'object') && (errors === undefined || Array.isArray(errors));
  return fits && (data !== undefined || errors !== undefined);
};
