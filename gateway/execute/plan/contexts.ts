import type { FetchNode } from '@apollo/query-planner';
import { type Data, isObject, memberOf, type PathStep } from './run.ts';
import type { MatchesType } from './types.ts';

/** Objects of which the fields take the same values from what stands above them (@fromContext). */
export interface InContext {
  readonly objects: Data[];
  /** The values, by the variables of the fetch. */
  readonly variables: Data;
}

type ContextRewrites = NonNullable<FetchNode['contextRewrites']>;

const PARENT = '..';
const FRAGMENT_PREFIX = '... on ';

/** Compiles what a fetch takes from above the objects at `path`: they come in groups, one for each set of values. Each object is asked for with its own. */
export const compileContexts = (
  rewrites: ContextRewrites,
  path: readonly PathStep[],
  matches: MatchesType,
): ((root: Data) => readonly InContext[]) => {
  const readers = rewrites.map((rewrite) => ({ variable: rewrite.renameKeyTo, read: compileReader(rewrite.path, matches) }));
  return (root) => {
    const groups = new Map<string, InContext>();
    visitLineages(root, path, [root], (lineage) => {
      const variables: Data = {};
      for (const { variable, read } of readers) {
        const value = read(lineage);
        // A context may be set by several types: only one of them stands above.
        if (value !== undefined) variables[variable] = value;
      }
      const object = lineage.at(-1);
      if (object === undefined) return;
      const key = JSON.stringify(variables);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { objects: [object], variables });
      else group.objects.push(object);
    });
    return [...groups.values()];
  };
};

/** Reads a value from an object's ancestors, of which the object is the last. Undefined: the context is not set by these. */
type Reader = (lineage: readonly Data[]) => unknown;

const compileReader = (path: readonly string[], matches: MatchesType): Reader => {
  const up = path.findIndex((step) => step !== PARENT);
  const steps = path.slice(up);
  return (lineage) => {
    const from = lineage.at(-1 - up);
    return from === undefined ? undefined : valueAt(from, steps, matches);
  };
};

const valueAt = (value: unknown, steps: readonly string[], matches: MatchesType): unknown => {
  const [step, ...rest] = steps;
  if (step === undefined || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => valueAt(item, steps, matches));
  if (!isObject(value)) return undefined;
  if (!step.startsWith(FRAGMENT_PREFIX)) return valueAt(memberOf(value, step), rest, matches);
  const typename = memberOf(value, '__typename');
  const fits = typeof typename !== 'string' || matches(step.slice(FRAGMENT_PREFIX.length), typename);
  return fits ? valueAt(value, rest, matches) : undefined;
};

// Lists are no step: the object above an item is the one that holds the list.
const visitLineages = (
  value: unknown,
  path: readonly PathStep[],
  lineage: readonly Data[],
  visit: (lineage: readonly Data[]) => void,
): void => {
  if (Array.isArray(value)) {
    const rest = path[0] === '@' ? path.slice(1) : path;
    for (const item of value) visitLineages(item, rest, isObject(item) ? [...lineage, item] : lineage, visit);
    return;
  }
  if (!isObject(value)) return;
  const [step, ...rest] = path;
  if (step === undefined) visit(lineage);
  else if (step !== '@') {
    const next = memberOf(value, step);
    visitLineages(next, rest, isObject(next) ? [...lineage, next] : lineage, visit);
  }
};
