import type { FanfareError } from '#platform/errors.ts';

/** One operation of one socket, as a channel sees it. */
export interface Outlet {
  /** Writes one `next` message, whose end is this operation's own id. */
  next(head: Buffer): void;
  /** False while the socket holds more than SOCKET_BUFFER_BYTES_MAX that its network has not taken. */
  readonly writable: boolean;
  /** Calls back once when it is writable again. Never after the socket has closed. */
  onWritable(listener: () => void): void;
  /** Ends the operation with an error message; closes the socket with 1013 when the same operation may fare better a little later. */
  fail(error: FanfareError): void;
  complete(): void;
  /** Closes the socket: its reader is too slow to be served without a gap. */
  overflow(): void;
}
