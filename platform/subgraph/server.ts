import { createServer, type IncomingMessage, type OutgoingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { ExecutionResult } from 'graphql';
import { type ErrorCode, FanfareError, toGraphQLError } from '#platform/errors.ts';
import type { FeedSource } from '#platform/feed/feed.ts';
import { IDENTITY_HEADER, type Identity } from '#platform/identity/identity.ts';
import { newId } from '#platform/ids.ts';
import { readJson } from './body.ts';
import { withoutDatabaseLoss } from './databaseLoss.ts';
import { serveSockets } from './socket-server.ts';
import { within } from './stream.ts';
import type { RunningSubgraph, Runtime } from './subgraph.ts';
import { UNAVAILABLE_RETRY_MS } from './transport.ts';
import {
  GRAPHQL_PATH,
  LIVE_PATH,
  METRICS_PATH,
  PULL_PATH,
  parseWireRequest,
  pullRequestSchema,
  READY_PATH,
  REQUEST_ID_HEADER,
} from './wire.ts';

/** Longer than any client of ours keeps an idle connection. */
const KEEP_ALIVE_MS = 65_000;
/** Headers and a body of the allowed size arrive within this time, or somebody is holding the connection open. */
const REQUEST_TIMEOUT_MS = 30_000;
/** A connection per request under way of every gateway and consumer. */
const CONNECTIONS_MAX = 4_096;
const READY_TIMEOUT_MS = 2_000;
/** How often connections that have become idle are closed while the process goes down. */
const IDLE_SWEEP_MS = 100;

export interface ServedSubgraph {
  readonly host: string;
  readonly port: number;
  readonly url: string;
  /** Accepts nothing new, ends subscriptions (their followers resume elsewhere), and waits for requests under way, at most `config.shutdownSeconds`. */
  close(): Promise<void>;
}

/** Serves a running subgraph to other processes: POST /graphql, graphql-ws at /graphql, POST /internal/feeds/pull, GET /health/live, /health/ready and
 * /metrics. Everything but health and metrics needs a signed identity, which is verified before a body is read. Rejects when the port can't be had. */
export const serveSubgraph = async (
  running: RunningSubgraph<FeedSource>,
  runtime: Runtime,
  address: { readonly host: string; readonly port: number },
): Promise<ServedSubgraph> => {
  const draining = new AbortController();
  const handler = createHandler(running, runtime, draining.signal);
  const server = createServer(
    { keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS },
    handler,
  );
  server.maxConnections = CONNECTIONS_MAX;
  const sockets = serveSockets(server, running, runtime);
  await listen(server, address);
  const { port } = server.address() as AddressInfo;
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return {
    host: address.host,
    port,
    url: `http://${host}:${port}`,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      // Long polls would only wait for news that somebody else can tell as well.
      draining.abort(new FanfareError('SHUTTING_DOWN', `${running.name} is going down.`, { retryAfterMs: UNAVAILABLE_RETRY_MS }));
      await sockets.close();
      // A connection becomes idle when its last request is answered, and its client would keep it.
      const sweep = setInterval(() => server.closeIdleConnections(), IDLE_SWEEP_MS);
      const patience = setTimeout(() => server.closeAllConnections(), runtime.config.shutdownSeconds * 1_000);
      await closed;
      clearInterval(sweep);
      clearTimeout(patience);
    },
  };
};

const listen = (server: Server, { host, port }: { readonly host: string; readonly port: number }): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });

type Route = (request: IncomingMessage, response: ServerResponse, requestId: string) => Promise<void>;

const createHandler = (running: RunningSubgraph<FeedSource>, runtime: Runtime, draining: AbortSignal) => {
  const routes: Readonly<Record<string, Route>> = {
    [`POST ${GRAPHQL_PATH}`]: (request, response, requestId) => answerGraphQL(running, runtime, request, response, requestId),
    [`POST ${PULL_PATH}`]: (request, response) => answerPull(running, runtime, request, response, draining),
    [`GET ${LIVE_PATH}`]: async (_, response) => sendJson(response, 200, { status: 'live', service: running.name }),
    [`GET ${READY_PATH}`]: (_, response) => answerReady(running, response),
    [`GET ${METRICS_PATH}`]: async (_, response) => {
      const { metrics } = runtime.telemetry(running.name);
      response.writeHead(200, { 'content-type': metrics.contentType }).end(await metrics.metrics());
    },
  };
  const log = runtime.telemetry(running.name).log;

  return (request: IncomingMessage, response: ServerResponse): void => {
    const requestId = requestIdOf(request);
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    const route = routes[`${request.method ?? ''} ${path}`] ?? refuseRoute;
    route(request, response, requestId).catch((thrown: unknown) => {
      const error = withoutDatabaseLoss(thrown, log, requestId);
      const shown = toGraphQLError(error, requestId);
      const code = shown.extensions['code'] as ErrorCode;
      if (code === 'INTERNAL_SERVER_ERROR') log.error({ err: error, requestId, path }, 'a request failed');
      if (response.headersSent) return response.destroy();
      sendJson(response, STATUS[code] ?? 500, { errors: [shown] }, !request.complete);
    });
  };
};

