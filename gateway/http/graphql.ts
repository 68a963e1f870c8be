import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ApolloServer, HeaderMap, type HTTPGraphQLResponse } from '@apollo/server';
import { FanfareError } from '#platform/errors.ts';
import { ANONYMOUS } from '#platform/identity/identity.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import type { ClientAddress } from '../auth/address.ts';
import type { Authenticate } from '../auth/authenticate.ts';
import type { Allowances } from '../auth/rates.ts';
import { type AskedOverHttp, type ControlledAnswer, type RunOverHttp, uncached } from '../cache/answers.ts';
import type { Answer } from '../cache/responses.ts';
import type { GatewayContext, Viewer } from '../execute/context.ts';
import { presentErrors } from '../execute/errors.ts';
import { SUBGRAPH_ANSWER_TIMEOUT_MS } from '../limits.ts';
import { CLIENT_NAME_HEADER, clientNameOf, PLAN_HEADER } from '../observe/names.ts';
import type { PersistedOperations } from '../persisted/persisted.ts';
import type { PrepareDocument } from '../supergraph/documents.ts';
import { operationOf } from '../supergraph/generation.ts';
import type { Graph } from '../supergraph/graph.ts';
import { sendAnswer } from './answer.ts';
import { readJsonBody } from './body.ts';
import type { Compressor } from './compress.ts';

export interface GraphQLRouteOptions {
  readonly apollo: ApolloServer<GatewayContext>;
  readonly authenticate: Authenticate;
  readonly allowances: Allowances;
  readonly addressOf: ClientAddress;
  readonly graph: Graph;
  readonly persisted: PersistedOperations;
  readonly compressor: Compressor;
  readonly telemetry: Telemetry;
}

/** What a handled request adds to its line in the log. */
export interface Handled {
  readonly user?: string | null;
  /** What the client calls itself. */
  readonly client?: string | null;
  readonly operation?: string;
  /** What the response cache did. */
  readonly cache?: ControlledAnswer['outcome'];
}

/** POST and GET /graphql. Throws FanfareError for what is refused before ApolloServer sees it. */
export const createGraphQLRoute =
  ({ apollo, authenticate, allowances, addressOf, graph, persisted, compressor, telemetry }: GraphQLRouteOptions) =>
  async (request: IncomingMessage, response: ServerResponse, requestId: string): Promise<Handled> => {
    const search = searchOf(request.url ?? '');
    // The body is awaited first: a client that is refused for its token has sent it already.
    const sent = request.method === 'POST' ? await readJsonBody(request) : undefined;
    const address = addressOf(request);
    await allowances.takeOfAddress(address);
    const viewer = await authenticate(request.headers.authorization);
    await allowances.takeOfUser(viewer);
    const body = allowedMembers(await persisted.inBody(sent));
    if (request.method !== 'POST') {
      await persisted.inSearch(search);
      refuseMutation(graph.served.prepareDocument, search);
    }
    const hangUp = hangUpOf(response);
    const context: GatewayContext = {
      requestId,
      identity: viewer.identity,
      address,
      timeoutMs: SUBGRAPH_ANSWER_TIMEOUT_MS,
      signal: hangUp,
      client: clientNameOf(request.headers[CLIENT_NAME_HEADER], viewer.identity.clientId),
      ...(wantsPlan(request, viewer) ? { explained: [] } : {}),
    };
    const httpGraphQLRequest = { method: request.method ?? '', headers: headersOf(request), search: `?${search.toString()}`, body };
    const run: RunOverHttp = async (as) => {
      // Nothing of the caller gets into an answer for everybody but the name of its program, for the statistics.
      const { timeoutMs, client = null } = context;
      const contextValue = as.caller ? context : { requestId, identity: ANONYMOUS, timeoutMs, client, signal: as.signal };
      const answer = await apollo.executeHTTPGraphQLRequest({ httpGraphQLRequest, context: async () => contextValue });
      return answerOf(answer, requestId);
    };
    const controlled = await telemetry.continueTrace(headerOf(request, 'traceparent'), () =>
      telemetry.span('gateway.request', { 'http.request.method': request.method ?? '' }, () =>
        // Who wants to see how an answer is made gets one that was made for that.
        context.explained === undefined ? graph.served.answers(askedBy(httpGraphQLRequest, search, hangUp), run) : uncached(run),
      ),
    );
    await sendAnswer(request, response, controlled, compressor);
    return { user: viewer.identity.id, client: context.client ?? null, cache: controlled.outcome, ...operationNameOf(body, search) };
  };

