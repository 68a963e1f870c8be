import { type Data, isObject } from './run.ts';

/** Merges what a subgraph sent into what is there already: objects member by member, lists of the same length item by item, everything else
 * replaces. `source` may become part of `target` and must not be used again by whoever changes it. */
export const mergeInto = (target: Data, source: Data): void => {
  for (const key in source) {
    // JSON can have a member of this name, and assigning it would change the object's prototype.
    if (key === '__proto__') continue;
    const value = source[key];
    if (value === undefined) continue;
    const known = target[key];
    target[key] = typeof known === 'object' && known !== null && typeof value === 'object' && value !== null ? merged(known, value) : value;
  }
};

const merged = (known: object, value: object): unknown => {
  if (known === value) return known;
  if (Array.isArray(value)) return Array.isArray(known) && known.length === value.length ? mergeLists(known, value) : value;
  if (Array.isArray(known)) return value;
  mergeInto(known as Data, value as Data);
  return known;
};

const mergeLists = (known: unknown[], values: readonly unknown[]): unknown[] => {
  for (let index = 0; index < values.length; index += 1) {
    const [item, value] = [known[index], values[index]];
    if (isObject(item) && isObject(value)) mergeInto(item, value);
    else if (Array.isArray(item) && Array.isArray(value) && item.length === value.length) mergeLists(item, value);
    else known[index] = value;
  }
  return known;
};
