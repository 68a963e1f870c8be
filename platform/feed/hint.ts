import { BUS_MESSAGE_BYTES_MAX } from '#platform/bus/bus.ts';
import { encodeCursor, markOf } from './cursor.ts';
import type { FeedEvent, JsonObject } from './feed.ts';

/** What travels over the bus after a commit. It only saves a read of the log: whoever misses it finds the events there. */
export interface Hint {
  readonly epoch: string;
  /** Seq of the feed's last event after that commit. */
  readonly head: number;
  /** The commit's events, ascending; none when they are too large for one message. */
  readonly events: readonly FeedEvent[];
}

/** The bus channel of one feed. The braces are Redis Cluster's hash tag: whatever belongs to one feed lies on one node. */
export const hintChannel = (database: string, feed: string): string => `hints:${database}:{${feed}}`;

/** Writes a hint; without its events when it would be longer than the bus takes. */
export const encodeHint = (epoch: string, head: number, events: readonly FeedEvent[]): string => {
  const full = JSON.stringify({
    epoch,
    head,
    events: events.map(({ seq, id, at, kind, v, payload }) => ({ seq, id, at: at.getTime(), kind, v, payload })),
  });
  return Buffer.byteLength(full) <= BUS_MESSAGE_BYTES_MAX ? full : JSON.stringify({ epoch, head, events: [] });
};

/** Reads a hint of that feed, or null when the message is none: the head check finds what it would have said. */
export const decodeHint = (feed: string, message: string): Hint | null => {
  const parsed = parseObject(message);
  if (parsed === null) return null;
  const { epoch, head, events } = parsed;
  if (typeof epoch !== 'string' || !isSeq(head) || !Array.isArray(events)) return null;
  const decoded: FeedEvent[] = [];
  for (const event of events) {
    if (!isWireEvent(event)) return null;
    const { seq, id, at, kind, v, payload } = event;
    decoded.push({ feed, seq, id, at: new Date(at), kind, v, payload, cursor: encodeCursor({ epoch, seq, mark: markOf(id) }) });
  }
  return { epoch, head, events: decoded };
};

interface WireEvent {
  readonly seq: number;
  readonly id: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly kind: string;
  readonly v: number;
  readonly payload: JsonObject;
}

const parseObject = (message: string): Readonly<Record<string, unknown>> | null => {
  try {
    const parsed: unknown = JSON.parse(message);
    return isObject(parsed) ? parsed : null;
  } catch {
    // Not JSON: somebody else's message on our channel. The caller counts it.
    return null;
  }
};

// By hand and not with zod: this runs for every event on every process that follows its feed.
const isWireEvent = (value: unknown): value is WireEvent =>
  isObject(value) &&
  isSeq(value['seq']) &&
  typeof value['id'] === 'string' &&
  typeof value['at'] === 'number' &&
  typeof value['kind'] === 'string' &&
  typeof value['v'] === 'number' &&
  isObject(value['payload']);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isSeq = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
