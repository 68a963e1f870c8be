/** A process: subscribers that speak graphql-ws by hand over plain TCP and count frames, so that many of them cost little. Each looks at the last
 * frame of every chunk it gets, whether it has the subscriber's own id where servers put it: at the end, or at the beginning. */
import { randomBytes, randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { serveCommands } from '../support/child.ts';
import { ROOM_ID, WATCH } from './events.ts';

export interface Counted {
  /** Events of one subscriber since the last `begin`: the fewest and the most of all, and of all together. */
  readonly least: number;
  readonly most: number;
  readonly received: number;
  /** Bytes of all frames. */
  readonly bytes: number;
  /** How often the texts that were looked for have come, of all together, and to the one that got the fewest. */
  readonly found: readonly { readonly least: number; readonly all: number }[];
  /** Connections that were closed by the server. */
  readonly closed: number;
}

export type CounterCommands = {
  /** Resolves when all of them have their position. */
  /** `lookFor`: texts whose occurrences are counted: at most one in an event. */
  readonly open: (to: { readonly url: string; readonly counters: number; readonly lookFor?: readonly string[] }) => Promise<void>;
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
  /** Of each text that is looked for. */
  found: number[];
  /** The beginning of a frame whose rest has not come yet. */
  rest: Buffer;
}

const counters: Counter[] = [];
let failure: Error | null = null;
let closed = 0;
let wanted: readonly Buffer[] = [];

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
    } else if (bytes[at] === PING) counter.socket.write(frame(PONG, bytes.subarray(at + header, end)));
    else failure ??= new Error(`a counter got a frame that begins with ${bytes[at]}: ${bytes.toString('utf8', at + header, end)}`);
    at = end;
  }
  if (last !== null && !isOwn(counter, bytes.subarray(...last)))
    failure ??= new Error(`a counter got a message that is not its own: ${bytes.toString('utf8', ...last)}`);
  for (const [index, text] of wanted.entries())
    counter.found[index] = (counter.found[index] ?? 0) + occurrences(bytes.subarray(0, at), text);
  // The chunk's bytes are overwritten by the next one.
  counter.rest = at === bytes.length ? EMPTY : Buffer.from(bytes.subarray(at));
};

const occurrences = (bytes: Buffer, text: Buffer): number => {
  let count = 0;
  for (let place = bytes.indexOf(text); place >= 0; place = bytes.indexOf(text, place + text.length)) count += 1;
  return count;
};

const isOwn = ({ head, tail }: Counter, message: Buffer): boolean =>
  message.subarray(message.length - tail.length).equals(tail) || message.subarray(0, head.length).equals(head);

const EMPTY = Buffer.alloc(0);

/** Opens one; resolves when its first message, the position, has come. */
const open = (url: URL): Promise<void> =>
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
      found: [],
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
      send(socket, { id, type: 'subscribe', payload: { query: WATCH, variables: { roomId: ROOM_ID } } });
    }
    function position(chunk: Buffer): void {
      if (!chunk.includes('PositionEvent')) reject(new Error(`no position: ${String(chunk)}`));
      read = (more) => count(counter, more);
      resolve();
    }
  });

/** All sockets read into the same bytes, one after the other. */
const shared = Buffer.alloc(READ_BYTES);

const commands: CounterCommands = {
  open: async ({ url, counters: many, lookFor = [] }) => {
    wanted = lookFor.map((text) => Buffer.from(text));
    let left = many;
    const opening = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        await open(new URL(url));
      }
    };
    await Promise.all(Array.from({ length: OPENING_MAX }, opening));
  },
  begin: () => {
    for (const counter of counters) {
      counter.events = 0;
      counter.bytes = 0;
      counter.found = [];
    }
  },
  counted: () => {
    if (failure !== null) throw failure;
    const events = counters.map((counter) => counter.events);
    return {
      least: Math.min(...events),
      most: Math.max(...events),
      received: events.reduce((total, each) => total + each, 0),
      closed,
      found: wanted.map((_, index) => {
        const each = counters.map(({ found }) => found[index] ?? 0);
        return { least: Math.min(...each), all: each.reduce((total, count) => total + count, 0) };
      }),
      bytes: counters.reduce((total, { bytes }) => total + bytes, 0),
    };
  },
};

serveCommands(commands);
