import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ApolloServer, HeaderMap, type HTTPGraphQLResponse } from '@apollo/server';
import { FanfareError } from '#platform/errors.ts';
import { ANONYMOUS } from '#platform/identity/identity.ts';
import type { OperationMeasures } from '#platform/subgraph/measures.ts';
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
import type { PreparedOperations } from './prepared.ts';

export interface GraphQLRouteOptions {
  readonly apollo: ApolloServer<GatewayContext>;
  readonly prepared: PreparedOperations;
  readonly measures: OperationMeasures;
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
export const createGraphQLRoute = (options: GraphQLRouteOptions) => {
  const { authenticate, allowances, addressOf, graph, compressor, telemetry } = options;
  return async (request: IncomingMessage, response: ServerResponse, requestId: string): Promise<Handled> => {
    // The body is awaited first: a client that is refused for its token has sent it already.
    const sent = request.method === 'POST' ? await readJsonBody(request) : undefined;
    const address = addressOf(request);
    await allowances.takeOfAddress(address);
    const viewer = await authenticate(request.headers.authorization);
    await allowances.takeOfUser(viewer);
    const asked = request.method === 'POST' ? await askedInBody(options, sent) : await askedInSearch(options, request);
    const signal = hangUpOf(response);
    const client = clientNameOf(request.headers[CLIENT_NAME_HEADER], viewer.identity.clientId);
    const caller: GatewayContext = { requestId, identity: viewer.identity, address, timeoutMs: SUBGRAPH_ANSWER_TIMEOUT_MS, signal, client };
    const context = wantsPlan(request, viewer) ? { ...caller, explained: [] } : caller;
    const run: RunOverHttp = (as) => {
      if (as.caller) return runOperation(options, request, asked, context);
      // Nothing of the caller gets into an answer for everybody. What it is made for counts among what the caller’s program and address ask for.
      const nobody = { requestId, identity: ANONYMOUS, address, timeoutMs: SUBGRAPH_ANSWER_TIMEOUT_MS, client, signal: as.signal };
      return runOperation(options, request, asked, nobody);
    };
    const controlled = await telemetry.continueTrace(headerOf(request, 'traceparent'), () =>
      telemetry.span('gateway.request', { 'http.request.method': request.method ?? '' }, () =>
        // Operators see what an answer costs and how it is made, so theirs are made for them.
        isOperator(viewer)
          ? uncached(run)
          : graph.served.answers(askedBy(request, asked, { anonymous: viewer.identity.id === null, signal }), run),
      ),
    );
    await sendAnswer(request, response, controlled, compressor);
    return { user: viewer.identity.id, client, cache: controlled.outcome, ...operationNameOf(asked) };
  };
};

/** A request as ApolloServer takes it: the body of a POST, or the parameters of anything else. */
interface Asked {
  readonly body: unknown;
  readonly search: URLSearchParams | null;
}

const askedInBody = async ({ persisted }: GraphQLRouteOptions, sent: unknown): Promise<Asked> => ({
  body: allowedMembers(await persisted.inBody(sent)),
  search: null,
});

const askedInSearch = async ({ persisted, graph }: GraphQLRouteOptions, { url = '' }: IncomingMessage): Promise<Asked> => {
  const search = searchOf(url);
  await persisted.inSearch(search);
  refuseMutation(graph.served.prepareDocument, search);
  return { body: undefined, search };
};

/** Without ApolloServer where it has let the operation through before and all goes well; all else is told by ApolloServer. */
const runOperation = async (
  { apollo, prepared, measures }: GraphQLRouteOptions,
  request: IncomingMessage,
  { body, search }: Asked,
  context: GatewayContext,
): Promise<Answer> => {
  const { headers } = request;
  const outcome = search === null ? await prepared.run({ headers, body }, context, measures.started) : { answer: null, context };
  if (outcome.answer !== null) return outcome.answer;
  const httpGraphQLRequest = {
    method: request.method ?? '',
    headers: headersOf(request),
    search: search === null ? '' : `?${search.toString()}`,
    body,
  };
  const told = await apollo.executeHTTPGraphQLRequest({ httpGraphQLRequest, context: async () => outcome.context });
  const answer = answerOf(told, context.requestId);
  if (search === null && answer.status === 200) prepared.learnHeaders(headers, answer.contentType);
  return answer;
};

// Others are not told that there is such a thing: a plan names subgraphs and the fields between them.
const wantsPlan = ({ headers }: IncomingMessage, viewer: Viewer): boolean => headers[PLAN_HEADER] !== undefined && isOperator(viewer);

const isOperator = ({ identity }: Viewer): boolean => identity.scopes.includes('ops:read');

// A query may contain question marks of its own.
const searchOf = (url: string): URLSearchParams => new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?')) : '');

// Everything else that a client may send along (extensions above all) stays outside, unless ApolloServer refuses it for its form.
const allowedMembers = (body: unknown): unknown => {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const { query, variables, operationName, extensions } = body as Readonly<Record<string, unknown>>;
  return {
    ...(query === undefined ? {} : { query }),
    ...(variables === undefined ? {} : { variables }),
    ...(operationName === undefined ? {} : { operationName }),
    ...(extensions === undefined || (typeof extensions === 'object' && !Array.isArray(extensions)) ? {} : { extensions }),
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

const operationNameOf = ({ body, search }: Asked): Handled => {
  const name = search === null ? (body as { readonly operationName?: unknown } | undefined)?.operationName : search.get('operationName');
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
  request: IncomingMessage,
  { body, search }: Asked,
  caller: { readonly anonymous: boolean; readonly signal: AbortSignal },
): AskedOverHttp => {
  // ApolloServer answers by these headers alone: where they are the same, so is what it makes of the operation.
  const variant = (): string => [request.method ?? '', ...APOLLO_HEADERS.map((name) => headerOf(request, name) ?? '')].join('\n');
  if (search === null) {
    const { query, variables, operationName } = (body ?? {}) as Readonly<Record<string, unknown>>;
    return { query, variables, operationName, variant, ...caller };
  }
  return {
    query: search.get('query'),
    variables: jsonOf(search.get('variables')),
    operationName: search.get('operationName'),
    variant,
    ...caller,
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