const STATUS: Partial<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  BAD_REQUEST: 400,
  BAD_USER_INPUT: 400,
  PAYLOAD_TOO_LARGE: 413,
  TIMEOUT: 504,
  SUBGRAPH_UNAVAILABLE: 503,
  SHUTTING_DOWN: 503,
};

const refuseRoute: Route = async (_request, response) => {
  sendJson(response, 404, { errors: [{ message: 'There is nothing here.', extensions: { code: 'BAD_REQUEST' } }] });
};

const REQUEST_ID_PATTERN = /^[\w.:-]{1,128}$/;

const requestIdOf = (request: IncomingMessage): string => {
  const given = headerOf(request, REQUEST_ID_HEADER);
  return given !== undefined && REQUEST_ID_PATTERN.test(given) ? given : newId();
};

const headerOf = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
};

/** Aborts when the caller hangs up before it has its answer. */
const hangUpOf = (response: ServerResponse): AbortSignal => {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableEnded) controller.abort(new FanfareError('BAD_REQUEST', 'The caller has gone.'));
  });
  return controller.signal;
};

const answerGraphQL = async (
  running: RunningSubgraph<FeedSource>,
  runtime: Runtime,
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
): Promise<void> => {
  const identity = headerOf(request, IDENTITY_HEADER);
  runtime.identityKeys.verify(identity, running.name);
  const wire = parseWireRequest(await readJson(request));
  if (wire === null) throw new FanfareError('BAD_REQUEST', 'The body is no GraphQL request: send { "query": …, "variables": … } as JSON.');
  const traceparent = headerOf(request, 'traceparent');
  const call = { identity: identity ?? '', requestId, signal: hangUpOf(response), ...(traceparent === undefined ? {} : { traceparent }) };
  await sendPerhapsCompressed(request, response, JSON.stringify(await running.transport.execute(wire, call)));
};

const zip = promisify(gzip);

/** Smaller answers fit into a few packets as they are. */
const COMPRESSED_BYTES_MIN = 8_192;

/** Callers that pay for their network ask for gzip (SUBGRAPH_COMPRESSION). */
const sendPerhapsCompressed = async (request: IncomingMessage, response: ServerResponse, text: string): Promise<void> => {
  if (text.length < COMPRESSED_BYTES_MIN || request.headers['accept-encoding'] !== 'gzip') return sendText(response, 200, text);
  const body = await zip(text, { level: constants.Z_BEST_SPEED });
  sendText(response, 200, body, { 'content-encoding': 'gzip' });
};

const answerPull = async (
  running: RunningSubgraph<FeedSource>,
  runtime: Runtime,
  request: IncomingMessage,
  response: ServerResponse,
  draining: AbortSignal,
): Promise<void> => {
  requireServiceIdentity(runtime.identityKeys.verify(headerOf(request, IDENTITY_HEADER), running.name));
  const parsed = pullRequestSchema.safeParse(await readJson(request));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new FanfareError('BAD_REQUEST', `The pull is malformed: ${issue?.path.join('.') ?? 'body'}: ${issue?.message ?? 'not valid'}.`);
  }
  const { consumer, ...pull } = parsed.data;
  const signal = AbortSignal.any([hangUpOf(response), draining]);
  const pulled = await running.feeds.pull(consumer === undefined ? pull : { ...pull, consumer }, signal);
  sendJson(response, 200, pulled);
};

const requireServiceIdentity = (identity: Identity): void => {
  if (identity.kind !== 'service') throw new FanfareError('FORBIDDEN', 'Feeds are for services only.');
};

const answerReady = async (running: RunningSubgraph<FeedSource>, response: ServerResponse): Promise<void> => {
  try {
    await within(running.checkReady(), READY_TIMEOUT_MS, () => new Error(`the check took longer than ${READY_TIMEOUT_MS / 1_000} s`));
    const reason = running.impairment();
    sendJson(response, 200, {
      status: reason === null ? 'ready' : 'degraded',
      service: running.name,
      ...(reason === null ? {} : { reason }),
    });
  } catch (error) {
    sendJson(response, 503, { status: 'not ready', service: running.name, reason: error instanceof Error ? error.message : String(error) });
  }
};

const sendJson = (response: ServerResponse, status: number, body: ExecutionResult | object, hangUp = false): void =>
  sendText(response, status, JSON.stringify(body), hangUp ? { connection: 'close' } : {});

const sendText = (response: ServerResponse, status: number, text: string | Buffer, more: OutgoingHttpHeaders = {}): void => {
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
  };
  response.writeHead(status, { ...headers, ...more }).end(text);
};
