import type { ExecutionResult } from 'graphql';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { FanfareError } from '#platform/errors.ts';
import type { IdentityKeys } from '#platform/identity/identity.ts';
import { unavailable } from './http-client.ts';
import { type SubgraphCallOptions, type SubgraphName, type SubgraphRequest, UNAVAILABLE_RETRY_MS } from './transport.ts';
import { GRAPHQL_PATH, parseWireResult, RESPONSE_BYTES_MAX } from './wire.ts';

/** Pings reveal a subgraph whose machine is gone without a word. */
const PING_EVERY_MS = 5_000;
const PONG_WITHIN_MS = 5_000;
const ACKNOWLEDGE_WITHIN_MS = 3_000;
/** The socket stays this long after its last subscription, for the next one. */
const IDLE_MS = 10_000;
/** Events waiting for one reader. A reader this far behind is cut off and resumes from its cursor: memory stays bounded and nothing is dropped silently. */
const WAITING_MAX = 1_000;

export interface SocketClient {
  /** One subscription. Ends when the subgraph completes it; throws FanfareError SUBGRAPH_UNAVAILABLE when the connection is lost or the reader is too slow. */
  follow(request: SubgraphRequest, call: SubgraphCallOptions, signal: AbortSignal): AsyncGenerator<ExecutionResult, void>;
  close(): Promise<void>;
}

/** One WebSocket to a subgraph, opened on the first subscription, for all subscriptions of this process. It never reconnects by itself: whoever subscribed
 * knows the cursor to resume from. */
export const createSocketClient = (
  name: SubgraphName,
  url: string,
  options: { readonly identityKeys: IdentityKeys; readonly service: string },
): SocketClient => {
  const address = new URL(url);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  address.pathname = address.pathname.replace(/\/$/, '') + GRAPHQL_PATH;
  let pongTimer: NodeJS.Timeout | undefined;
  const client = createClient({
    url: address.href,
    webSocketImpl: BoundedWebSocket,
    connectionParams: () => ({ identity: options.identityKeys.sign({ kind: 'service', service: options.service, scopes: [] }, name) }),
    retryAttempts: 0,
    shouldRetry: () => false,
    lazyCloseTimeout: IDLE_MS,
    keepAlive: PING_EVERY_MS,
    connectionAckWaitTimeout: ACKNOWLEDGE_WITHIN_MS,
    on: {
      ping: (received) => {
        if (!received) pongTimer = setTimeout(() => client.terminate(), PONG_WITHIN_MS);
      },
      pong: (received) => {
        if (received) clearTimeout(pongTimer);
      },
      closed: () => clearTimeout(pongTimer),
    },
  });

  const follow = async function* (
    request: SubgraphRequest,
    call: SubgraphCallOptions,
    signal: AbortSignal,
  ): AsyncGenerator<ExecutionResult, void> {
    const inbox = createInbox(name, () => stop());
    const stop = client.subscribe(payloadOf(request, call), inbox.sink);
    const leave = (): void => {
      stop();
      inbox.end();
    };
    signal.addEventListener('abort', leave);
    try {
      if (signal.aborted) return;
      for (let result = await inbox.take(); result !== null; result = await inbox.take()) yield result;
    } finally {
      signal.removeEventListener('abort', leave);
      stop();
    }
  };

  return {
    follow,
    close: async () => {
      clearTimeout(pongTimer);
      await client.dispose();
    },
  };
};

class BoundedWebSocket extends WebSocket {
  constructor(address: string, protocols?: string | string[]) {
    super(address, protocols, { maxPayload: RESPONSE_BYTES_MAX, perMessageDeflate: false });
  }
}

const payloadOf = (request: SubgraphRequest, call: SubgraphCallOptions) => ({
  query: request.query,
  variables: request.variables === undefined ? null : { ...request.variables },
  operationName: request.operationName ?? null,
  extensions: {
    identity: call.identity,
    requestId: call.requestId,
    ...(call.traceparent === undefined ? {} : { traceparent: call.traceparent }),
  },
});

interface Inbox {
  readonly sink: { next(value: unknown): void; error(error: unknown): void; complete(): void };
  /** The next result, null at the end. */
  take(): Promise<ExecutionResult | null>;
  end(): void;
}

type Ending = { readonly kind: 'complete' } | { readonly kind: 'error'; readonly error: Error };

/** Between the socket, which pushes, and one reader, who pulls. `leave` ends the subscription at once when the reader can't be served any more. */
const createInbox = (name: SubgraphName, leave: () => void): Inbox => {
  const waiting: ExecutionResult[] = [];
  let ending: Ending | undefined;
  let wake: (() => void) | undefined;
  const finish = (how: Ending): void => {
    ending ??= how;
    wake?.();
  };
  const fail = (error: Error): void => finish({ kind: 'error', error });
  const refusalOf = (result: ExecutionResult | null): Error | null => {
    if (result === null) return unavailable(name, new Error(`${name} sent something that is no GraphQL result`));
    return waiting.length < WAITING_MAX ? null : tooSlow();
  };
  const push = (value: unknown): void => {
    const result = parseWireResult(value);
    const refusal = refusalOf(result);
    if (refusal !== null) {
      fail(refusal);
      leave();
    } else if (result !== null && ending === undefined) waiting.push(result);
    wake?.();
  };
  const take = async (): Promise<ExecutionResult | null> => {
    for (;;) {
      const result = waiting.shift();
      if (result !== undefined) return result;
      if (ending?.kind === 'error') throw ending.error;
      if (ending !== undefined) return null;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  const sink = {
    next: push,
    error: (error: unknown): void => {
      // A refusal of the operation arrives as a list of GraphQL errors, everything else is the connection's end.
      if (Array.isArray(error)) push({ errors: error });
      else fail(unavailable(name, error));
      finish({ kind: 'complete' });
    },
    complete: (): void => finish({ kind: 'complete' }),
  };
  return { sink, take, end: () => finish({ kind: 'complete' }) };
};

const tooSlow = (): FanfareError =>
  new FanfareError('SUBGRAPH_UNAVAILABLE', `The reader fell ${WAITING_MAX} events behind. Resume from the last cursor.`, {
    retryAfterMs: UNAVAILABLE_RETRY_MS,
  });
