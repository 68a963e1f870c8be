import type { FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner';
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { type Collector, collectFields } from '../execute/plan/fields.ts';
import type { Members } from './partial.ts';
import type { TypeMap } from './typeMap.ts';

/** A place of an operation, by response keys, where the subgraphs that a plan asks know only some of the types that the client asks for. */
export interface PartialPlace {
  readonly path: readonly string[];
  /** The types that can come at all, from the subgraphs that the plan asks. */
  readonly members: ReadonlySet<string>;
  /** Whether the plan leaves out what the client asks of one of them. */
  readonly lost: boolean;
}

/** What finding and mending such places needs of a supergraph. */
export interface PartialOptions {
  readonly types: TypeMap;
  /** Unions and interfaces of which subgraphs know different members; subgraphs by the names that plans have. */
  readonly partial: ReadonlyMap<string, Members>;
}

/** Places looked at in one operation: unions inside unions multiply. What has more is left as the planner made it. */
const PLACES_MAX = 2_000;

/** The places of an operation (without conditions) with unions and interfaces that subgraphs know in part, as a plan asks for them. */
export const partialPlaces = (
  plan: QueryPlan,
  document: DocumentNode,
  operationName: string | null,
  options: PartialOptions,
): readonly PartialPlace[] => {
  const asked = clientOf(document, operationName, options);
  if (asked === null) return [];
  const walk: Walk = { ...options, collector: asked.collector, asked: askedOf(plan, options.types), found: [], places: 0 };
  visit(
    walk,
    asked.root,
    [asked.operation.selectionSet],
    [],
    walk.asked.map((one) => ({ ...one, steps: one.path })),
  );
  return walk.places > PLACES_MAX ? [] : walk.found;
};

/** The operation with only the types that can come at these places. */
export const narrowed = (
  document: DocumentNode,
  operationName: string | null,
  places: readonly PartialPlace[],
  options: PartialOptions,
): DocumentNode => {
  const client = clientOf(document, operationName, options);
  if (client === null) return document;
  const { operation, collector, root } = client;
  const selectionSet = spelledOut({ collector, types: options.types, places }, root, [operation.selectionSet], []);
  const definitions = document.definitions.map((definition) => (definition === operation ? { ...operation, selectionSet } : definition));
  return { ...document, definitions };
};

interface Client {
  readonly operation: OperationDefinitionNode;
  readonly collector: Collector;
  readonly root: string;
}

const clientOf = (document: DocumentNode, operationName: string | null, { types }: PartialOptions): Client | null => {
  const operation = document.definitions.find(
    (definition): definition is OperationDefinitionNode =>
      definition.kind === Kind.OPERATION_DEFINITION && (operationName === null || definition.name?.value === operationName),
  );
  if (operation === undefined) return null;
  return { operation, collector: collectorOf(document, types), root: types.roots[operation.operation] };
};

const collectorOf = (document: DocumentNode, { matches }: TypeMap): Collector => {
  const fragments: Record<string, FragmentDefinitionNode> = {};
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  return { fragments, matches, variables: {} };
};

/** What one fetch asks, from a place of the answer on. */
interface Asked {
  readonly subgraph: string;
  readonly path: readonly string[];
  readonly selectionSets: readonly SelectionSetNode[];
  readonly collector: Collector;
  /** Names in the fetch's answer that are others in the plan's data. */
  readonly renamed: ReadonlyMap<string, string>;
}

/** The same, on the way to its place: the steps that are left. */
interface Reached extends Asked {
  readonly steps: readonly string[];
}

interface Walk extends PartialOptions {
  readonly collector: Collector;
  readonly asked: readonly Asked[];
  readonly found: PartialPlace[];
  places: number;
}

const visit = (
  walk: Walk,
  typename: string,
  selectionSets: readonly SelectionSetNode[],
  path: readonly string[],
  reached: readonly Reached[],
): void => {
  walk.places += 1;
  if (walk.places > PLACES_MAX) return;
  for (const [key, fields] of collectFields(walk.collector, typename, selectionSets)) {
    const type = walk.types.fieldType(typename, fields[0]?.name.value ?? '');
    const inner = fields.flatMap(({ selectionSet }) => selectionSet ?? []);
    if (type === undefined || inner.length === 0) continue;
    const place = [...path, key];
    const below = reached.flatMap((one) => step(one, key));
    const members = walk.types.membersOf(type);
    if (members === null) {
      visit(walk, type, inner, place, below);
      continue;
    }
    note(walk, type, inner, place, below);
    for (const member of members) visit(walk, member, inner, place, below);
  }
};

const note = (walk: Walk, type: string, inner: readonly SelectionSetNode[], path: readonly string[], below: readonly Reached[]): void => {
  const known = walk.partial.get(type);
  if (known === undefined) return;
  // A fetch of entities that starts here asks nothing of who the object is.
  const providers = below.filter(({ steps, path: from }) => steps.length === 0 && from.length < path.length);
  const members = new Set(providers.flatMap(({ subgraph }) => [...(known.get(subgraph) ?? [])]));
  const lost = [...members].some((member) => {
    const covered = new Set(below.flatMap((one) => (one.steps.length === 0 ? keysOf(one, member) : [])));
    return [...collectFields(walk.collector, member, inner)].some(
      ([key, [field]]) => !covered.has(key) && field?.name.value !== '__typename',
    );
  });
  walk.found.push({ path, members, lost });
};

const keysOf = ({ collector, selectionSets, renamed }: Asked, typename: string): readonly string[] =>
  [...collectFields(collector, typename, selectionSets).keys()].map((key) => renamed.get(key) ?? key);

const step = (one: Reached, key: string): readonly Reached[] => {
  const [next, ...steps] = one.steps;
  if (next !== undefined) return next === key ? [{ ...one, steps }] : [];
  const selectionSets = one.selectionSets.flatMap((selectionSet) => under(selectionSet, key, one));
  return selectionSets.length === 0 ? [] : [{ ...one, selectionSets }];
};

// Whatever the type: where only some types have the field, only their objects are looked for below it.
const under = ({ selections }: SelectionSetNode, key: string, asked: Asked): readonly SelectionSetNode[] =>
  selections.flatMap((selection): readonly SelectionSetNode[] => {
    if (selection.kind === Kind.FIELD) {
      const name = (selection.alias ?? selection.name).value;
      return (asked.renamed.get(name) ?? name) === key && selection.selectionSet !== undefined ? [selection.selectionSet] : [];
    }
    if (selection.kind === Kind.INLINE_FRAGMENT) return under(selection.selectionSet, key, asked);
    const fragment = asked.collector.fragments[selection.name.value];
    return fragment === undefined ? [] : under(fragment.selectionSet, key, asked);
  });

const askedOf = ({ node }: QueryPlan, types: TypeMap): readonly Asked[] => {
  const found: { readonly fetch: FetchNode; readonly path: readonly string[] }[] = [];
  const walk = (one: PlanNode | undefined, path: readonly string[]): void => {
    if (one === undefined) return;
    if (one.kind === 'Fetch') found.push({ fetch: one, path });
    else if (one.kind === 'Flatten') walk(one.node, [...path, ...one.path.map(String).filter((key) => key !== '@')]);
    else if (one.kind === 'Sequence' || one.kind === 'Parallel') for (const inner of one.nodes) walk(inner, path);
    else if (one.kind === 'Condition') for (const inner of [one.ifClause, one.elseClause]) walk(inner, path);
  };
  if (node?.kind === 'Subscription') for (const one of [node.primary, node.rest]) walk(one, []);
  else walk(node, []);
  return found.map(({ fetch, path }) => asking(fetch, path, types));
};

const asking = (fetch: FetchNode, path: readonly string[], types: TypeMap): Asked => {
  const document = fetch.operationDocumentNode ?? parse(fetch.operation, { noLocation: true });
  const operation = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const top = operation?.selectionSet;
  const entities = fetch.requires === undefined ? undefined : top?.selections.find((selection) => selection.kind === Kind.FIELD);
  const selectionSet = entities?.kind === Kind.FIELD ? entities.selectionSet : top;
  const renamed = new Map<string, string>();
  for (const rewrite of fetch.outputRewrites ?? [])
    if (rewrite.kind === 'KeyRenamer') renamed.set(rewrite.path.at(-1) ?? '', rewrite.renameKeyTo);
  return {
    subgraph: fetch.serviceName,
    path,
    selectionSets: selectionSet === undefined ? [] : [selectionSet],
    collector: collectorOf(document, types),
    renamed,
  };
};

interface Spelling {
  readonly collector: Collector;
  readonly types: TypeMap;
  readonly places: readonly PartialPlace[];
}

const spelledOut = (
  spelling: Spelling,
  typename: string,
  selectionSets: readonly SelectionSetNode[],
  path: readonly string[],
): SelectionSetNode => {
  const { collector, types, places } = spelling;
  const selections = [...collectFields(collector, typename, selectionSets)].flatMap(([key, [field, ...more]]): readonly SelectionNode[] => {
    if (field === undefined) return [];
    const place = [...path, key];
    const inner = [field, ...more].flatMap(({ selectionSet }) => selectionSet ?? []);
    const type = types.fieldType(typename, field.name.value);
    if (type === undefined || inner.length === 0 || !places.some(({ path: at }) => startsWith(at, place))) return [field, ...more];
    return [{ ...field, selectionSet: spelledInside(spelling, type, inner, place) }];
  });
  return { kind: Kind.SELECTION_SET, selections: selections.length === 0 ? [TYPENAME] : selections };
};

const spelledInside = (
  spelling: Spelling,
  type: string,
  inner: readonly SelectionSetNode[],
  place: readonly string[],
): SelectionSetNode => {
  const members = spelling.types.membersOf(type);
  if (members === null) return spelledOut(spelling, type, inner, place);
  const here = spelling.places.find(({ path }) => path.length === place.length && startsWith(path, place));
  const possible = [...members].filter((member) => here === undefined || here.members.has(member));
  const fragments = possible.map(
    (member): SelectionNode => ({
      kind: Kind.INLINE_FRAGMENT,
      typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: member } },
      selectionSet: spelledOut(spelling, member, inner, place),
    }),
  );
  return { kind: Kind.SELECTION_SET, selections: [TYPENAME, ...fragments] };
};

const startsWith = (path: readonly string[], start: readonly string[]): boolean => start.every((key, index) => path[index] === key);

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };
