/** What a RecentMap may hold: the sooner of both bounds. */
export interface RecentBounds {
  readonly entriesMax: number;
  /** In the unit that its user counts in; absent: unbounded. */
  readonly bytesMax?: number;
}

/** A map that forgets what was used longest ago, bounded by entries and by bytes. A value larger than a tenth of the bytes is not kept at all: it would
 * push out too much. */
export class RecentMap<Value> {
  readonly #entriesMax: number;
  readonly #bytesMax: number;
  readonly #onForget: (value: Value) => void;
  // Insertion order is order of use: every use takes the entry out and puts it back at the end.
  readonly #entries = new Map<string, { readonly value: Value; readonly bytes: number }>();
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
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  /** `bytes`: what the value and its key take. */
  set(key: string, value: Value, bytes = 0): void {
    this.delete(key);
    if (bytes > this.#bytesMax / 10) return;
    this.#entries.set(key, { value, bytes });
    this.#bytes += bytes;
    while (this.#entries.size > this.#entriesMax || this.#bytes > this.#bytesMax) {
      const oldest = this.#entries.entries().next();
      if (oldest.done === true) return;
      const [oldestKey, entry] = oldest.value;
      this.delete(oldestKey);
      this.#onForget(entry.value);
    }
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
}
