import type { IncomingMessage, ServerResponse } from 'node:http';
import { FanfareError } from '#platform/errors.ts';
import type { DevIssuer } from '#platform/identity/dev-issuer.ts';
import { newId } from '#platform/ids.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { issueDevToken } from '../auth/devToken.ts';
import type { GraphStatus } from '../supergraph/graph.ts';
import type { UnderWay } from '../underWay.ts';
import { readJsonBody } from './body.ts';
import { applyCors } from './cors.ts';
import type { Handled } from './graphql.ts';
import type { Pages } from './pages.ts';
import { prepareResponse, sendError, sendJson, sendNotFound, sendText } from './respond.ts';

export interface RoutesOptions {
  readonly graphql: (request: IncomingMessage, response: ServerResponse, requestId: string) => Promise<Handled>;
  readonly pages: Pages;
  readonly telemetry: Telemetry;
  /** Counts every request until it is answered. */
  readonly underWay: UnderWay;
  /** The API schema, for download. Rejects with FanfareError for who may not see it. */
  readonly readSchema: (request: IncomingMessage) => Promise<string>;
  /** What operators are told of the schema that is served. Rejects like `readSchema`. */
  readonly describeGraph: (request: IncomingMessage) => Promise<GraphStatus>;
  readonly corsOrigins: readonly string[];
  /** Null: there is no /dev/token. */
  readonly devIssuer: DevIssuer | null;
  /** Rejects with a sentence while this process should get no requests. */
  readonly checkReady: () => Promise<void>;
}

/** Answers every HTTP request, and writes one line per request into the log. Never rejects. */
export const createRequestListener = (options: RoutesOptions) => {
  const { log } = options.telemetry;
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const startedAtMs = performance.now();
    const requestId = newId();
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    let handled: Handled = {};
    response.once('close', () => {
      const ms = Math.round((performance.now() - startedAtMs) * 10) / 10;
      const line = { requestId, method: request.method, path, status: response.statusCode, ms, ...handled };
      if (QUIET_PATHS.has(path)) log.debug(line, 'request');
      else log.info(line, 'request');
    });
    try {
      prepareResponse(response, requestId);
      handled = await route(options, path, request, response, requestId);
    } catch (error) {
      const known =
        error instanceof FanfareError ? error : new FanfareError('INTERNAL_SERVER_ERROR', 'The request has failed.', { cause: error });
      if (known !== error) log.error({ err: error, requestId, path }, 'a request failed');
      if (response.headersSent) response.destroy();
      else sendError(response, known, requestId);
    }
  };
  return (request: IncomingMessage, response: ServerResponse): void => void options.underWay.run(() => serve(request, response));
};

/** Asked every few seconds by machines. */
const QUIET_PATHS: ReadonlySet<string> = new Set(['/health/live', '/health/ready', '/metrics']);
const NOTHING: Handled = {};

const route = async (
  options: RoutesOptions,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
): Promise<Handled> => {
  if (path === '/graphql') {
    if (applyCors(request, response, options.corsOrigins)) return NOTHING;
    if (request.method === 'GET' && (request.headers.accept ?? '').includes('text/html')) return redirect(response, '/playground/');
    return options.graphql(request, response, requestId);
  }
  if (path === '/dev/token') return answerDevToken(options.devIssuer, request, response, requestId);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    throw new FanfareError('BAD_REQUEST', `${request.method ?? 'This method'} is not served here: send operations to /graphql with POST.`);
  }
  if (path === '/playground') return redirect(response, '/playground/');
  if (path === '/schema.graphql') {
    applyCors(request, response, options.corsOrigins);
    sendText(response, 200, 'application/graphql; charset=utf-8', await options.readSchema(request), {
      'content-disposition': 'attachment; filename="schema.graphql"',
    });
    return NOTHING;
  }
  if (path === '/health/supergraph') {
    sendJson(response, 200, await options.describeGraph(request));
    return NOTHING;
  }
  if (await answerMachine(options, path, response)) return NOTHING;
  if (!(await options.pages.serve(path, request, response))) sendNotFound(response, requestId);
  return NOTHING;
};

const redirect = (response: ServerResponse, location: string): Handled => {
  response.writeHead(302, { location, 'cache-control': 'no-store' }).end();
  return NOTHING;
};

const answerMachine = async ({ checkReady, telemetry }: RoutesOptions, path: string, response: ServerResponse): Promise<boolean> => {
  if (path === '/health/live') {
    sendJson(response, 200, { status: 'live', service: telemetry.service });
    return true;
  }
  if (path === '/health/ready') {
    const reason = await checkReady().then(
      () => null,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    if (reason === null) sendJson(response, 200, { status: 'ready', service: telemetry.service });
    else sendJson(response, 503, { status: 'not ready', service: telemetry.service, reason });
    return true;
  }
  if (path !== '/metrics') return false;
  sendText(response, 200, telemetry.metrics.contentType, await telemetry.metrics.metrics());
  return true;
};

const answerDevToken = async (
  issuer: DevIssuer | null,
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
): Promise<Handled> => {
  if (issuer === null) {
    sendNotFound(response, requestId);
    return NOTHING;
  }
  if (request.method !== 'POST') throw new FanfareError('BAD_REQUEST', 'Development tokens are asked for with POST.');
  const issued = await issueDevToken(issuer, request, await readJsonBody(request));
  sendJson(response, 200, issued);
  return { user: issued.user };
};
