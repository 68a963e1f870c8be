import { type DefinitionNode, type DocumentNode, Kind, type OperationTypeNode, type TypeNode } from 'graphql';
import type { MatchesType } from '../execute/plan/types.ts';

/** What walking a selection needs of a schema. */
export interface TypeMap {
  readonly roots: Readonly<Record<OperationTypeNode, string>>;
  /** The named type of a field of an object type or interface. Undefined: there is none of that name. */
  fieldType(typename: string, field: string): string | undefined;
  /** The object types of a union or interface. Null: it is neither. */
  membersOf(typename: string): ReadonlySet<string> | null;
  readonly matches: MatchesType;
}

/** Reads a schema's document. */
export const readTypeMap = (document: DocumentNode): TypeMap => {
  const fields = new Map<string, ReadonlyMap<string, string>>();
  const members = new Map<string, Set<string>>();
  for (const definition of document.definitions) readDefinition(definition, fields, members);
  const membersOf = (typename: string): ReadonlySet<string> | null => members.get(typename) ?? null;
  return {
    roots: rootsOf(document),
    fieldType: (typename, field) => fields.get(typename)?.get(field),
    membersOf,
    matches: (condition, typename) => condition === typename || membersOf(condition)?.has(typename) === true,
  };
};

const readDefinition = (
  definition: DefinitionNode,
  fields: Map<string, ReadonlyMap<string, string>>,
  members: Map<string, Set<string>>,
): void => {
  const membersOf = (abstract: string): Set<string> => {
    const known = members.get(abstract) ?? new Set<string>();
    members.set(abstract, known);
    return known;
  };
  if (definition.kind === Kind.UNION_TYPE_DEFINITION) {
    for (const { name } of definition.types ?? []) membersOf(definition.name.value).add(name.value);
    return;
  }
  if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) return;
  fields.set(definition.name.value, new Map((definition.fields ?? []).map(({ name, type }) => [name.value, namedTypeOf(type)])));
  if (definition.kind === Kind.INTERFACE_TYPE_DEFINITION) membersOf(definition.name.value);
  else for (const { name } of definition.interfaces ?? []) membersOf(name.value).add(definition.name.value);
};

const namedTypeOf = (type: TypeNode): string => (type.kind === Kind.NAMED_TYPE ? type.name.value : namedTypeOf(type.type));

const rootsOf = (document: DocumentNode): Readonly<Record<OperationTypeNode, string>> => {
  const roots: Record<string, string> = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' };
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.SCHEMA_DEFINITION) continue;
    for (const { operation, type } of definition.operationTypes) roots[operation] = type.name.value;
  }
  return {
    query: roots['query'] ?? 'Query',
    mutation: roots['mutation'] ?? 'Mutation',
    subscription: roots['subscription'] ?? 'Subscription',
  };
};
