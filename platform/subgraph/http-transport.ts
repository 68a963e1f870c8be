import type { ExecutionResult } from 'graphql';
import { FanfareError } from '#platform/errors.ts';
import type { IdentityKeys } from '#platform/identity/identity.ts';
import { IDENTITY_HEADER } from '#platform/identity/identity.ts';
import { createHttpClient, unavailable } from './http-client.ts';
import { createSocketClient } from './socket-client.ts';
import { interruptible } from './stream.ts';
import {
  SUBGRAPH_TIMEOUT_MS,
  type SubgraphCallOptions,
  type SubgraphName,
  type SubgraphRequest,
  type SubgraphTransport,
} from './transport.ts';
import { GRAPHQL_PATH, parseWireResult, READY_PATH, REQUEST_ID_HEADER } from './wire.ts';

/** The subgraph itself answers TIMEOUT after SUBGRAPH_TIMEOUT_MS; its answer gets this much longer to arrive. */
const ANSWER_GRACE_MS = 1_000;
const READY_TIMEOUT_MS = 3_000;

export interface HttpTransportOptions {
  readonly identityKeys: IdentityKeys;
  /** Who connects, for example `gateway`: WebSockets are opened as this service. */
  readonly service: string;
  /** Default SUBGRAPH_TIMEOUT_MS. */
  readonly timeoutMs?: number;
  /** Whether answers are asked for in compressed form. Default: not. */
  readonly compressed?: boolean;
}

/** Reaches a subgraph in another process: queries and mutations over HTTP, subscriptions over one WebSocket (graphql-ws). */
export const createHttpTransport = (name: SubgraphName, url: string, options: HttpTransportOptions): SubgraphTransport => {
  const client = createHttpClient(name, url, { compressed: options.compressed ?? false });
  const socket = createSocketClient(name, url, options);
  const timeoutMs = (options.timeoutMs ?? SUBGRAPH_TIMEOUT_MS) + ANSWER_GRACE_MS;

  const execute = async (request: SubgraphRequest, call: SubgraphCallOptions): Promise<ExecutionResult> => {
    const { status, body } = await client.call({
      method: 'POST',
      path: GRAPHQL_PATH,
      headers: headersOf(call),
      body: JSON.stringify({ query: request.query, variables: request.variables, operationName: request.operationName }),
      timeoutMs,
      ...(call.signal === undefined ? {} : { signal: call.signal }),
    });
    const result = parseWireResult(body);
    if (result === null) throw unavailable(name, new Error(`${name} answered with status ${status} and no GraphQL result`));
    const [first] = result.errors ?? [];
    if (status === 504 && first !== undefined) throw new FanfareError('TIMEOUT', first.message, { retryAfterMs: 1_000 });
    return result;
  };

  const checkReady = async (): Promise<void> => {
    const { status, body } = await client.call({ method: 'GET', path: READY_PATH, timeoutMs: READY_TIMEOUT_MS });
    if (status !== 200) throw new FanfareError('SUBGRAPH_UNAVAILABLE', reasonIn(body) ?? `${name} is not ready.`);
  };

  return {
    name,
    execute,
    subscribe: (request, call) => interruptible((signal) => socket.follow(request, call, signal), call.signal),
    checkReady,
    close: async () => {
      await socket.close();
      await client.close();
    },
  };
};

const headersOf = (call: SubgraphCallOptions): Record<string, string> => ({
  'content-type': 'application/json',
  [IDENTITY_HEADER]: call.identity,
  [REQUEST_ID_HEADER]: call.requestId,
  ...(call.traceparent === undefined ? {} : { traceparent: call.traceparent }),
});

const reasonIn = (body: unknown): string | undefined => {
  const reason = (body as { readonly reason?: unknown } | null | undefined)?.reason;
  return typeof reason === 'string' ? reason : undefined;
};
