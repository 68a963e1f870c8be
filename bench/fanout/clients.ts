/** A process: stock graphql-ws clients that check what they get. */
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { serveCommands } from '../support/child.ts';
import { nowMs, ROOM_ID, type RoomEvent, WATCH } from './events.ts';

export interface Checked {
  /** Events that came a second time, or after a later one. Both count over all clients. */
  readonly repeated: number;
  readonly reordered: number;
  /** From when an event was due until the client's callback. */
  readonly latenciesMs: readonly number[];
  /** Of all clients together. */
  readonly received: number;
  /** Gifts that all of them have got, and the one that got the fewest. */
  readonly gifts: { readonly least: number; readonly all: number };
  /** Clients whose operation has ended. */
  readonly closed: number;
}

export type ClientCommands = {
  /** Resolves when all of them have their position. */
  readonly open: (to: { readonly url: string; readonly clients: number }) => Promise<void>;
  /** Forgets what was counted so far. */
  readonly begin: (argument: null) => void;
  /** Events since `begin`: the fewest that a client has got, and what all have got together. */
  readonly progress: (argument: null) => { readonly least: number; readonly received: number };
  readonly checked: (argument: null) => Checked;
};

interface Checks {
  readonly seen: Set<number>;
  /** Seq of the last event of each kind: in a hot room gifts come at once, messages in groups. */
  readonly last: Map<string, number>;
  gifts: number;
  repeated: number;
  reordered: number;
  latenciesMs: number[];
}

let closed = 0;
let checks: readonly Checks[] = [];

const check = (own: Checks, { __typename, seq, message }: RoomEvent): void => {
  if (__typename === 'GiftEvent') own.gifts += 1;
  else own.latenciesMs.push(nowMs() - Number.parseFloat(message.text));
  if (own.seen.has(seq)) own.repeated += 1;
  else if (seq < (own.last.get(__typename) ?? 0)) own.reordered += 1;
  own.seen.add(seq);
  own.last.set(__typename, seq);
};

/** Whatever else comes is about the stream itself: its position, what it leaves out. */
const CHECKED: ReadonlySet<string> = new Set(['ChatEvent', 'GiftEvent']);

const follow = (client: Client, own: Checks): Promise<void> =>
  new Promise((resolve, reject) => {
    client.subscribe<{ roomEvents: RoomEvent }>(
      { query: WATCH, variables: { roomId: ROOM_ID } },
      {
        next: ({ data, errors }) => {
          if (errors !== undefined) reject(new Error(JSON.stringify(errors)));
          else if (data === null || data === undefined) reject(new Error('a payload without an event'));
          else if (CHECKED.has(data.roomEvents.__typename)) check(own, data.roomEvents);
          else resolve();
        },
        error: (error) => {
          closed += 1;
          reject(error instanceof Error ? error : new Error('a client was refused or closed', { cause: error }));
        },
        complete: () => {
          closed += 1;
          reject(new Error('a client was completed'));
        },
      },
    );
  });

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const commands: ClientCommands = {
  open: async ({ url, clients: count }) => {
    checks = Array.from({ length: count }, () => ({
      seen: new Set<number>(),
      last: new Map<string, number>(),
      gifts: 0,
      repeated: 0,
      reordered: 0,
      latenciesMs: [],
    }));
    const clients = checks.map(() =>
      createClient({ url: `${url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, lazy: true, retryAttempts: 0 }),
    );
    await Promise.all(clients.map((client, index) => follow(client, checks[index] as Checks)));
  },
  begin: () => {
    for (const own of checks) {
      own.seen.clear();
      own.latenciesMs = [];
      own.gifts = 0;
      own.repeated = 0;
      own.reordered = 0;
    }
  },
  progress: () => ({ least: Math.min(...checks.map(({ seen }) => seen.size)), received: sum(checks.map(({ seen }) => seen.size)) }),
  checked: () => ({
    received: sum(checks.map(({ seen }) => seen.size)),
    repeated: sum(checks.map(({ repeated }) => repeated)),
    reordered: sum(checks.map(({ reordered }) => reordered)),
    gifts: { least: Math.min(...checks.map(({ gifts }) => gifts)), all: sum(checks.map(({ gifts }) => gifts)) },
    closed,
    latenciesMs: checks.flatMap(({ latenciesMs }) => latenciesMs),
  }),
};

serveCommands(commands);
