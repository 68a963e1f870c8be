/** A process: subscribers that speak graphql-ws by hand over plain TCP and count frames, so that many of them cost little. Each looks at the last
 * frame of every chunk it gets, whether it has the subscriber's own id where servers put it: at the end, or at the beginning. */
import { randomBytes, randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { type Bounds, boundsOf, sum } from '../support/bench.ts';
import { serveCommands } from '../support/child.ts';
import { ROOM_ID, WATCH } from './events.ts';

export interface Counted {
  /** Events of one subscriber since the last `begin`: the fewest and the most of all, and of all together. */
  readonly least: number;
  readonly most: number;
  readonly received: number;
  /** Bytes of all frames. */
  readonly bytes: number;
  /** Messages of all together; and of one that they have got or were told to have been left out. */
  readonly chats: number;
  readonly accounted: Bounds;
  /** Gifts of all together, and of the one that got the fewest. */
  readonly gifts: { readonly least: number; readonly all: number };
  /** SkippedEvents of all together. */
  readonly skips: number;
  /** Connections that were closed by the server. */
  readonly closed: number;
}

export type CounterCommands = {
  /** Resolves when all of them have their position. `query`: absent, WATCH. */
  readonly open: (to: { readonly url: string; readonly counters: number; readonly query?: string }) => Promise<void>;
  readonly begin: (argument: null) => void;
  /** Throws when one has got what it should not. */
  readonly counted: (argument: null) => Counted;
};

/** Connections that are being opened at the same time. */
const OPENING_MAX = 50;
const READ_BYTES = 262_144;

const TEXT = 0x81;
const PING = 0x89;
const PONG = 0x8a;

interface Counter {
  readonly socket: Socket;
  readonly tail: Buffer;
  readonly head: Buffer;
  events: number;
  bytes: number;
  chats: number;
  gifts: number;
  skips: number;
  /** Messages that were left out. */
  skipped: number;
  /** Where in a message the type of its event stands: ids are of one length, so always at the same place. */
  typeAt: number;
  /** The beginning of a frame whose rest has not come yet. */
  rest: Buffer;
}

const counters: Counter[] = [];
let failure: Error | null = null;
let closed = 0;

/** A frame as clients send it. The mask is all zeros: allowed, and it leaves the payload as it is. */
const frame = (opcode: number, payload: Buffer): Buffer => {
  const header =
    payload.length < 126
      ? Buffer.from([opcode, 0x80 | payload.length])
      : Buffer.from([opcode, 0xfe, payload.length >> 8, payload.length & 0xff]);
  return Buffer.concat([header, Buffer.alloc(4), payload]);
};

const send = (socket: Socket, message: object): void => void socket.write(frame(TEXT, Buffer.from(JSON.stringify(message))));

/** Counts the frames in a chunk. What begins with the first one that is cut off is kept. */
const count = (counter: Counter, chunk: Buffer): void => {
  const bytes = counter.rest.length === 0 ? chunk : Buffer.concat([counter.rest, chunk]);
  let at = 0;
  let last: readonly [number, number] | null = null;
  while (at + 2 <= bytes.length) {
    const short = bytes[at + 1] ?? 0;
    const header = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (at + header > bytes.length) break;
    const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
    const end = at + header + length;
    if (end > bytes.length) break;
    if (bytes[at] === TEXT) {
      counter.events += 1;
      counter.bytes += end - at;
      last = [at + header, end];
      countKind(counter, bytes, at + header + counter.typeAt, end);
    } else if (bytes[at] === PING) counter.socket.write(frame(PONG, bytes.subarray(at + header, end)));
    else failure ??= new Error(`a counter got a frame that begins with ${bytes[at]}: ${bytes.toString('utf8', at + header, end)}`);
    at = end;
  }
  if (last !== null && !isOwn(counter, bytes.subarray(...last)))
    failure ??= new Error(`a counter got a message that is not its own: ${bytes.toString('utf8', ...last)}`);
  // The chunk's bytes are overwritten by the next one.
  counter.rest = at === bytes.length ? EMPTY : Buffer.from(bytes.subarray(at));
};

/** Tells events by two letters of their type: subscribers share the cores with what they measure. */
const countKind = (counter: Counter, bytes: Buffer, typeAt: number, end: number): void => {
  const letter = bytes[typeAt];
  if (letter === CHAT) counter.chats += 1;
  else if (letter === GIFT) counter.gifts += 1;
  else if (letter === SKIPPED[0] && bytes[typeAt + 1] === SKIPPED[1]) {
    counter.skips += 1;
    counter.skipped += countBefore(
      bytes,
      bytes.subarray(end - counter.tail.length, end).equals(counter.tail) ? end - counter.tail.length : end - 1,
    );
  }
};

const TYPE = '"__typename":"';
const CHAT = 'ChatEvent'.charCodeAt(0);
const GIFT = 'GiftEvent'.charCodeAt(0);
const SKIPPED = [...Buffer.from('SkippedEvent')];
const BRACE = '}'.charCodeAt(0);
const ZERO = '0'.charCodeAt(0);

/** The number with which an event ends, before the braces around it. */
const countBefore = (bytes: Buffer, from: number): number => {
  let at = from - 1;
  while (bytes[at] === BRACE) at -= 1;
  let [number, factor] = [0, 1];
  for (let digit = (bytes[at] ?? 0) - ZERO; digit >= 0 && digit <= 9; digit = (bytes[at] ?? 0) - ZERO) {
    number += digit * factor;
    factor *= 10;
    at -= 1;
  }
  return number;
};

const isOwn = ({ head, tail }: Counter, message: Buffer): boolean =>
  message.subarray(message.length - tail.length).equals(tail) || message.subarray(0, head.length).equals(head);

const EMPTY = Buffer.alloc(0);

/** Opens one; resolves when its first message, the position, has come. */
const open = (url: URL, query: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const id = randomUUID();
    let read = handshake;
    const socket = connect({
      host: url.hostname,
      port: Number(url.port),
      onread: {
        buffer: shared,
        callback: (length, buffer) => {
          read(Buffer.from(buffer.buffer, buffer.byteOffset, length));
          return true;
        },
      },
    });
    const counter: Counter = {
      socket,
      tail: Buffer.from(`,"id":"${id}"}`),
      head: Buffer.from(`{"id":"${id}",`),
      events: 0,
      bytes: 0,
      chats: 0,
      gifts: 0,
      skips: 0,
      skipped: 0,
      typeAt: 0,
      rest: EMPTY,
    };
    counters.push(counter);
    socket.once('error', reject);
    socket.once('close', () => {
      closed += 1;
      reject(new Error('a counter was closed'));
    });
    const key = randomBytes(16).toString('base64');
    socket.write(
      `GET /graphql HTTP/1.1\r\nHost: ${url.host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n`,
    );
    function handshake(chunk: Buffer): void {
      if (!String(chunk).startsWith('HTTP/1.1 101')) reject(new Error(`no WebSocket: ${String(chunk).slice(0, 200)}`));
      read = acknowledged;
      send(socket, { type: 'connection_init' });
    }
    function acknowledged(chunk: Buffer): void {
      if (!chunk.includes('connection_ack')) reject(new Error(`no acknowledgement: ${String(chunk)}`));
      read = position;
      send(socket, { id, type: 'subscribe', payload: { query, variables: { roomId: ROOM_ID } } });
    }
    function position(chunk: Buffer): void {
      if (!chunk.includes('PositionEvent')) reject(new Error(`no position: ${String(chunk)}`));
      counter.typeAt = chunk.indexOf(TYPE) + TYPE.length - chunk.indexOf('{"');
      read = (more) => count(counter, more);
      resolve();
    }
  });

/** All sockets read into the same bytes, one after the other. */
const shared = Buffer.alloc(READ_BYTES);

const commands: CounterCommands = {
  open: async ({ url, counters: many, query = WATCH }) => {
    let left = many;
    const opening = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        await open(new URL(url), query);
      }
    };
    await Promise.all(Array.from({ length: OPENING_MAX }, opening));
  },
  begin: () => {
    for (const counter of counters) {
      counter.events = 0;
      counter.bytes = 0;
      counter.chats = 0;
      counter.gifts = 0;
      counter.skips = 0;
      counter.skipped = 0;
    }
  },
  counted: () => {
    if (failure !== null) throw failure;
    const events = counters.map((counter) => counter.events);
    return {
      least: Math.min(...events),
      most: Math.max(...events),
      received: sum(events),
      closed,
      chats: sum(counters.map(({ chats }) => chats)),
      accounted: boundsOf(counters.map(({ chats, skipped }) => chats + skipped)),
      gifts: { least: Math.min(...counters.map(({ gifts }) => gifts)), all: sum(counters.map(({ gifts }) => gifts)) },
      skips: sum(counters.map(({ skips }) => skips)),
      bytes: sum(counters.map(({ bytes }) => bytes)),
    };
  },
};

serveCommands(commands);
