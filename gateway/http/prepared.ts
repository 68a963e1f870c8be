import type { IncomingHttpHeaders } from 'node:http';
import type {
  GatewayExecutionResult,
  GatewayExecutor,
  GatewayGraphQLRequestContext,
  GatewayInterface,
} from '@apollo/server-gateway-interface';
import type { GraphQLSchema, OperationTypeNode } from 'graphql';
import { RecentMap } from '#platform/store/recent.ts';
import type { Answer } from '../cache/responses.ts';
import type { GatewayContext } from '../execute/context.ts';
import { CACHED_DOCUMENT_LENGTH_MAX, DOCUMENTS_MAX } from '../limits.ts';

/** A POST as it was parsed. */
export interface PreparedRequest {
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** What becomes of a request: an answer, where all went well; or something that ApolloServer has to be asked with this context. */
export type PreparedOutcome = { readonly answer: Answer } | { readonly answer: null; readonly context: FrontContext };

/** The context with how an operation has ended that has run already, for ApolloServer to tell. */
export interface FrontContext extends GatewayContext {
  readonly ended?: Promise<GatewayExecutionResult>;
}

/** Runs operations that ApolloServer has let through before, without asking it again.
 *
 * ApolloServer decides: it parses, validates, chooses the operation, negotiates the content type, prevents CSRF. What it has decided of a document and of a
 * pair of headers is remembered, and a request of which both are known goes straight to the executor. Whatever else there is to say (anything unknown, any
 * error) is said by ApolloServer, so there is one mechanism for it. What depends on the caller or on variables therefore belongs into the executor or before
 * this, never into a plugin of ApolloServer: plugins see each document once. */
export interface PreparedOperations {
  /** The gateway to hand to ApolloServer: it learns what comes through. */
  readonly gateway: GatewayInterface;
  run(request: PreparedRequest, context: GatewayContext, measure: MeasureOperation): Promise<PreparedOutcome>;
  /** Remembers that ApolloServer has answered a POST with such headers well, and with which content type. */
  learnHeaders(headers: IncomingHttpHeaders, contentType: string): void;
}

/** Counts an operation of this type; the answer ends its clock. */
export type MeasureOperation = (type: OperationTypeNode) => () => void;

/** What ApolloServer found out about a document. */
type Known = Pick<GatewayGraphQLRequestContext, 'schema' | 'document' | 'queryHash' | 'source' | 'operation' | 'operationName'>;

/** Different combinations of the headers that decide; clients have a few. */
const HEADERS_MAX = 100;
const HEADERS_LENGTH_MAX = 512;

/** Wraps a gateway. Nothing is remembered across schemas. */
export const createPreparedOperations = (inner: GatewayInterface): PreparedOperations => {
  const operations = new RecentMap<Known>({ entriesMax: DOCUMENTS_MAX });
  const contentTypes = new RecentMap<string>({ entriesMax: HEADERS_MAX });
  let schema: GraphQLSchema | null = null;
  let executor: GatewayExecutor | null = null;

  const learn = (request: GatewayGraphQLRequestContext): void => {
    const { query, operationName } = request.request;
    // A request that was validated before a swap says nothing of the schema after it.
    if (request.schema !== schema || request.operation === undefined || query === undefined || query.length > CACHED_DOCUMENT_LENGTH_MAX)
      return;
    const { document, queryHash, source, operation, operationName: name } = request;
    operations.set(keyOf(query, operationName), { schema: request.schema, document, queryHash, source, operation, operationName: name });
  };

  const gateway: GatewayInterface = {
    load: async (options) => {
      const { executor: execute } = await inner.load(options);
      if (execute === null) throw new Error('the gateway has no executor');
      executor = execute;
      return {
        executor: async (request) => {
          const { ended } = request.context as FrontContext;
          if (ended !== undefined) return ended;
          learn(request);
          return execute(request);
        },
      };
    },
    onSchemaLoadOrUpdate: (callback) =>
      inner.onSchemaLoadOrUpdate((update) => {
        schema = update.apiSchema;
        operations.clear();
        callback(update);
      }),
    stop: () => inner.stop(),
  };

  return {
    gateway,
    learnHeaders: (headers, contentType) => {
      const key = headersKeyOf(headers);
      if (key.length <= HEADERS_LENGTH_MAX) contentTypes.set(key, contentType);
    },
    run: async ({ headers, body }, context, measure) => {
      const asked = readRequest(body);
      const contentType = asked === null ? undefined : contentTypes.get(headersKeyOf(headers));
      const known = asked === null || contentType === undefined ? undefined : operations.get(keyOf(asked.query, asked.operationName));
      if (asked === null || contentType === undefined || known === undefined || executor === null) return { answer: null, context };
      const done = measure(known.operation.operation);
      const ended = executor({ ...known, request: asked, context } as unknown as GatewayGraphQLRequestContext);
      const result = await ended.catch(() => null);
      done();
      if (result === null || result.errors !== undefined) return { answer: null, context: { ...context, ended } };
      const { data, extensions } = result;
      const text = JSON.stringify(extensions === undefined ? { data } : { data, extensions });
      return { answer: { status: 200, contentType, body: `${text}\n`, headers: {} } };
    },
  };
};

interface AskedOperation {
  readonly query: string;
  readonly operationName?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** Null: not in the form that ApolloServer lets through. */
const readRequest = (body: unknown): AskedOperation | null => {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return null;
  const { query, operationName, variables, extensions } = body as Readonly<Record<string, unknown>>;
  if (extensions !== undefined) return null;
  if (typeof query !== 'string' || query.length > CACHED_DOCUMENT_LENGTH_MAX) return null;
  if (operationName !== undefined && operationName !== null && typeof operationName !== 'string') return null;
  if (variables !== undefined && variables !== null && (typeof variables !== 'object' || Array.isArray(variables))) return null;
  return {
    query,
    ...(typeof operationName === 'string' ? { operationName } : {}),
    ...(variables === undefined || variables === null ? {} : { variables: variables as Readonly<Record<string, unknown>> }),
  };
};

// The name's length stands in front, so that no name and document read like another pair.
const keyOf = (query: string, operationName: string | undefined): string =>
  operationName === undefined ? query : `${operationName.length} ${operationName}${query}`;

const headersKeyOf = (headers: IncomingHttpHeaders): string =>
  `${headers.accept ?? ''}\n${headers['content-type'] ?? ''}${CSRF_HEADERS.some((name) => headers[name] !== undefined) ? '\n' : ''}`;

/** With one of these ApolloServer asks no further whether a page of another site could have sent a request. */
const CSRF_HEADERS = ['apollo-require-preflight', 'x-apollo-operation-name'] as const;
