import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { CLOSE_CODES, type CloseCode } from '#platform/close-codes.ts';
import { SOCKET_BUFFER_BYTES_MAX } from '../limits.ts';

/** One client's socket: everything that is written to it goes through here, in the order of the calls. */
export interface ClientSocket {
  readonly address: string;
  /** Sends one message. Resolves when the network has taken it, or the socket has closed. */
  send(data: string | Buffer): Promise<void>;
  /** Writes whole WebSocket frames. True when the network has taken all of it, so that the bytes may be used for something else. */
  write(frames: Buffer): boolean;
  /** The same, but what is gathered in one turn leaves in one write. The bytes must stay as they are. */
  gather(frames: Buffer): void;
  /** False while more than SOCKET_BUFFER_BYTES_MAX are waiting for the network. */
  readonly writable: boolean;
  /** Calls back once it is writable again; never after it has closed. */
  onWritable(listener: () => void): void;
  /** Calls back before we close it, so that what waits elsewhere is written first. Returns how to take that back. */
  onClosing(listener: () => void): () => void;
  close(code: CloseCode, detail?: string): void;
  /** Closes it as its protocol says. */
  end(code: number, reason: string): void;
}

/** The reason in a close frame has this much room. */
const CLOSE_REASON_BYTES_MAX = 123;

/** `connection`: what the WebSocket runs over. Frames may be written to it directly, between those of `socket`, because nothing is compressed: then `ws` writes each
 * of its own frames whole and at once. */
export const wrapSocket = (socket: WebSocket, connection: Duplex, address: string, onError: (error: Error) => void): ClientSocket => {
  const waiting = new Set<() => void>();
  const closing = new Set<() => void>();
  let gathering = false;
  const isOpen = (): boolean => socket.readyState === socket.OPEN;
  connection.on('drain', () => {
    if (waiting.size === 0 || !isOpen()) return;
    const listeners = [...waiting];
    waiting.clear();
    for (const listener of listeners) listener();
  });
  const scatter = (): void => {
    gathering = false;
    connection.uncork();
  };
  const end = (code: number, reason: string): void => {
    if (isOpen()) for (const listener of closing) listener();
    closing.clear();
    waiting.clear();
    // Else the other side's close frame would not be read.
    if (socket.isPaused) socket.resume();
    socket.close(code, fitting(reason));
  };
  return {
    address,
    send: (data) =>
      new Promise((resolve) => {
        if (!isOpen()) {
          resolve();
          return;
        }
        socket.send(data, { binary: false }, (error) => {
          // A socket that has closed meanwhile is no error: its own end tells.
          if (error && isOpen()) onError(error);
          resolve();
        });
      }),
    write: (frames) => {
      if (!isOpen()) return true;
      connection.write(frames);
      return connection.writableLength === 0;
    },
    gather: (frames) => {
      if (!isOpen()) return;
      if (!gathering) {
        gathering = true;
        connection.cork();
        process.nextTick(scatter);
      }
      connection.write(frames);
    },
    get writable() {
      return connection.writableLength <= SOCKET_BUFFER_BYTES_MAX;
    },
    onWritable: (listener) => void waiting.add(listener),
    onClosing: (listener) => {
      closing.add(listener);
      return () => void closing.delete(listener);
    },
    close: (code, detail) => {
      const { reason } = CLOSE_CODES[code];
      end(code, detail === undefined ? reason : `${reason}: ${detail}`);
    },
    end,
  };
};

// A longer one is no close frame. graphql-ws names the id of a duplicate, for example.
const fitting = (reason: string): string =>
  Buffer.from(reason)
    .subarray(0, CLOSE_REASON_BYTES_MAX)
    .toString('utf8')
    .replace(/\uFFFD+$/, '');
