import type { FetchNode, PlanNode, QueryPlan, QueryPlanSelectionNode } from '@apollo/query-planner';
import {
  type DocumentNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  stripIgnoredCharacters,
  visit,
} from 'graphql';
import type { Reworked } from './reworked.ts';

/** Turns a plan over a reworked supergraph into one that subgraphs understand: hidden fields become the fields that they stand for, and a fetch whose
 * representations would need one field with two sets of arguments becomes two. The representations' own names are left to the executor (`nameOf`). */
export const reworkPlan = (plan: QueryPlan, reworked: Reworked): QueryPlan => {
  const { node } = plan;
  if (node === undefined || reworked.standIns.size === 0) return plan;
  if (node.kind !== 'Subscription') return { ...plan, node: reworkNode(node, reworked) };
  const rest = node.rest === undefined ? {} : { rest: reworkNode(node.rest, reworked) };
  return { ...plan, node: { ...node, primary: spoken(node.primary, reworked), ...rest } };
};

const reworkNode = (node: PlanNode, reworked: Reworked): PlanNode => {
  switch (node.kind) {
    case 'Fetch': {
      const nodes = split(node, reworked).map((part) => spoken(part, reworked));
      const [only] = nodes;
      return nodes.length === 1 && only !== undefined ? only : { kind: 'Parallel', nodes };
    }
    case 'Flatten':
      return { ...node, node: reworkNode(node.node, reworked) };
    case 'Sequence':
    case 'Parallel':
      return { ...node, nodes: node.nodes.map((inner) => reworkNode(inner, reworked)) };
    case 'Condition':
      return {
        ...node,
        ...(node.ifClause === undefined ? {} : { ifClause: reworkNode(node.ifClause, reworked) }),
        ...(node.elseClause === undefined ? {} : { elseClause: reworkNode(node.elseClause, reworked) }),
      };
    default:
      return node;
  }
};

const documentOf = (node: FetchNode): DocumentNode => node.operationDocumentNode ?? parse(node.operation, { noLocation: true });

const withDocument = (node: FetchNode, document: DocumentNode): FetchNode => ({
  ...node,
  operation: stripIgnoredCharacters(print(document)),
  operationDocumentNode: document,
});

// The answer keeps the hidden name: there it meets nobody.
const spoken = (node: FetchNode, { standIns }: Reworked): FetchNode => {
  let changed = false;
  const document = visit(documentOf(node), {
    Field: (field) => {
      const meant = standIns.get(field.name.value);
      if (meant === undefined) return undefined;
      changed = true;
      return { ...field, alias: field.alias ?? field.name, name: { ...field.name, value: meant.name }, arguments: meant.arguments };
    },
  });
  return changed ? withDocument(node, document) : node;
};

/** One fetch for each set of fields that can share a representation. */
const split = (node: FetchNode, reworked: Reworked): readonly FetchNode[] => {
  const { requires } = node;
  if (requires === undefined || !collides(requires, reworked)) return [node];
  const operation = documentOf(node).definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const entities = operation?.selectionSet.selections[0];
  if (operation === undefined || entities?.kind !== Kind.FIELD || entities.selectionSet === undefined) return [node];
  const groups: Group[] = [];
  for (const fragment of entities.selectionSet.selections) {
    const condition = fragment.kind === Kind.INLINE_FRAGMENT ? fragment.typeCondition?.name.value : undefined;
    const fields = fragment.kind === Kind.INLINE_FRAGMENT ? fragment.selectionSet.selections : [fragment];
    for (const field of fields) place(field, fragment, needsOf(node.serviceName, condition, field, reworked), groups, reworked);
  }
  const assigned = new Set(groups.flatMap(({ needs }) => [...needs]));
  return groups.map((group, index) => {
    // What no field of this fetch asks for by itself is asked for by something deeper: it goes with the first.
    const keeps = (name: string): boolean => !reworked.standIns.has(name) || group.needs.has(name) || (index === 0 && !assigned.has(name));
    return partOf(node, operation, group, only(requires, keeps));
  });
};

interface Group {
  readonly needs: Set<string>;
  /** The chosen fields by the fragment that they stand in. */
  readonly fields: Map<SelectionNode, SelectionNode[]>;
}

const needsOf = (subgraph: string, condition: string | undefined, field: SelectionNode, { required }: Reworked): ReadonlySet<string> =>
  (field.kind === Kind.FIELD ? required.get(`${subgraph}/${condition ?? ''}.${field.name.value}`) : undefined) ?? NOTHING;

const NOTHING: ReadonlySet<string> = new Set();

const place = (field: SelectionNode, fragment: SelectionNode, needs: ReadonlySet<string>, groups: Group[], reworked: Reworked): void => {
  let group = groups.find((one) => [...needs].every((name) => [...one.needs].every((other) => !sameField(name, other, reworked))));
  if (group === undefined) {
    group = { needs: new Set(), fields: new Map() };
    groups.push(group);
  }
  for (const name of needs) group.needs.add(name);
  const fields = group.fields.get(fragment);
  if (fields === undefined) group.fields.set(fragment, [field]);
  else fields.push(field);
};

const sameField = (name: string, other: string, { standIns }: Reworked): boolean =>
  name !== other && standIns.get(name)?.name === standIns.get(other)?.name;

const partOf = (node: FetchNode, operation: OperationDefinitionNode, group: Group, requires: QueryPlanSelectionNode[]): FetchNode => {
  const selections = [...group.fields].flatMap(([fragment, fields]): readonly SelectionNode[] =>
    fragment.kind === Kind.INLINE_FRAGMENT ? [{ ...fragment, selectionSet: { ...fragment.selectionSet, selections: fields } }] : fields,
  );
  const entities = operation.selectionSet.selections[0];
  const selectionSet: SelectionSetNode = { kind: Kind.SELECTION_SET, selections };
  const narrowed = { ...operation.selectionSet, selections: entities?.kind === Kind.FIELD ? [{ ...entities, selectionSet }] : [] };
  const used = new Set<string>();
  visit(narrowed, { Variable: ({ name }) => void used.add(name.value) });
  const variableDefinitions = operation.variableDefinitions?.filter(({ variable }) => used.has(variable.name.value)) ?? [];
  const document: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: [
      { ...operation, selectionSet: narrowed, variableDefinitions },
      ...documentOf(node).definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION),
    ],
  };
  const variableUsages = node.variableUsages?.filter((name) => used.has(name)) ?? [];
  return withDocument({ ...node, requires, variableUsages }, document);
};

const only = (selections: readonly QueryPlanSelectionNode[], keeps: (name: string) => boolean): QueryPlanSelectionNode[] =>
  selections.flatMap((selection): QueryPlanSelectionNode[] => {
    if (selection.kind === 'Field' && !keeps(selection.name)) return [];
    if (selection.selections === undefined) return [selection];
    const inner = only(selection.selections, keeps);
    return inner.length === 0 ? [] : [{ ...selection, selections: inner }];
  });

// Two selections of one representation that the subgraph knows by the same name.
const collides = (selections: readonly QueryPlanSelectionNode[], reworked: Reworked): boolean => {
  const names = new Map<string, string>();
  for (const selection of selections) {
    if (selection.kind === 'Field') {
      const name = reworked.standIns.get(selection.name)?.name ?? selection.name;
      const other = names.get(name);
      if (other !== undefined && other !== selection.name) return true;
      names.set(name, selection.name);
    }
    if (selection.selections !== undefined && collides(selection.selections, reworked)) return true;
  }
  return false;
};
