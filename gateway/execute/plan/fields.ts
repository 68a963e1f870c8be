import {
  type ASTNode,
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import type { Variables } from '../variables.ts';
import type { MatchesType } from './types.ts';

/** What collecting the fields of a selection needs. */
export interface Collector {
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly matches: MatchesType;
  /** Values of the variables in @skip and @include. */
  readonly variables: Variables;
}

/** The fields that an object of one type answers, by response key, in the order of the specification (CollectFields). */
export const collectFields = (
  collector: Collector,
  typename: string,
  selectionSets: readonly SelectionSetNode[],
): ReadonlyMap<string, readonly FieldNode[]> => {
  const fields = new Map<string, FieldNode[]>();
  const spread = new Set<string>();
  for (const { selections } of selectionSets) collect(collector, typename, selections, fields, spread);
  return fields;
};

const collect = (
  collector: Collector,
  typename: string,
  selections: readonly SelectionNode[],
  fields: Map<string, FieldNode[]>,
  spread: Set<string>,
): void => {
  for (const selection of selections) {
    if (!isIncluded(selection.directives, collector.variables)) continue;
    if (selection.kind === Kind.FIELD) {
      const key = (selection.alias ?? selection.name).value;
      const known = fields.get(key);
      if (known === undefined) fields.set(key, [selection]);
      else known.push(selection);
      continue;
    }
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragmentNamed(collector, selection.name.value, spread);
    if (fragment === null) continue;
    const condition = fragment.typeCondition?.name.value;
    if (condition === undefined || collector.matches(condition, typename))
      collect(collector, typename, fragment.selectionSet.selections, fields, spread);
  }
};

const fragmentNamed = ({ fragments }: Collector, name: string, spread: Set<string>): FragmentDefinitionNode | null => {
  if (spread.has(name)) return null;
  spread.add(name);
  return fragments[name] ?? null;
};

/** Whether @skip and @include let a selection stay. */
export const isIncluded = (directives: readonly DirectiveNode[] | undefined, variables: Variables): boolean =>
  directives === undefined ||
  directives.every(({ name, arguments: given }) => {
    if (name.value !== 'skip' && name.value !== 'include') return true;
    const condition = given?.find((argument) => argument.name.value === 'if')?.value;
    const value =
      condition?.kind === Kind.VARIABLE ? variables[condition.name.value] === true : condition?.kind === Kind.BOOLEAN && condition.value;
    return value === (name.value === 'include');
  });

/** Names of the variables that @skip and @include depend on in these parts of a document. */
export const conditionsOf = (nodes: readonly ASTNode[]): readonly string[] => {
  const names = new Set<string>();
  for (const node of nodes) {
    visit(node, {
      Directive: ({ name, arguments: given }) => {
        if (name.value !== 'skip' && name.value !== 'include') return;
        for (const { value } of given ?? []) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
      },
    });
  }
  return [...names];
};
