/** A process: stock graphql-ws clients that check what they get. */
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { type Bounds, boundsOf, sum } from '../support/bench.ts';
import { serveCommands } from '../support/child.ts';
import { nowMs, ROOM_ID, type RoomEvent, type SkippedRoomEvent, WATCH } from './events.ts';

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
  /** Messages that all of them have got. */
  readonly chats: number;
  /** Messages that they have got or were told to have been left out: the fewest and the most of one client. */
  readonly accounted: Bounds;
  /** Clients whose operation has ended. */
  readonly closed: number;
}

export type ClientCommands = {
  /** Resolves when all of them have their position. `query`: absent, WATCH. */
  readonly open: (to: { readonly url: string; readonly clients: number; readonly query?: string }) => Promise<void>;
  /** Forgets what was counted so far. */
  readonly begin: (argument: null) => void;
  /** Events since `begin`, those included that were left out and told: the fewest of a client, and of all together. */
  readonly progress: (argument: null) => { readonly least: number; readonly received: number };
  readonly checked: (argument: null) => Checked;
};

interface Checks {
  readonly seen: Set<number>;
  /** Seq of the last event of each kind: in a hot room gifts come at once, messages in groups. */
  readonly last: Map<string, number>;
  gifts: number;
  chats: number;
  /** Messages that were left out. */
  skipped: number;
  repeated: number;
  reordered: number;
  latenciesMs: number[];
}

let closed = 0;
let checks: readonly Checks[] = [];

const check = (own: Checks, event: RoomEvent | SkippedRoomEvent): void => {
  const { seq } = event;
  // What is left out is told where it would have been said.
  const kind = event.__typename === 'GiftEvent' ? 'gift' : 'chat';
  const first = event.__typename === 'SkippedEvent' ? event.fromSeq : seq;
  if (event.__typename === 'GiftEvent') own.gifts += 1;
  else if (event.__typename === 'SkippedEvent') own.skipped += event.count;
  else {
    own.chats += 1;
    own.latenciesMs.push(nowMs() - Number.parseFloat(event.message.text));
  }
  if (own.seen.has(seq)) own.repeated += 1;
  else if (first < (own.last.get(kind) ?? 0)) own.reordered += 1;
  own.seen.add(seq);
  own.last.set(kind, seq);
};

/** Whatever else comes is about the stream itself: its position, its step. */
const CHECKED: ReadonlySet<string> = new Set(['ChatEvent', 'GiftEvent', 'SkippedEvent']);

const follow = (client: Client, query: string, own: Checks): Promise<void> =>
  new Promise((resolve, reject) => {
    client.subscribe<{ roomEvents: RoomEvent | SkippedRoomEvent }>(
      { query, variables: { roomId: ROOM_ID } },
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

const commands: ClientCommands = {
  open: async ({ url, clients: count, query = WATCH }) => {
    checks = Array.from({ length: count }, () => ({
      seen: new Set<number>(),
      last: new Map<string, number>(),
      gifts: 0,
      chats: 0,
      skipped: 0,
      repeated: 0,
      reordered: 0,
      latenciesMs: [],
    }));
    const clients = checks.map(() =>
      createClient({ url: `${url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, lazy: true, retryAttempts: 0 }),
    );
    await Promise.all(clients.map((client, index) => follow(client, query, checks[index] as Checks)));
  },
  begin: () => {
    for (const own of checks) {
      own.seen.clear();
      own.latenciesMs = [];
      own.gifts = 0;
      own.chats = 0;
      own.skipped = 0;
      own.repeated = 0;
      own.reordered = 0;
    }
  },
  progress: () => {
    const told = checks.map(({ chats, skipped, gifts }) => chats + skipped + gifts);
    return { least: Math.min(...told), received: sum(told) };
  },
  checked: () => ({
    received: sum(checks.map(({ seen }) => seen.size)),
    repeated: sum(checks.map(({ repeated }) => repeated)),
    reordered: sum(checks.map(({ reordered }) => reordered)),
    gifts: { least: Math.min(...checks.map(({ gifts }) => gifts)), all: sum(checks.map(({ gifts }) => gifts)) },
    chats: sum(checks.map(({ chats }) => chats)),
    accounted: boundsOf(checks.map(({ chats, skipped }) => chats + skipped)),
    closed,
    latenciesMs: checks.flatMap(({ latenciesMs }) => latenciesMs),
  }),
};

serveCommands(commands);
