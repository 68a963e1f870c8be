/** A process: graphql-ws as shipped, for comparison. Its own server over `ws`, an async iterator for each subscriber, each of which executes and serialises each event. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buildSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { serveCommands } from '../support/child.ts';
import { emitSteadily, type Rate, type RoomEvent, roomEvent } from './events.ts';

export type StockCommands = {
  /** Its URL. */
  readonly open: (argument: null) => Promise<string>;
  readonly emit: (rate: Rate) => Promise<number>;
};

const schema = buildSchema(`
  scalar Cursor
  type Query { ready: Boolean }
  type Subscription { roomEvents(roomId: ID!, after: Cursor): RoomEvent! }
  interface RoomEvent { id: ID! seq: Int! cursor: Cursor! }
  type ChatEvent implements RoomEvent { id: ID! seq: Int! cursor: Cursor! message: Message! }
  type PositionEvent implements RoomEvent { id: ID! seq: Int! cursor: Cursor! }
  type Message { text: String! }
`);

const followers = new Set<(event: RoomEvent) => void>();
let seq = 0;

async function* follow(): AsyncGenerator<{ readonly roomEvents: RoomEvent }> {
  const waiting: RoomEvent[] = [roomEvent('PositionEvent', seq, Date.now())];
  let wake = (): void => undefined;
  const take = (event: RoomEvent): void => {
    waiting.push(event);
    wake();
  };
  followers.add(take);
  try {
    for (;;) {
      for (let event = waiting.shift(); event !== undefined; event = waiting.shift()) yield { roomEvents: event };
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    followers.delete(take);
  }
}

const commands: StockCommands = {
  open: async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', path: '/graphql' });
    useServer({ schema, roots: { subscription: { roomEvents: follow } } }, server);
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  },
  emit: (rate) =>
    emitSteadily(rate, (dueAtMs) => {
      seq += 1;
      const event = roomEvent('ChatEvent', seq, dueAtMs);
      for (const take of followers) take(event);
    }),
};

serveCommands(commands);
