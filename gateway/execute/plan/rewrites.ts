import type { FetchDataRewrite } from '@apollo/query-planner';
import { type Data, isObject, memberOf } from './run.ts';
import type { MatchesType } from './types.ts';

/** Changes an answer or a representation in place. */
export type Rewrite = (value: unknown) => void;

const FRAGMENT_PREFIX = '... on ';

/** Compiles a plan's rewrites (`KeyRenamer`, `ValueSetter`). Null when there is nothing to do. */
export const compileRewrites = (rewrites: readonly FetchDataRewrite[] | undefined, matches: MatchesType): Rewrite | null => {
  if (rewrites === undefined || rewrites.length === 0) return null;
  const compiled = rewrites.map((rewrite) => compileRewrite(rewrite, matches));
  return (value) => {
    for (const apply of compiled) apply(value);
  };
};

const compileRewrite = (rewrite: FetchDataRewrite, matches: MatchesType): Rewrite => {
  const key = rewrite.path.at(-1);
  if (key === undefined || key.startsWith(FRAGMENT_PREFIX)) throw new Error(`a rewrite ends with a field, not ${String(key)}`);
  const apply = rewrite.kind === 'ValueSetter' ? setter(key, rewrite.setValueTo) : renamer(key, rewrite.renameKeyTo);
  return rewrite.path.slice(0, -1).reduceRight<Rewrite>((next, step) => through(step, next, matches), eachObject(apply));
};

const setter =
  (key: string, value: unknown) =>
  (object: Data): void => {
    object[key] = value;
  };

const renamer =
  (key: string, name: string) =>
  (object: Data): void => {
    const value = memberOf(object, key);
    // Several types may share the new name; the key that isn't there belongs to another type's object.
    if (value === undefined) return;
    object[name] = value;
    delete object[key];
  };

const through = (step: string, next: Rewrite, matches: MatchesType): Rewrite => {
  if (!step.startsWith(FRAGMENT_PREFIX)) return eachObject((object) => next(memberOf(object, step)));
  const condition = step.slice(FRAGMENT_PREFIX.length);
  return eachObject((object) => {
    const typename = memberOf(object, '__typename');
    // Not every object was asked for its type; the plan counts on those being rewritten too.
    if (typeof typename !== 'string' || matches(condition, typename)) next(object);
  });
};

const eachObject = (apply: (object: Data) => void): Rewrite => {
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) visit(item);
    else if (isObject(value)) apply(value);
  };
  return visit;
};