// Others are not told that there is such a thing: a plan names subgraphs and the fields between them.
const wantsPlan = ({ headers }: IncomingMessage, { identity }: Viewer): boolean =>
  headers[PLAN_HEADER] !== undefined && identity.scopes.includes('ops:read');

// A query may contain question marks of its own.
const searchOf = (url: string): URLSearchParams => new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?')) : '');

// Everything else that a client may send along (extensions above all) stays outside.
const allowedMembers = (body: unknown): unknown => {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const { query, variables, operationName } = body as Readonly<Record<string, unknown>>;
  return {
    ...(query === undefined ? {} : { query }),
    ...(variables === undefined ? {} : { variables }),
    ...(operationName === undefined ? {} : { operationName }),
  };
};

const refuseMutation = (prepareDocument: PrepareDocument, search: URLSearchParams): void => {
  const prepared = prepareDocument(search.get('query') ?? '');
  if (!prepared.ok) return;
  const operation = operationOf(prepared.document, search.get('operationName'))?.operation;
  if (operation === 'mutation') throw new FanfareError('MUTATION_OVER_GET', 'GET serves queries only. Send mutations with POST.');
  if (operation === 'subscription')
    throw new FanfareError('SUBSCRIPTION_OVER_HTTP', 'Subscriptions are served over WebSocket (graphql-transport-ws) only.');
};

const operationNameOf = (body: unknown, search: URLSearchParams): Handled => {
  const name = (body as { readonly operationName?: unknown } | undefined)?.operationName ?? search.get('operationName');
  return typeof name === 'string' ? { operation: name.slice(0, OPERATION_NAME_LENGTH_LOGGED_MAX) } : {};
};

const OPERATION_NAME_LENGTH_LOGGED_MAX = 128;

const headerOf = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
};

/** The headers that ApolloServer reads: content negotiation and CSRF prevention. Nothing of them reaches a subgraph. */
const headersOf = (request: IncomingMessage): HeaderMap => {
  const headers = new HeaderMap();
  for (const name of APOLLO_HEADERS) {
    const value = headerOf(request, name);
    if (value !== undefined) headers.set(name, value);
  }
  return headers;
};

const APOLLO_HEADERS = ['accept', 'content-type', 'apollo-require-preflight', 'x-apollo-operation-name'] as const;

/** Aborts when the client hangs up before it has its answer. */
const hangUpOf = (response: ServerResponse): AbortSignal => {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableEnded) controller.abort();
  });
  return controller.signal;
};

const answerOf = ({ status = 200, headers, body }: HTTPGraphQLResponse, requestId: string): Answer => {
  const contentType = headers.get('content-type') ?? 'application/json; charset=utf-8';
  headers.delete('content-type');
  if (body.kind === 'chunked') throw new Error('an answer in parts was not asked for');
  return {
    status,
    contentType,
    body: status < 400 ? body.string : withRequestId(body.string, requestId),
    headers: Object.fromEntries(headers),
  };
};

/** What a request asks for, as the response cache looks at it. */
const askedBy = (
  { method, headers, body }: { readonly method: string; readonly headers: HeaderMap; readonly body: unknown },
  search: URLSearchParams,
  signal: AbortSignal,
): AskedOverHttp => {
  // ApolloServer answers by these headers alone: where they are the same, so is what it makes of the operation.
  const variant = [method, ...APOLLO_HEADERS.map((name) => headers.get(name) ?? '')].join('\n');
  if (method === 'POST') {
    const { query, variables, operationName } = (body ?? {}) as Readonly<Record<string, unknown>>;
    return { query, variables, operationName, variant, signal };
  }
  return {
    query: search.get('query'),
    variables: jsonOf(search.get('variables')),
    operationName: search.get('operationName'),
    variant,
    signal,
  };
};

const jsonOf = (text: string | null): unknown => {
  if (text === null) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // Whoever runs the operation refuses it; it is no key of anything.
    return text;
  }
};

// What ApolloServer refuses before it has a context (CSRF, a body without a query) has not been presented yet.
const withRequestId = (text: string, requestId: string): string => {
  const answer = JSON.parse(text) as { readonly errors?: readonly { readonly message: string }[] };
  return answer.errors === undefined
    ? text
    : JSON.stringify({ ...answer, errors: presentErrors(answer.errors, requestId, () => undefined) });
};
