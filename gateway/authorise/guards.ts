import {
  type DocumentNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  Kind,
  type TypeDefinitionNode,
} from 'graphql';
import type { DirectiveNames } from '../supergraph/links.ts';
import { implies, type Requirement, requirementsOf } from './requirements.ts';

/** Who may read what, as the directives of one supergraph say it. Requirements that are equal are one, and stand for themselves by their index. */
export interface Guards {
  readonly requirements: readonly Requirement[];
  /** What selecting a field on a type needs, as `Type.field`; no entry: nothing. On an interface or union it is what all of their objects need, because any may come. */
  readonly ofField: ReadonlyMap<string, readonly number[]>;
  /** What an object of a type needs to be seen at all. */
  readonly ofObject: ReadonlyMap<string, readonly number[]>;
}

/** A graph in which nothing is guarded, or in which guards are left to the subgraphs. */
export const NO_GUARDS: Guards = { requirements: [], ofField: new Map(), ofObject: new Map() };

/** Reads the guards. `supergraph` has the directives, `schema` is what clients see.
 *
 * A field needs what its own directives say, and those of the type that it stands in, and those of the type that it returns. What composition copies
 * from implementations to their interface does not close the interface itself: each implementation is guarded on its own. */
export const readGuards = (supergraph: DocumentNode, schema: GraphQLSchema, nameOf: DirectiveNames): Guards => {
  const stated = readStated(supergraph, nameOf);
  if (stated.types.size === 0 && stated.fields.size === 0) return NO_GUARDS;
  const numbered = new Numbered();
  const ofField = new Map<string, readonly number[]>();
  const ofObject = new Map<string, readonly number[]>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__') || !(isObjectType(type) || isInterfaceType(type))) continue;
    const ofType = stated.types.get(type.name);
    if (ofType !== undefined && isObjectType(type)) ofObject.set(type.name, numbered.all(ofType));
    for (const field of Object.values(type.getFields())) {
      const needed = onEach(schema, type).flatMap((name) => fieldNeeds(schema, stated, name, field.name));
      if (needed.length > 0) ofField.set(`${type.name}.${field.name}`, numbered.all(needed));
    }
  }
  return { requirements: numbered.values, ofField, ofObject };
};

interface Stated {
  readonly types: ReadonlyMap<string, readonly Requirement[]>;
  readonly fields: ReadonlyMap<string, readonly Requirement[]>;
}

const readStated = (supergraph: DocumentNode, nameOf: DirectiveNames): Stated => {
  const types = new Map<string, readonly Requirement[]>();
  const fields = new Map<string, readonly Requirement[]>();
  const note = (into: Map<string, readonly Requirement[]>, key: string, requirements: readonly Requirement[]): void => {
    if (requirements.length > 0) into.set(key, [...(into.get(key) ?? []), ...requirements]);
  };
  for (const definition of supergraph.definitions) {
    if (!isTypeDefinition(definition)) continue;
    const name = definition.name.value;
    note(types, name, requirementsOf(definition.directives, nameOf));
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    for (const field of definition.fields ?? []) note(fields, `${name}.${field.name.value}`, requirementsOf(field.directives, nameOf));
  }
  return { types, fields };
};

const isTypeDefinition = (definition: DocumentNode['definitions'][number]): definition is TypeDefinitionNode =>
  definition.kind === Kind.OBJECT_TYPE_DEFINITION ||
  definition.kind === Kind.INTERFACE_TYPE_DEFINITION ||
  definition.kind === Kind.SCALAR_TYPE_DEFINITION ||
  definition.kind === Kind.ENUM_TYPE_DEFINITION ||
  definition.kind === Kind.UNION_TYPE_DEFINITION;

/** The type itself, and whatever may stand behind it. */
const onEach = (schema: GraphQLSchema, type: GraphQLNamedType): readonly string[] =>
  isAbstractType(type) ? [type.name, ...schema.getPossibleTypes(type).map(({ name }) => name)] : [type.name];

const fieldNeeds = (schema: GraphQLSchema, stated: Stated, typename: string, field: string): readonly Requirement[] => {
  const type = schema.getType(typename);
  const returned = isObjectType(type) || isInterfaceType(type) ? type.getFields()[field]?.type : undefined;
  return [
    ...(stated.types.get(typename) ?? []),
    ...(stated.fields.get(`${typename}.${field}`) ?? []),
    ...(returned === undefined ? [] : returnNeeds(schema, stated, getNamedType(returned))),
  ];
};

const returnNeeds = (schema: GraphQLSchema, stated: Stated, returned: GraphQLNamedType): readonly Requirement[] => {
  const own = stated.types.get(returned.name) ?? [];
  if (!isAbstractType(returned)) return own;
  const ofObjects = schema.getPossibleTypes(returned).flatMap(({ name }) => stated.types.get(name) ?? []);
  return own.filter((requirement) => !implies(ofObjects, requirement));
};

/** Gives equal requirements one number. */
class Numbered {
  readonly values: Requirement[] = [];
  readonly #known = new Map<string, number>();

  all(requirements: readonly Requirement[]): readonly number[] {
    return [...new Set(requirements.map((requirement) => this.#one(requirement)))].sort((left, right) => left - right);
  }

  #one(requirement: Requirement): number {
    const key = JSON.stringify(requirement);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.#known.set(key, this.values.length);
    this.values.push(requirement);
    return this.values.length - 1;
  }
}
