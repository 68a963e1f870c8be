import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Context, handleProtocols, makeServer } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { FanfareError } from '#platform/errors.ts';
import { keepAlive } from '#platform/keep-alive.ts';
import type { Logger } from '#platform/log/log.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import type { ClientAddress } from '../auth/address.ts';
import type { Authenticate } from '../auth/authenticate.ts';
import type { Allowances } from '../auth/rates.ts';
import type { Viewer } from '../execute/context.ts';
import { refusal } from '../execute/errors.ts';
import {
  CONNECTION_INIT_TIMEOUT_MS,
  DRAIN_CLOSE_TIMEOUT_MS,
  DRAIN_SHARE_MAX,
  DRAIN_STEP_MS,
  OPERATION_ID_LENGTH_MAX,
  OPERATIONS_PER_SOCKET_MAX,
  PING_INTERVAL_MS,
  SOCKET_MESSAGE_BYTES_MAX,
} from '../limits.ts';
import { CLIENT_NAME_HEADER, clientNameOf } from '../observe/names.ts';
import type { UnderWay } from '../underWay.ts';
import type { SocketOperations } from './operations.ts';
import { createPlaces, type Places } from './places.ts';
import { type Receive, withReusableIds } from './reuse.ts';
import { type ClientSocket, wrapSocket } from './socket.ts';

/** The graphql-transport-ws server at /graphql. */
export interface SocketServer {
  /** Takes over a connection that asked for a WebSocket. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Takes no more sockets and closes those there are with 1012, one after the other in an order by chance, so that their clients don't all come back at once.
   * Each is served until its turn comes. Resolves when they are gone, at the latest after `timeoutMs`. */
  drain(timeoutMs: number): Promise<void>;
}

export interface SocketServerOptions {
  readonly operations: SocketOperations;
  /** Counts every operation while it is checked and executed; subscriptions end with their sockets. */
  readonly underWay: UnderWay;
  readonly authenticate: Authenticate;
  readonly allowances: Allowances;
  readonly addressOf: ClientAddress;
  readonly telemetry: Telemetry;
  readonly socketsMax: number;
  readonly socketsPerAddressMax: number;
  readonly socketsPerUserMax: number;
  readonly drainSocketsPerSecond: number;
}

interface Extra {
  readonly socket: ClientSocket;
  viewer: Viewer | null;
  expiry: NodeJS.Timeout | undefined;
  /** Gives back the user's place. */
  leave: () => void;
  closed: boolean;
}

type SocketContext = Context<Readonly<Record<string, unknown>>, Extra>;

/** Timers can't wait longer than this; a token that lives longer is looked at again. */
const TIMER_MS_MAX = 2 ** 31 - 1;

type Protocol = ReturnType<typeof makeServer<Readonly<Record<string, unknown>>, Extra>>;

