import { type Data, isObject, memberOf, type PathStep } from './run.ts';

type Visit = (found: Data, path: readonly (string | number)[]) => void;

/** Finds every object at a path of the plan, in the order of the data. Nulls and missing parts have none. */
export const objectsAt = (root: Data, path: readonly PathStep[]): Data[] => {
  const found: Data[] = [];
  collect(root, path, 0, found);
  return found;
};

const collect = (value: unknown, path: readonly PathStep[], from: number, found: Data[]): void => {
  let current = value;
  for (let index = from; index < path.length; index += 1) {
    if (typeof current !== 'object' || current === null) return;
    const step = path[index] ?? '';
    if (Array.isArray(current)) {
      for (const item of current) collect(item, path, step === '@' ? index + 1 : index, found);
      return;
    }
    if (step === '@') return;
    current = memberOf(current as Data, step);
  }
  if (Array.isArray(current)) for (const item of current) collect(item, path, path.length, found);
  else if (typeof current === 'object' && current !== null) found.push(current as Data);
};

/** The same walk with where each object stands, for errors. Slower: it is walked only once there is one. */
export const visitObjectsAt = (root: Data, path: readonly PathStep[], visit: Visit): void => walk(root, path, [], visit);

const walk = (value: unknown, path: readonly PathStep[], at: readonly (string | number)[], visit: Visit): void => {
  if (Array.isArray(value)) {
    const rest = path[0] === '@' ? path.slice(1) : path;
    for (const [index, item] of value.entries()) walk(item, rest, [...at, index], visit);
    return;
  }
  if (!isObject(value)) return;
  const [step, ...rest] = path;
  if (step === undefined) visit(value, at);
  else if (step !== '@') walk(memberOf(value, step), rest, [...at, step], visit);
};
