import { FanfareError } from '#platform/errors.ts';
import { MARK_OF_NOTHING } from '#platform/feed/cursor.ts';
import type { LogPlace } from '../domain/inbox.ts';
import { INBOX_CURSOR_LENGTH_MAX } from '../domain/limits.ts';

/** Where somebody stands in all their conversations at once: in the log of their inbox, which holds direct conversations whole, and in the log of each group that they are in there. */
export interface InboxPlace {
  readonly epoch: string;
  readonly inbox: LogPlace;
  /** By the id of the stay, ascending. */
  readonly groups: ReadonlyMap<number, LogPlace>;
}

/** Of the form below. */
const VERSION = 1;
const EPOCH_BYTES = 6;
const MARK_BYTES = 4;
/** Numbers are written in groups of 7 bits, the lowest first; all but the last have the highest bit set. */
const GROUP = 0x80;

/** The beginning of a cursor: all but the groups. */
export const cursorHead = (epoch: string, inbox: LogPlace): Buffer =>
  Buffer.concat([Buffer.of(VERSION), Buffer.from(epoch, 'hex'), placeBytes(inbox)]);

/** What a cursor says about one group. */
export const cursorPart = (stayId: number, place: LogPlace): Buffer => Buffer.concat([numberBytes(stayId), placeBytes(place)]);

/** A cursor of its head and of its groups, ascending by stay: some 10 bytes per group, so 3 KB for who is in as many as anybody may be. */
export const cursorText = (parts: readonly Buffer[]): string => Buffer.concat(parts).toString('base64url');

export const encodeInboxCursor = ({ epoch, inbox, groups }: InboxPlace): string =>
  cursorText([cursorHead(epoch, inbox), ...[...groups].map(([stayId, place]) => cursorPart(stayId, place))]);

/** Reads a cursor back. Throws FanfareError BAD_USER_INPUT when it never was one; whether its places are in their logs is for the reader of those to find out. */
export const parseInboxCursor = (text: string): InboxPlace => {
  const place = text.length <= INBOX_CURSOR_LENGTH_MAX ? decode(Buffer.from(text, 'base64url')) : null;
  // Base64 decoders forgive stray characters, and numbers can be written too long; one place must have one spelling.
  if (place !== null && encodeInboxCursor(place) === text) return place;
  throw new FanfareError(
    'BAD_USER_INPUT',
    'This is not a cursor of an inbox. Use one exactly as an event, a position or a page of an inbox brought it, or leave it out.',
  );
};

const numberBytes = (number: number): Buffer => {
  const bytes: number[] = [];
  let left = number;
  for (; left >= GROUP; left = Math.floor(left / GROUP)) bytes.push((left % GROUP) | GROUP);
  return Buffer.from([...bytes, left]);
};

const placeBytes = ({ seq, mark }: LogPlace): Buffer => Buffer.concat([numberBytes(seq), Buffer.from(mark, 'hex')]);

const decode = (bytes: Buffer): InboxPlace | null => {
  if (bytes[0] !== VERSION) return null;
  const epoch = bytes.toString('hex', 1, 1 + EPOCH_BYTES);
  const reader = new Reader(bytes, 1 + EPOCH_BYTES);
  const inbox = reader.place();
  const groups = new Map<number, LogPlace>();
  let last = 0;
  while (!reader.atEnd) {
    const stayId = reader.number();
    // A stay begins in the inbox, and comes after those before it.
    if (stayId <= last || stayId > inbox.seq) return null;
    groups.set(stayId, reader.place());
    last = stayId;
  }
  return reader.isSound ? { epoch, inbox, groups } : null;
};

/** Reads numbers and places. Past the end, and at what is neither, it is no longer sound and stands at the end. */
class Reader {
  readonly #bytes: Buffer;
  #at: number;
  isSound: boolean;

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.#at = at;
    this.isSound = bytes.length >= at;
  }

  get atEnd(): boolean {
    return !this.isSound || this.#at >= this.#bytes.length;
  }

  number(): number {
    let number = 0;
    for (let factor = 1; ; factor *= GROUP) {
      const byte = this.#bytes[this.#at];
      this.#at += 1;
      if (byte === undefined) break;
      number += (byte % GROUP) * factor;
      if (!Number.isSafeInteger(number)) break;
      if (byte < GROUP) return number;
    }
    this.isSound = false;
    return 0;
  }

  place(): LogPlace {
    const seq = this.number();
    const mark = this.#bytes.toString('hex', this.#at, this.#at + MARK_BYTES);
    this.#at += MARK_BYTES;
    if (this.#at > this.#bytes.length || (seq === 0 && mark !== MARK_OF_NOTHING)) this.isSound = false;
    return { seq, mark };
  }
}