export const createSocketServer = (options: SocketServerOptions): SocketServer => {
  const { telemetry, socketsMax, socketsPerAddressMax } = options;
  const { log } = telemetry;
  const open = telemetry.gauge('fanfare_gateway_sockets', 'Open client sockets.');
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: SOCKET_MESSAGE_BYTES_MAX,
    perMessageDeflate: false,
    handleProtocols,
    clientTracking: false,
  });
  const protocol = createProtocol(options);
  const clients = new Map<WebSocket, ClientSocket>();
  /** Closed, but their clients have not said so yet. */
  const refused = new Set<WebSocket>();
  const perAddress = createPlaces(socketsPerAddressMax);
  let draining = false;

  const accept = (socket: WebSocket, connection: Duplex, address: string): void => {
    const fail = (error: Error): void => log.debug({ err: error, address }, 'a socket failed');
    // ws closes the socket itself, with 1009 for what is too big and 1002 for what is no WebSocket frame.
    socket.on('error', fail);
    const client = wrapSocket(socket, connection, address, fail);
    const leave = draining || clients.size >= socketsMax ? null : perAddress.take(address);
    if (leave === null) {
      refused.add(socket);
      socket.once('close', () => refused.delete(socket));
      client.close(draining ? 1012 : 1013);
      return;
    }
    clients.set(socket, client);
    open.set(clients.size);
    socket.once('close', () => {
      clients.delete(socket);
      leave();
      open.set(clients.size);
    });
    speak(protocol, socket, client, log);
  };

  return {
    upgrade: (request, socket, head) => {
      const address = options.addressOf(request);
      server.handleUpgrade(request, socket, head, (client) => accept(client, socket, address));
    },
    drain: async (timeoutMs) => {
      draining = true;
      const gone = [...clients.keys()].map((socket) => new Promise<void>((resolve) => void socket.once('close', () => resolve())));
      const cutAll = (): void => {
        for (const socket of [...clients.keys(), ...refused]) socket.terminate();
      };
      const cut = setTimeout(cutAll, timeoutMs);
      const spreadMs = Math.min(timeoutMs * DRAIN_SHARE_MAX, (clients.size / options.drainSocketsPerSecond) * 1_000);
      const stop = closeByChance(clients, spreadMs);
      await Promise.all(gone);
      stop();
      cutAll();
      clearTimeout(cut);
      server.close();
    },
  };
};

/** Closes sockets within `spreadMs`, and cuts those whose clients take no notice. Returns how to stop. */
const closeByChance = (clients: ReadonlyMap<WebSocket, ClientSocket>, spreadMs: number): (() => void) => {
  const beganAtMs = performance.now();
  const steps = [...clients].flatMap(([socket, client]) => {
    const atMs = beganAtMs + Math.random() * spreadMs;
    return [
      { atMs, run: () => client.close(1012) },
      { atMs: atMs + DRAIN_CLOSE_TIMEOUT_MS, run: () => socket.terminate() },
    ];
  });
  steps.sort((one, other) => other.atMs - one.atMs);
  const timer = setInterval(() => {
    for (let next = steps.at(-1); next !== undefined && next.atMs <= performance.now(); next = steps.at(-1)) {
      steps.pop();
      next.run();
    }
  }, DRAIN_STEP_MS);
  return () => clearInterval(timer);
};

const createProtocol = ({ operations, underWay, ...options }: SocketServerOptions): Protocol => {
  const users = createPlaces(options.socketsPerUserMax);
  return makeServer<Readonly<Record<string, unknown>>, Extra>({
    connectionInitWaitTimeout: CONNECTION_INIT_TIMEOUT_MS,
    onConnect: (context) => connect(context, { ...options, users }),
    onSubscribe: async ({ extra, subscriptions, connectionParams }, id, payload) => {
      if (Object.keys(subscriptions).length > OPERATIONS_PER_SOCKET_MAX) {
        return [refusal('RATE_LIMITED', `One socket carries ${OPERATIONS_PER_SOCKET_MAX} operations at a time.`, 1_000)];
      }
      if (id.length > OPERATION_ID_LENGTH_MAX)
        return [refusal('BAD_REQUEST', `An operation’s id has at most ${OPERATION_ID_LENGTH_MAX} characters.`)];
      if (extra.viewer === null) throw new Error('an operation before the connection was acknowledged');
      const client = clientNameOf(connectionParams?.[CLIENT_NAME_HEADER], extra.viewer.identity.clientId);
      const request = { viewer: extra.viewer, socket: extra.socket, client };
      const prepared = await underWay.run(() => operations.prepare(request, id, payload));
      // For stock clients an error is the end of the operation, while from 1013 they come back by themselves. That must not cost the socket's other operations.
      if (isBusy(prepared) && Object.keys(subscriptions).length <= 1) extra.socket.close(1013, 'This gateway has more to do than it can.');
      return prepared;
    },
    execute: (args) => underWay.run(() => operations.execute(args)),
    subscribe: (args) => operations.subscribe(args),
  });
};

