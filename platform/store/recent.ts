/** What a RecentMap may hold: the sooner of both bounds. */
export interface RecentBounds {
  readonly entriesMax: number;
  /** In the unit that its user counts in; absent: unbounded. */
  readonly bytesMax?: number;
}

interface Entry<Value> {
  value: Value;
  readonly bytes: number;
  /** Whether it was used since it was last passed over. */
  used: boolean;
}

/** A map that forgets what has not been used for long, bounded by entries and by bytes ("second chance", F. Corbató, 1968: using an entry sets a mark; the oldest one without a mark goes).
 * A value larger than a tenth of the bytes is not kept at all: it would push out too much. */
export class RecentMap<Value> {
  readonly #entriesMax: number;
  readonly #bytesMax: number;
  readonly #onForget: (value: Value) => void;
  /** A Map keeps insertion order. */
  readonly #entries = new Map<string, Entry<Value>>();
  // One iterator for good: a new one would walk over the remains of all that was deleted at the front, each time.
  #hand = this.#entries.entries();
  #bytes = 0;

  /** `onForget` hears of values that went because of the bounds, not of those that were deleted or replaced. */
  constructor({ entriesMax, bytesMax = Number.POSITIVE_INFINITY }: RecentBounds, onForget: (value: Value) => void = () => undefined) {
    this.#entriesMax = entriesMax;
    this.#bytesMax = bytesMax;
    this.#onForget = onForget;
  }

  get(key: string): Value | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    entry.used = true;
    return entry.value;
  }

  /** `bytes`: what the value and its key take. */
  set(key: string, value: Value, bytes = 0): void {
    const known = this.#entries.get(key);
    if (known !== undefined && known.bytes === bytes) {
      // In place: taking entries out and putting them back would have the Map tidy up again and again.
      known.value = value;
      known.used = true;
      return;
    }
    this.delete(key);
    if (bytes > this.#bytesMax / 10) return;
    // Room is made first, so that the new one is not among those that may go.
    while (this.#entries.size >= this.#entriesMax || this.#bytes + bytes > this.#bytesMax) this.#forgetOne();
    this.#entries.set(key, { value, bytes, used: false });
    this.#bytes += bytes;
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
  }

  /** Deletes every entry that `matches`. */
  deleteWhere(matches: (value: Value) => boolean): void {
    for (const [key, { value }] of this.#entries) if (matches(value)) this.delete(key);
  }

  clear(): void {
    this.#entries.clear();
    this.#bytes = 0;
  }

  get size(): number {
    return this.#entries.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  // Whatever the hand has passed is gone or stands behind it again, so that it always points at the oldest.
  #forgetOne(): void {
    const oldest = this.#hand.next();
    if (oldest.done === true) {
      this.#hand = this.#entries.entries();
      return;
    }
    const [key, entry] = oldest.value;
    this.#entries.delete(key);
    if (entry.used) {
      entry.used = false;
      this.#entries.set(key, entry);
      return;
    }
    this.#bytes -= entry.bytes;
    this.#onForget(entry.value);
  }
}
