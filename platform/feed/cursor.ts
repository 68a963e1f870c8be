import { FanfareError } from '#platform/errors.ts';

/** A place in one life of one log: just after the event `seq`, whose id ends in `mark`. */
export interface Cursor {
  readonly epoch: string;
  /** 0: before the first event. */
  readonly seq: number;
  /** Last 32 bits of that event's random id, as 8 hex digits. A log that was rewound and written again has other marks. */
  readonly mark: string;
}

/** The mark of seq 0, where there is no event. */
export const MARK_OF_NOTHING = '00000000';
/** An epoch of 12, a seq of 16 and a mark of 8 characters, with two colons, in base64url. */
export const CURSOR_LENGTH_MAX = 52;

const FORM = /^([0-9a-f]{12}):(0|[1-9]\d{0,15}):([0-9a-f]{8})$/;

/** The mark of an event id (a UUID). */
export const markOf = (id: string): string => id.slice(-8);

/** What clients get to see: opaque, URL-safe. */
export const encodeCursor = ({ epoch, seq, mark }: Cursor): string =>
  Buffer.from(`${epoch}:${seq}:${mark}`, 'latin1').toString('base64url');

/** Reads a cursor back. Throws FanfareError BAD_USER_INPUT when it never was one; whether it fits a log is for the reader of that log to find out. */
export const parseCursor = (text: string): Cursor => {
  const cursor = text.length <= CURSOR_LENGTH_MAX ? decode(text) : null;
  if (cursor !== null) return cursor;
  throw new FanfareError(
    'BAD_USER_INPUT',
    'This is not a cursor. Use one exactly as it was given by an event, a position or a page, or leave it out to start at the head.',
  );
};

const decode = (text: string): Cursor | null => {
  const [, epoch, digits, mark] = FORM.exec(Buffer.from(text, 'base64url').toString('latin1')) ?? [];
  if (epoch === undefined || digits === undefined || mark === undefined) return null;
  const cursor = { epoch, seq: Number(digits), mark };
  if (!Number.isSafeInteger(cursor.seq) || (cursor.seq === 0 && mark !== MARK_OF_NOTHING)) return null;
  // Base64 decoders forgive stray characters; one place must have one spelling.
  return encodeCursor(cursor) === text ? cursor : null;
};
