/** A bounded map that forgets what was not used for longest. `make` runs once per missing key; it is synchronous, so two
 * requests can never make the same value at the same time. What throws is not kept. */
export interface Cache<Value> {
  getOrMake(key: string, make: () => Value): Value;
  readonly size: number;
}

/** The same for what takes time to make: whoever asks for a key while it is being made gets the one under way. What rejects is not kept. */
export interface AsyncCache<Value> extends Cache<Promise<Value>> {
  /** What is kept, used last first, at most so many. */
  recent(keysMax: number): readonly (readonly [key: string, value: Promise<Value>])[];
}

/** `entriesMax`: values kept at most. */
export const createCache = <Value>(entriesMax: number): Cache<Value> => overEntries(new Map(), entriesMax);

/** `entriesMax`: values kept at most, those under way included. */
export const createAsyncCache = <Value>(entriesMax: number): AsyncCache<Value> => {
  const entries: Entries<Promise<Value>> = new Map();
  const cache = overEntries(entries, entriesMax);
  const forgetful = (key: string, value: Promise<Value>): Promise<Value> => {
    value.catch(() => {
      if (entries.get(key)?.value === value) entries.delete(key);
    });
    return value;
  };
  return {
    getOrMake: (key, make) => cache.getOrMake(key, () => forgetful(key, make())),
    recent: (keysMax) =>
      [...entries]
        .slice(-keysMax)
        .reverse()
        .map(([key, { value }]) => [key, value]),
    get size() {
      return cache.size;
    },
  };
};

// A Map keeps insertion order: the first key is the one that was not used for longest.
type Entries<Value> = Map<string, { readonly value: Value }>;

const overEntries = <Value>(entries: Entries<Value>, entriesMax: number): Cache<Value> => ({
  getOrMake: (key, make) => {
    const known = entries.get(key);
    if (known !== undefined) {
      entries.delete(key);
      entries.set(key, known);
      return known.value;
    }
    const value = make();
    entries.set(key, { value });
    const oldest = entries.keys().next();
    if (entries.size > entriesMax && !oldest.done) entries.delete(oldest.value);
    return value;
  },
  get size() {
    return entries.size;
  },
});
