/** A bounded map that forgets what was not used for longest. `make` runs once per missing key; it is synchronous, so two
 * requests can never make the same value at the same time. What throws is not kept. */
export interface Cache<Value> {
  getOrMake(key: string, make: () => Value): Value;
  readonly size: number;
}

/** `entriesMax`: values kept at most. */
export const createCache = <Value>(entriesMax: number): Cache<Value> => {
  // A Map keeps insertion order: the first key is the one that was not used for longest.
  const entries = new Map<string, { readonly value: Value }>();
  return {
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
  };
};
