/** A seeded generator of numbers in [0, 1): mulberry32 (Tommy Ettinger, public domain). The same seed gives the same show. */
export type Random = () => number;

export const seededRandom = (seed: number): Random => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/** One of `items`, each as likely as the next. Throws on an empty list. */
export const pick = <Item>(random: Random, items: readonly Item[]): Item => {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('pick needs at least one item');
  return item;
};

/** A waiting time with that mean, as between independent arrivals (exponential), in milliseconds. */
export const arrivalGapMs = (random: Random, meanMs: number): number => -Math.log(1 - random()) * meanMs;
