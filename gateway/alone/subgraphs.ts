import type { GraphQLDataSource, GraphQLDataSourceProcessOptions, ServiceMap } from '@apollo/gateway';
import { ConfigError } from '#platform/config/config.ts';
import { FanfareError } from '#platform/errors.ts';
import { createHttpClient } from '#platform/subgraph/http-client.ts';
import { type GatewayContext, timeLeftMs } from '../execute/context.ts';
import { SUBGRAPHS_MAX } from '../limits.ts';

type Answer = Awaited<ReturnType<GraphQLDataSource['process']>>;

/** The ways to a supergraph's subgraphs. */
export interface PlainSubgraphs {
  readonly dataSources: ServiceMap;
  close(): Promise<void>;
}

/** Reaches every subgraph at its address, by GraphQL over HTTP, without saying for whom. Throws ConfigError for a
 * supergraph without (usable) addresses. `subgraphs`: addresses by name. */
export const openPlainSubgraphs = (subgraphs: ReadonlyMap<string, string>): PlainSubgraphs => {
  const clients = [...checkedUrls(subgraphs)].map(([name, url]) => {
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

const checkedUrls = (subgraphs: ReadonlyMap<string, string>): ReadonlyMap<string, URL> => {
  if (subgraphs.size === 0)
    throw new ConfigError(['The supergraph has no subgraphs: there is no enum join__Graph with @join__graph(name:, url:).']);
  if (subgraphs.size > SUBGRAPHS_MAX)
    throw new ConfigError([`The supergraph has ${subgraphs.size} subgraphs; the limit is ${SUBGRAPHS_MAX}.`]);
  return new Map([...subgraphs].map(([name, url]) => [name, httpUrl(name, url)]));
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
    const context = options.context as GatewayContext;
    const { signal } = context;
    const { query, variables, operationName } = request;
    try {
      const { status, body } = await call({
        method: 'POST',
        path,
        headers: HEADERS,
        body: JSON.stringify({ query, variables, operationName }),
        // Out of time is told as late, too.
        timeoutMs: Math.max(1, timeLeftMs(context)),
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
