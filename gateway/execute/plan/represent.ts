import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import { mergeInto } from './merge.ts';
import { type Data, isObject, memberOf } from './run.ts';
import type { MatchesType } from './types.ts';

/** Makes of an object what a subgraph needs to find it: its type, its key, and what the asked fields require. Null when the object is of no type
 * that is asked for, or lacks a part that could not be fetched (whose error is known already). */
export type Represent = (object: Data) => Data | null;

/** `nameOf`: under which name the subgraph knows a field of the plan. */
export const compileRepresentation = (
  requires: readonly QueryPlanSelectionNode[],
  matches: MatchesType,
  nameOf: (planned: string) => string,
): Represent => {
  const pick = compileSelections(requires, matches, nameOf);
  return (object) => {
    const representation: Data = {};
    if (!pick(object, representation)) return null;
    const typename = representation['__typename'];
    return typeof typename === 'string' ? representation : null;
  };
};

/** Copies the selected members of `source` to `target`. False when one is missing. */
type Pick = (source: Data, target: Data) => boolean;

const compileSelections = (
  selections: readonly QueryPlanSelectionNode[],
  matches: MatchesType,
  nameOf: (planned: string) => string,
): Pick => {
  const picks = selections.map((selection): Pick => {
    if (selection.kind === 'InlineFragment') return compileFragment(selection.typeCondition, selection.selections, matches, nameOf);
    const key = selection.alias ?? selection.name;
    const name = nameOf(selection.name);
    const inner = selection.selections === undefined ? null : compileSelections(selection.selections, matches, nameOf);
    return (source, target) => {
      const value = memberOf(source, key);
      if (value === undefined) return false;
      target[name] = inner === null ? value : copied(value, inner);
      return true;
    };
  });
  const [only] = picks;
  if (only !== undefined && picks.length === 1) return only;
  return (source, target) => {
    for (const pick of picks) if (!pick(source, target)) return false;
    return true;
  };
};

// What lacks a part is left out as a whole: another fragment may still describe the object, by another key.
const compileFragment = (
  condition: string | undefined,
  selections: readonly QueryPlanSelectionNode[],
  matches: MatchesType,
  nameOf: (planned: string) => string,
): Pick => {
  const pick = compileSelections(selections, matches, nameOf);
  return (source, target) => {
    const typename = memberOf(source, '__typename');
    if (condition !== undefined && !(typeof typename === 'string' && matches(condition, typename))) return true;
    const part: Data = {};
    if (pick(source, part)) mergeInto(target, part);
    return true;
  };
};

const copied = (value: unknown, pick: Pick): unknown => {
  if (Array.isArray(value)) return value.map((item) => copied(item, pick));
  if (!isObject(value)) return value;
  const copy: Data = {};
  return pick(value, copy) ? copy : null;
};
