/** A copy of parsed JSON that may be changed: what a plan merges into an answer becomes part of it. */
export const copyOf = <Value>(value: Value): Value => {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf) as Value;
  const copy: Record<string, unknown> = {};
  // JSON can have a member of this name, and assigning it would change the copy's prototype.
  for (const key in value) if (key !== '__proto__') copy[key] = copyOf(value[key]);
  return copy as Value;
};
