import { ERROR_CODES, type FanfareError } from '#platform/errors.ts';
import { messageTail } from './complete.ts';
import { type Batch, createBatch } from './frames.ts';
import type { ClientSocket } from './socket.ts';

/** One operation of one socket, as a channel sees it. */
export interface Outlet {
  /** Writes one `next` message, whose end is this operation's own id. */
  next(head: Buffer): void;
  /** Writes several in one go. */
  send(batch: Batch): void;
  /** False while the socket holds more than SOCKET_BUFFER_BYTES_MAX that its network has not taken. */
  readonly writable: boolean;
  /** Calls back once when it is writable again. Never after the socket has closed. */
  onWritable(listener: () => void): void;
  /** Calls back before we close the socket, while it can still be written to. Returns how to take that back. */
  onClosing(listener: () => void): () => void;
  /** Ends the operation with an error message; closes the socket with 1013 when the same operation may fare better a little later. */
  fail(error: FanfareError): void;
  complete(): void;
  /** Closes the socket: its reader is too slow to be served without a gap. */
  overflow(): void;
}

export interface OutletOptions {
  readonly socket: ClientSocket;
  readonly operationId: string;
  /** End the operation by a message of its protocol. */
  readonly fail: (error: FanfareError) => void;
  readonly complete: () => void;
}

export const createOutlet = ({ socket, operationId, fail, complete }: OutletOptions): Outlet => {
  const tail = messageTail(operationId);
  return {
    next: (head) => socket.gather(createBatch([head]).fill(tail)),
    send: (batch) => {
      if (!socket.write(batch.fill(tail))) batch.keep(tail);
    },
    get writable() {
      return socket.writable;
    },
    onWritable: (listener) => socket.onWritable(listener),
    onClosing: (listener) => socket.onClosing(listener),
    // Stock clients take an error for the operation's end, but come back by themselves from 1013: to this gateway, or to one that reaches more.
    fail: (error) => (ERROR_CODES[error.code].retryable ? socket.close(1013, error.message) : fail(error)),
    complete,
    overflow: () => socket.close(1013),
  };
};
