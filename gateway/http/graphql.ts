import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ApolloServer, HeaderMap, type HTTPGraphQLResponse } from '@apollo/server';
import { FanfareError } from '#platform/errors.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import type { ClientAddress } from '../auth/address.ts';
import type { Authenticate } from '../auth/authenticate.ts';
import type { Allowances } from '../auth/rates.ts';
import type { GatewayContext, Viewer } from '../execute/context.ts';
import { presentErrors } from '../execute/errors.ts';
import { SUBGRAPH_ANSWER_TIMEOUT_MS } from '../limits.ts';
import { CLIENT_NAME_HEADER, clientNameOf, PLAN_HEADER } from '../observe/names.ts';
import type { PersistedOperations } from '../persisted/persisted.ts';
import type { PrepareDocument } from '../supergraph/documents.ts';
import { operationOf } from '../supergraph/generation.ts';
import { readJsonBody } from './body.ts';
import { sendText } from './respond.ts';

export interface GraphQLRouteOptions {
  readonly apollo: ApolloServer<GatewayContext>;
  readonly authenticate: Authenticate;
  readonly allowances: Allowances;
  readonly addressOf: ClientAddress;
  readonly prepareDocument: PrepareDocument;
  readonly persisted: PersistedOperations;
  readonly telemetry: Telemetry;
}

/** What a handled request adds to its line in the log. */
export interface Handled {
  readonly user?: string | null;
  /** What the client calls itself. */
  readonly client?: string | null;
  readonly operation?: string;
}

/** POST and GET /graphql. Throws FanfareError for what is refused before ApolloServer sees it. */
export const createGraphQLRoute =
  ({ apollo, authenticate, allowances, addressOf, prepareDocument, persisted, telemetry }: GraphQLRouteOptions) =>
  async (request: IncomingMessage, response: ServerResponse, requestId: string): Promise<Handled> => {
    const search = searchOf(request.url ?? '');
    // The body is awaited first: a client that is refused for its token has sent it already.
    const sent = request.method === 'POST' ? await readJsonBody(request) : undefined;
    await allowances.takeOfAddress(addressOf(request));
    const viewer = await authenticate(request.headers.authorization);
    await allowances.takeOfUser(viewer);
    const body = allowedMembers(await persisted.inBody(sent));
    if (request.method !== 'POST') {
      await persisted.inSearch(search);
      refuseMutation(prepareDocument, search);
    }
    const hangUp = hangUpOf(response);
    const context: GatewayContext = {
      requestId,
      identity: viewer.identity,
      timeoutMs: SUBGRAPH_ANSWER_TIMEOUT_MS,
      signal: hangUp,
      client: clientNameOf(request.headers[CLIENT_NAME_HEADER], viewer.identity.clientId),
      ...(wantsPlan(request, viewer) ? { explained: [] } : {}),
    };
    const answer = await telemetry.continueTrace(headerOf(request, 'traceparent'), () =>
      telemetry.span('gateway.request', { 'http.request.method': request.method ?? '' }, () =>
        apollo.executeHTTPGraphQLRequest({
          httpGraphQLRequest: { method: request.method ?? '', headers: headersOf(request), search: `?${search.toString()}`, body },
          context: async () => context,
        }),
      ),
    );
    await send(response, answer, requestId);
    return { user: viewer.identity.id, client: context.client ?? null, ...operationNameOf(body, search) };
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

const send = async (response: ServerResponse, { status, headers, body }: HTTPGraphQLResponse, requestId: string): Promise<void> => {
  const [contentType = 'application/json; charset=utf-8'] = [headers.get('content-type')];
  headers.delete('content-type');
  if (body.kind === 'chunked') throw new Error('an answer in parts was not asked for');
  const code = status ?? 200;
  sendText(response, code, contentType, code < 400 ? body.string : withRequestId(body.string, requestId), Object.fromEntries(headers));
};

// What ApolloServer refuses before it has a context (CSRF, a body without a query) has not been presented yet.
const withRequestId = (text: string, requestId: string): string => {
  const answer = JSON.parse(text) as { readonly errors?: readonly { readonly message: string }[] };
  return answer.errors === undefined
    ? text
    : JSON.stringify({ ...answer, errors: presentErrors(answer.errors, requestId, () => undefined) });
};
