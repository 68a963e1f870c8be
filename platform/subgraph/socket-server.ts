import type { IncomingMessage, Server } from 'node:http';
import { type ExecutionArgs, type ExecutionResult, GraphQLSchema, parse } from 'graphql';
import { CloseCode, type Context, handleProtocols, makeServer } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { FanfareError, toGraphQLError } from '#platform/errors.ts';
import type { FeedSource } from '#platform/feed/feed.ts';
import { newId } from '#platform/ids.ts';
import { keepAlive } from '#platform/keep-alive.ts';
import type { Logger } from '#platform/log/log.ts';
import { interruptible } from './stream.ts';
import type { RunningSubgraph, Runtime } from './subgraph.ts';
import { GRAPHQL_PATH, operationExtensions, parseWireRequest, SUBGRAPH_BODY_BYTES_MAX } from './wire.ts';

/** One socket per gateway process and a few services. */
const SOCKETS_MAX = 1_024;
/** Operations of one socket: a gateway shares broadcasts, so these are personal subscriptions and distinct rooms. */
const OPERATIONS_PER_SOCKET_MAX = 50_000;
const PING_EVERY_MS = 10_000;
/** Tells the other side to subscribe again: this process goes down. */
const SERVICE_RESTART = 1012;

interface Extra {
  readonly socket: WebSocket;
}
type Socket = Context<Record<string, unknown>, Extra>;
type Protocol = ReturnType<typeof makeServer<Record<string, unknown>, Extra>>;

/** graphql-ws at GRAPHQL_PATH. A connection needs a service identity in its parameters; each operation carries its own identity in its payload's `extensions`
 * (one socket serves many viewers). Only subscriptions are served here; the in-process transport does the rest, so both transports behave the same. */
export const serveSockets = (server: Server, running: RunningSubgraph<FeedSource>, runtime: Runtime): { close(): Promise<void> } => {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: SUBGRAPH_BODY_BYTES_MAX, perMessageDeflate: false, handleProtocols });
  server.on('upgrade', (request, socket, head) => {
    const isOurs = (request.url ?? '').split('?', 1)[0] === GRAPHQL_PATH;
    const refusal = isOurs ? (sockets.clients.size < SOCKETS_MAX ? null : '503 Service Unavailable') : '404 Not Found';
    // A peer that hangs up meanwhile makes an error event, which nobody else listens to here.
    socket.on('error', () => socket.destroy());
    if (refusal !== null) return socket.end(`HTTP/1.1 ${refusal}\r\nconnection: close\r\n\r\n`);
    sockets.handleUpgrade(request, socket, head, (client) => speak(protocol, client, request, log));
  });
  const { log } = runtime.telemetry(running.name);
  const operations = new WeakMap<object, { open: number }>();

  const subscribe = (socket: Socket, payload: Readonly<Record<string, unknown>>): AsyncIterable<ExecutionResult> => {
    const count = operations.get(socket.extra.socket) ?? { open: 0 };
    operations.set(socket.extra.socket, count);
    return interruptible((signal) => operate({ socket, payload }, count, signal));
  };

  const operate = async function* (
    { socket, payload }: Operation,
    count: { open: number },
    signal: AbortSignal,
  ): AsyncGenerator<ExecutionResult, void> {
    count.open += 1;
    try {
      const { wire, call } = checkPayload(payload, count.open);
      yield* running.transport.subscribe(wire, { ...call, signal });
    } catch (error) {
      if (error instanceof FanfareError && error.code === 'SUBGRAPH_UNAVAILABLE')
        return socket.extra.socket.close(SERVICE_RESTART, 'Service restart');
      yield { errors: [toGraphQLError(error, newId())] };
    } finally {
      count.open -= 1;
    }
  };

  const protocol: Protocol = makeServer<Record<string, unknown>, Extra>({
    onConnect: (socket) => admit(socket, running, runtime),
    onSubscribe: (socket, _id, payload): ExecutionArgs => ({
      schema: NO_SCHEMA,
      document: ANY_SUBSCRIPTION,
      contextValue: { socket, payload: { ...payload } } satisfies Operation,
    }),
    subscribe: (args) => {
      const { socket, payload } = args.contextValue as Operation;
      return subscribe(socket, payload);
    },
  });
  return { close: () => closeAll(sockets, runtime.config.shutdownSeconds * 1_000) };
};

