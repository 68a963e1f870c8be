import { type DocumentNode, Kind } from 'graphql';

/** By the name of a union or interface: its members, objects and interfaces. All that running a plan must know of types; plain data. */
export type Subtypes = ReadonlyMap<string, ReadonlySet<string>>;

/** Reads them from a schema's document. An interface that implements another names all of its own, too, so nothing is to be followed. */
export const readSubtypes = (document: DocumentNode): Subtypes => {
  const subtypes = new Map<string, Set<string>>();
  const add = (wide: string, narrow: string): void => {
    const known = subtypes.get(wide);
    if (known === undefined) subtypes.set(wide, new Set([narrow]));
    else known.add(narrow);
  };
  for (const definition of document.definitions) {
    if (definition.kind === Kind.UNION_TYPE_DEFINITION) {
      for (const { name } of definition.types ?? []) add(definition.name.value, name.value);
    } else if (definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION) {
      for (const { name } of definition.interfaces ?? []) add(name.value, definition.name.value);
    }
  }
  return subtypes;
};

/** Whether an object of the type `typename` is selected by a fragment on `condition`. An interface can be the type of an object here: a
 * subgraph with @interfaceObject knows no other name for it. */
export type MatchesType = (condition: string, typename: string) => boolean;

export const createMatchesType =
  (subtypes: Subtypes): MatchesType =>
  (condition, typename) =>
    condition === typename || subtypes.get(condition)?.has(typename) === true;
