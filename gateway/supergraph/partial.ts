import {
  type ConstArgumentNode,
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type UnionTypeDefinitionNode,
} from 'graphql';
import { HIDDEN_PREFIX } from './rules.ts';

/** What each subgraph may answer for a union or interface: by its name in `join__Graph`, the object types. */
export type Members = ReadonlyMap<string, ReadonlySet<string>>;

type Abstract = UnionTypeDefinitionNode | InterfaceTypeDefinitionNode;

/** Unions and interfaces of which not every subgraph that has them knows every member, by name. */
export const readPartialTypes = (supergraph: DocumentNode): ReadonlyMap<string, Members> => {
  const partial = new Map<string, Members>();
  for (const definition of supergraph.definitions) {
    if (!isAbstract(definition)) continue;
    const members = membersOf(supergraph, definition);
    const all = new Set([...members.values()].flatMap((known) => [...known]));
    if ([...members.values()].some((known) => known.size < all.size)) partial.set(definition.name.value, members);
  }
  return partial;
};

const isAbstract = (definition: DefinitionNode): definition is Abstract =>
  definition.kind === Kind.UNION_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION;

const membersOf = (supergraph: DocumentNode, abstract: Abstract): Members => {
  const members = new Map<string, Set<string>>();
  for (const join of joinsOf(abstract, 'join__type')) {
    // A subgraph with @interfaceObject knows no members: each of its objects is of the interface itself.
    if (!isTrue(join, 'isInterfaceObject')) members.set(graphOf(join), new Set());
  }
  if (abstract.kind === Kind.UNION_TYPE_DEFINITION) {
    for (const join of joinsOf(abstract, 'join__unionMember')) members.get(graphOf(join))?.add(stringOf(join, 'member'));
    return members;
  }
  for (const definition of supergraph.definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    for (const join of joinsOf(definition, 'join__implements')) {
      if (stringOf(join, 'interface') === abstract.name.value) members.get(graphOf(join))?.add(definition.name.value);
    }
  }
  return members;
};

/** The supergraph in a form in which every subgraph knows every member of its unions and interfaces, without being able to answer anything of those that it
 * lacks. Nothing may be asked by a plan over it that was not narrowed to the members which the chosen subgraph really knows. */
export const withAllMembers = (supergraph: DocumentNode, partial: ReadonlyMap<string, Members>): DocumentNode => {
  const added = new Map<string, Added>();
  for (const [name, members] of partial) {
    const all = new Set([...members.values()].flatMap((known) => [...known]));
    for (const [graph, known] of members) for (const member of all) if (!known.has(member)) add(added, member, { graph, abstract: name });
  }
  return { ...supergraph, definitions: supergraph.definitions.map((definition) => extended(supergraph, definition, added)) };
};

/** Where an object type is added: subgraphs, and which abstract types it then belongs to. */
type Added = { readonly graph: string; readonly abstract: string }[];

const add = (added: Map<string, Added>, member: string, place: Added[number]): void => {
  const known = added.get(member);
  if (known === undefined) added.set(member, [place]);
  else known.push(place);
};

const extended = (supergraph: DocumentNode, definition: DefinitionNode, added: ReadonlyMap<string, Added>): DefinitionNode => {
  if (definition.kind === Kind.UNION_TYPE_DEFINITION) {
    const name = definition.name.value;
    const missing = [...added].flatMap(([member, places]) =>
      places.filter(({ abstract }) => abstract === name).map(({ graph }) => ({ graph, member })),
    );
    const joins = missing.map(({ graph, member }) =>
      directive('join__unionMember', [enumValue('graph', graph), stringValue('member', member)]),
    );
    return { ...definition, directives: [...(definition.directives ?? []), ...joins] };
  }
  const places = definition.kind === Kind.OBJECT_TYPE_DEFINITION ? added.get(definition.name.value) : undefined;
  return definition.kind === Kind.OBJECT_TYPE_DEFINITION && places !== undefined ? withPlaces(supergraph, definition, places) : definition;
};

