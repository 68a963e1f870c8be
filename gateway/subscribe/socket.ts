import type { WebSocket } from 'ws';
import { CLOSE_CODES, type CloseCode } from '#platform/close-codes.ts';
import { SOCKET_BUFFER_BYTES_MAX } from '../limits.ts';

/** One client's socket: everything that is written to it goes through here. */
export interface ClientSocket {
  readonly address: string;
  /** Resolves when the network has taken it, or the socket has closed. */
  send(data: string | Buffer): Promise<void>;
  /** The same, for those who don't wait. */
  write(data: Buffer): void;
  /** False while more than SOCKET_BUFFER_BYTES_MAX are waiting for the network. */
  readonly writable: boolean;
  /** Calls back once it is writable again; never after it has closed. */
  onWritable(listener: () => void): void;
  close(code: CloseCode, detail?: string): void;
}

/** The reason in a close frame has this much room. */
const CLOSE_REASON_BYTES_MAX = 123;

export const wrapSocket = (socket: WebSocket, address: string, onError: (error: Error) => void): ClientSocket => {
  const waiting = new Set<() => void>();
  const flushed = (error?: Error | null): void => {
    // A socket that has closed meanwhile is no error: its own end tells.
    if (error && socket.readyState === socket.OPEN) onError(error);
    if (waiting.size === 0 || socket.bufferedAmount > SOCKET_BUFFER_BYTES_MAX || socket.readyState !== socket.OPEN) return;
    const listeners = [...waiting];
    waiting.clear();
    for (const listener of listeners) listener();
  };
  return {
    address,
    send: (data) =>
      new Promise((resolve) => {
        if (socket.readyState !== socket.OPEN) {
          resolve();
          return;
        }
        socket.send(data, { binary: false }, (error) => {
          flushed(error);
          resolve();
        });
      }),
    write: (data) => {
      if (socket.readyState === socket.OPEN) socket.send(data, { binary: false }, flushed);
    },
    get writable() {
      return socket.bufferedAmount <= SOCKET_BUFFER_BYTES_MAX;
    },
    onWritable: (listener) => void waiting.add(listener),
    close: (code, detail) => {
      waiting.clear();
      // Else the other side's close frame would not be read.
      if (socket.isPaused) socket.resume();
      const { reason } = CLOSE_CODES[code];
      socket.close(
        code,
        Buffer.from(detail === undefined ? reason : `${reason}: ${detail}`)
          .subarray(0, CLOSE_REASON_BYTES_MAX)
          .toString('utf8')
          .replace(/\uFFFD+$/, ''),
      );
    },
  };
};