const isBusy = (prepared: Awaited<ReturnType<SocketOperations['prepare']>>): boolean =>
  Array.isArray(prepared) && prepared.some(({ extensions }) => extensions['code'] === 'BUSY');

// What graphql-ws throws for a message that is well formed, but only servers send it (`next`, `error`).
const isForServers = (error: unknown): boolean => error instanceof Error && error.message.startsWith('Unexpected message of type');

/** Connects one socket with graphql-ws. */
const speak = (protocol: Protocol, socket: WebSocket, client: ClientSocket, log: Logger): void => {
  const extra: Extra = { socket: client, viewer: null, expiry: undefined, leave: () => undefined, closed: false };
  const stopPings = keepAlive(socket, PING_INTERVAL_MS);
  let receive: Receive | null = null;
  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      send: (data) => client.send(data),
      close: (code, reason) => client.end(code ?? 1000, reason ?? ''),
      onMessage: (callback) => {
        receive = withReusableIds(
          callback,
          () => socket.readyState === socket.OPEN,
          (id) => client.end(4409, `Subscriber for ${id} already exists`),
        );
      },
    },
    extra,
  );
  socket.on('message', (data) => {
    receive?.(String(data)).catch((error: unknown) => {
      if (isForServers(error)) {
        client.close(4400);
        return;
      }
      log.error({ err: error, address: client.address }, 'a message could not be handled');
      client.close(4500);
    });
    if (!client.writable) pauseUntilWritable(socket, client);
  });
  socket.once('close', (code, reason) => {
    stopPings();
    clearTimeout(extra.expiry);
    extra.closed = true;
    extra.leave();
    closed(code, String(reason)).catch((error: unknown) => log.error({ err: error }, 'a socket could not be cleaned up'));
  });
};

// Whoever doesn't take answers gets no more of its messages read: answers that nobody takes would fill the memory.
const pauseUntilWritable = (socket: WebSocket, client: ClientSocket): void => {
  if (socket.isPaused || socket.readyState !== socket.OPEN) return;
  socket.pause();
  client.onWritable(() => socket.resume());
};

/** Finds out who is there, and sees to it that the connection ends with its token. */
const connect = async (
  { connectionParams, extra }: SocketContext,
  { authenticate, allowances, users }: Pick<SocketServerOptions, 'authenticate' | 'allowances'> & { readonly users: Places },
): Promise<boolean> => {
  try {
    await allowances.takeOfAddress(extra.socket.address);
    extra.viewer = await authenticate(connectionParams?.['authorization']);
  } catch (error) {
    if (!(error instanceof FanfareError)) throw error;
    // 4403 makes stock clients come back with a new token, 1013 makes them come back later; 4401 is final.
    if (error.code !== 'UNAUTHENTICATED') extra.socket.close(1013, error.message);
    else if (hasExpired(error)) extra.socket.close(4403);
    else extra.socket.close(4401, error.message);
    return false;
  }
  const { id } = extra.viewer.identity;
  // Anonymous callers are limited by their address alone. A socket that has closed meanwhile gives nothing back any more, so it takes nothing.
  if (id !== null && !extra.closed) {
    const leave = users.take(id);
    if (leave === null) {
      extra.socket.close(1013, 'One user has too many sockets open.');
      return false;
    }
    extra.leave = leave;
  }
  if (extra.viewer.expiresAtMs !== null && !extra.closed) closeAt(extra, extra.viewer.expiresAtMs);
  return true;
};

const closeAt = (extra: Extra, expiresAtMs: number): void => {
  const leftMs = expiresAtMs - Date.now();
  const expire = (): void => (leftMs > TIMER_MS_MAX ? closeAt(extra, expiresAtMs) : extra.socket.close(4403));
  extra.expiry = setTimeout(expire, Math.min(Math.max(leftMs, 0), TIMER_MS_MAX)).unref();
};

// jose's code for a good signature on a token that is over.
const hasExpired = ({ cause }: FanfareError): boolean => cause instanceof Error && 'code' in cause && cause.code === 'ERR_JWT_EXPIRED';