const withPlaces = (supergraph: DocumentNode, type: ObjectTypeDefinitionNode, places: Added): ObjectTypeDefinitionNode => {
  const own = new Set(joinsOf(type, 'join__type').map(graphOf));
  const graphs = [...new Set(places.map(({ graph }) => graph))].filter((graph) => !own.has(graph));
  const interfaces = places.flatMap(({ graph, abstract }) => {
    const definition = supergraph.definitions.find(
      (other) => other.kind === Kind.INTERFACE_TYPE_DEFINITION && other.name.value === abstract,
    );
    return definition?.kind === Kind.INTERFACE_TYPE_DEFINITION ? [{ graph, definition }] : [];
  });
  const implemented = interfaces.map(({ graph, definition }) =>
    directive('join__implements', [enumValue('graph', graph), stringValue('interface', definition.name.value)]),
  );
  const types = graphs.map((graph) => directive('join__type', [enumValue('graph', graph)]));
  // A field that names no subgraph is in all that have the type: it must name those that have it now, before there are more.
  const fields = (type.fields ?? []).map((field): FieldDefinitionNode => {
    const joins = joinsOf(field, 'join__field');
    const needed = interfaces.filter(({ graph, definition }) => graphs.includes(graph) && hasField(definition, graph, field.name.value));
    const before = joins.length === 0 ? [...own].map((graph) => directive('join__field', [enumValue('graph', graph)])) : [];
    const more = [...new Set(needed.map(({ graph }) => graph))].map((graph) => directive('join__field', [enumValue('graph', graph)]));
    return { ...field, directives: [...(field.directives ?? []), ...before, ...more] };
  });
  return {
    ...type,
    directives: [...(type.directives ?? []), ...types, ...implemented],
    fields: [...fields, ...graphs.map(placeholder)],
  };
};

const hasField = (type: InterfaceTypeDefinitionNode, graph: string, name: string): boolean => {
  const joins = type.fields?.find((field) => field.name.value === name);
  if (joins === undefined) return false;
  const own = joinsOf(joins, 'join__field');
  return own.length === 0 || own.some((join) => graphOf(join) === graph);
};

// A type without any field would not be in the subgraph at all.
const placeholder = (graph: string, index: number): FieldDefinitionNode => ({
  kind: Kind.FIELD_DEFINITION,
  name: { kind: Kind.NAME, value: `${HIDDEN_PREFIX}member${index}` },
  type: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: 'Boolean' } },
  directives: [directive('join__field', [enumValue('graph', graph)])],
});

const joinsOf = (node: { readonly directives?: readonly ConstDirectiveNode[] | undefined }, name: string): readonly ConstDirectiveNode[] =>
  (node.directives ?? []).filter((one) => one.name.value === name);

const argumentOf = (join: ConstDirectiveNode, name: string): ConstArgumentNode['value'] | undefined =>
  join.arguments?.find((argument) => argument.name.value === name)?.value;

const graphOf = (join: ConstDirectiveNode): string => {
  const value = argumentOf(join, 'graph');
  return value?.kind === Kind.ENUM ? value.value : '';
};

const stringOf = (join: ConstDirectiveNode, name: string): string => {
  const value = argumentOf(join, name);
  return value?.kind === Kind.STRING ? value.value : '';
};

const isTrue = (join: ConstDirectiveNode, name: string): boolean => {
  const value = argumentOf(join, name);
  return value?.kind === Kind.BOOLEAN && value.value;
};

const directive = (name: string, given: readonly ConstArgumentNode[]): ConstDirectiveNode => ({
  kind: Kind.DIRECTIVE,
  name: { kind: Kind.NAME, value: name },
  arguments: given,
});

const enumValue = (name: string, value: string): ConstArgumentNode => ({
  kind: Kind.ARGUMENT,
  name: { kind: Kind.NAME, value: name },
  value: { kind: Kind.ENUM, value },
});

const stringValue = (name: string, value: string): ConstArgumentNode => ({
  kind: Kind.ARGUMENT,
  name: { kind: Kind.NAME, value: name },
  value: { kind: Kind.STRING, value },
});
