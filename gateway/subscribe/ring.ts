import type { Place } from './events.ts';

/** One payload, serialised once for all subscribers: all of the message but its end, which holds each operation's own id. */
export interface Entry {
  readonly head: Buffer;
  /** Where in the log it is; null for what has no place (a state's value, an event that failed). */
  readonly place: Place | null;
}

/** The newest payloads of a channel, by an index that only grows. Subscribers read from it at their own pace, so it is also their queue. */
export interface Ring {
  /** Index of the oldest entry, and the one that the next entry will get. Equal when it is empty. */
  readonly first: number;
  readonly next: number;
  /** The place just before the next entry. */
  readonly newest: Place | null;
  /** Bytes of all entries. */
  readonly bytes: number;
  push(entry: Entry): number;
  get(index: number): Entry | undefined;
  /** Where to read on after a cursor, or undefined when the cursor isn't here (any more). */
  after(cursor: string): { readonly index: number; readonly place: Place } | undefined;
  /** Begins anew after this place: what was there before cannot be found by a cursor any more. */
  restart(place: Place): void;
  /** Whether older entries still fit in front of the oldest: nothing was ever dropped to make room. */
  readonly growsBackwards: boolean;
  /** Puts entries in front of the oldest one, as many of the newest as there is room for. They follow `base` and end where this ring begins; others are not taken. */
  prepend(base: Place, entries: readonly Entry[]): void;
}

/** `payloadsMax`, `bytesMax()`: what is kept at most; the newest entry always stays. */
export const createRing = (payloadsMax: number, bytesMax: () => number, onBytes: (delta: number) => void): Ring => {
  const entries = new Map<number, Entry>();
  const byCursor = new Map<string, { readonly index: number; readonly place: Place }>();
  let first = 0;
  let next = 0;
  let bytes = 0;
  let newest: Place | null = null;
  /** The place before the oldest entry: a subscriber that has just that cursor can read on here. */
  let base: Place | null = null;
  // An index that was given to an entry once must not be given to another: somebody who fell off the ring would read it.
  let growsBackwards = true;

  const dropOldest = (): void => {
    growsBackwards = false;
    const entry = entries.get(first);
    entries.delete(first);
    first += 1;
    // Nobody can read on after the old base any more; the dropped entry's own place becomes the base, unless it lies before a restart.
    if (base !== null && (byCursor.get(base.cursor)?.index ?? first) < first) {
      byCursor.delete(base.cursor);
      base = null;
    }
    if (entry === undefined) return;
    bytes -= entry.head.length;
    onBytes(-entry.head.length);
    if (entry.place !== null && byCursor.get(entry.place.cursor)?.index === first) base = entry.place;
  };

  return {
    get first() {
      return first;
    },
    get next() {
      return next;
    },
    get bytes() {
      return bytes;
    },
    get newest() {
      return newest;
    },
    push: (entry) => {
      const index = next;
      next += 1;
      entries.set(index, entry);
      bytes += entry.head.length;
      onBytes(entry.head.length);
      if (entry.place !== null) {
        newest = entry.place;
        byCursor.set(entry.place.cursor, { index: next, place: entry.place });
      }
      while (next - first > 1 && (next - first > payloadsMax || bytes > bytesMax())) dropOldest();
      return index;
    },
    get: (index) => entries.get(index),
    after: (cursor) => byCursor.get(cursor),
    restart: (place) => {
      byCursor.clear();
      base = place;
      newest = place;
      byCursor.set(place.cursor, { index: next, place });
    },
    get growsBackwards() {
      return growsBackwards;
    },
    prepend: (before, earlier) => {
      const fits = base !== null && earlier.at(-1)?.place?.cursor === base.cursor && byCursor.get(base.cursor)?.index === first;
      if (!growsBackwards || !fits) return;
      for (let at = earlier.length - 1; at >= 0; at -= 1) {
        const entry = earlier[at];
        const place = at === 0 ? before : earlier[at - 1]?.place;
        if (entry === undefined || !place || next - first >= payloadsMax || bytes + entry.head.length > bytesMax()) return;
        first -= 1;
        entries.set(first, entry);
        bytes += entry.head.length;
        onBytes(entry.head.length);
        base = place;
        byCursor.set(place.cursor, { index: first, place });
      }
    },
  };
};