/** Connects one socket with graphql-ws. */
const speak = (protocol: Protocol, socket: WebSocket, request: IncomingMessage, log: Logger): void => {
  const { remoteAddress } = request.socket;
  // ws closes the socket itself, with 1009 for what is too big and 1002 for what is no WebSocket frame.
  socket.on('error', (error) => log.warn({ err: error, remoteAddress }, 'a socket failed'));
  const stopPings = keepAlive(socket, PING_EVERY_MS);
  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      send: (data) => send(socket, data),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (receive) =>
        socket.on('message', (data) => {
          receive(String(data)).catch((error: unknown) => {
            log.error({ err: error, remoteAddress }, 'a message could not be handled');
            socket.close(CloseCode.InternalServerError, 'Internal server error');
          });
        }),
    },
    { socket },
  );
  socket.once('close', (code, reason) => {
    stopPings();
    closed(code, String(reason)).catch((error: unknown) => log.error({ err: error }, 'a socket could not be cleaned up'));
  });
};

/** Resolves when the network has taken it. A socket that has closed meanwhile is no error: its own end tells. */
const send = (socket: WebSocket, data: string): Promise<void> =>
  new Promise((resolve) => {
    if (socket.readyState !== socket.OPEN) resolve();
    else socket.send(data, () => resolve());
  });

const closeAll = async (sockets: WebSocketServer, timeoutMs: number): Promise<void> => {
  const clients = [...sockets.clients];
  const gone = clients.map((socket) => new Promise<void>((resolve) => void socket.once('close', () => resolve())));
  for (const socket of clients) socket.close(SERVICE_RESTART, 'Service restart');
  const cut = setTimeout(() => {
    for (const socket of clients) socket.terminate();
  }, timeoutMs);
  await Promise.all(gone);
  clearTimeout(cut);
  sockets.close();
};

interface Operation {
  readonly socket: Socket;
  readonly payload: Readonly<Record<string, unknown>>;
}

// graphql-ws wants a schema and a document to tell queries from subscriptions. Parsing and checking is the transport's work, so it gets these.
const NO_SCHEMA = new GraphQLSchema({});
const ANY_SUBSCRIPTION = parse('subscription { any }');

const admit = (socket: Socket, running: RunningSubgraph<FeedSource>, runtime: Runtime): boolean => {
  const given = socket.connectionParams?.['identity'];
  try {
    const identity = runtime.identityKeys.verify(typeof given === 'string' ? given : undefined, running.name);
    if (identity.kind !== 'service') throw new FanfareError('FORBIDDEN', 'Only services may open a socket.');
    return true;
  } catch (error) {
    if (!(error instanceof FanfareError)) throw error;
    runtime.telemetry(running.name).log.warn({ code: error.code, reason: error.message }, 'a socket was refused');
    socket.extra.socket.close(error.code === 'FORBIDDEN' ? CloseCode.Forbidden : CloseCode.Unauthorized, error.code);
    return false;
  }
};

const checkPayload = (payload: Readonly<Record<string, unknown>>, open: number) => {
  if (open > OPERATIONS_PER_SOCKET_MAX)
    throw new FanfareError('BUSY', `A socket carries ${OPERATIONS_PER_SOCKET_MAX} operations at most.`, { retryAfterMs: 1_000 });
  const wire = parseWireRequest(payload);
  if (wire === null) throw new FanfareError('BAD_REQUEST', 'The payload is no GraphQL request.');
  const extensions = operationExtensions.safeParse(payload['extensions']);
  if (extensions.success) return { wire, call: extensions.data };
  throw new FanfareError('UNAUTHENTICATED', 'Each operation needs extensions.identity and extensions.requestId.');
};
