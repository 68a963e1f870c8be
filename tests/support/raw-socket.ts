import { WebSocket } from 'ws';
import { withDeadline } from './deadline.ts';

export interface RawMessage {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

/** A graphql-transport-ws client that does only what it is told. */
export interface RawSocket {
  readonly socket: WebSocket;
  send(message: object): void;
  /** Resolves with the next message for which `wanted` holds; what came before it is lost to others who ask. */
  next(wanted: (message: RawMessage) => boolean): Promise<RawMessage>;
  readonly closed: Promise<{ readonly code: number; readonly reason: string; readonly atMs: number }>;
}

/** Connects, and waits for the acknowledgement unless `params` is null (then it sends nothing). */
export const aRawSocket = async (url: string, params: object | null = {}): Promise<RawSocket> => {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const messages: RawMessage[] = [];
  const looks = new Set<() => void>();
  const closed = new Promise<Awaited<RawSocket['closed']>>((resolve) =>
    socket.once('close', (code, reason) => resolve({ code, reason: String(reason), atMs: performance.now() })),
  );
  socket.on('error', () => undefined);
  socket.on('message', (data) => {
    messages.push(JSON.parse(String(data)) as RawMessage);
    for (const look of looks) look();
  });
  await new Promise((resolve) => socket.once('open', resolve));
  const send = (message: object): void => socket.send(JSON.stringify(message));
  const next: RawSocket['next'] = (wanted) => {
    let look = (): void => undefined;
    const found = new Promise<RawMessage>((resolve) => {
      look = () => {
        const at = messages.findIndex(wanted);
        if (at !== -1) resolve(messages.splice(0, at + 1).at(-1) as RawMessage);
      };
      looks.add(look);
      look();
    });
    return withDeadline(found, 'no such message came').finally(() => looks.delete(look));
  };
  if (params !== null) send({ type: 'connection_init', payload: params });
  return { socket, send, next, closed };
};

/** The same, acknowledged. */
export const anOpenSocket = async (url: string, params: object = {}): Promise<RawSocket> => {
  const socket = await aRawSocket(url, params);
  await socket.next(({ type }) => type === 'connection_ack');
  return socket;
};
