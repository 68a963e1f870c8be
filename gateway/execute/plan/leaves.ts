import { type GraphQLEnumType, type GraphQLScalarType, isEnumType, isSpecifiedScalarType } from 'graphql';

/** What a value that doesn't fit its type becomes; an error says so. */
export const UNFIT: unique symbol = Symbol('unfit');

/** Checks a value that is not null, and gives what the client gets. */
export type CompleteLeaf = (value: unknown) => unknown;

const INT_MAX = 2_147_483_647;
const INT_MIN = -2_147_483_648;

/** Subgraphs have serialised their values already: what a built-in scalar may look like in JSON passes, and nothing is guessed. Custom scalars
 * are whatever their subgraph says. */
export const compileLeaf = (type: GraphQLScalarType | GraphQLEnumType): CompleteLeaf => {
  if (isEnumType(type)) {
    // Values of a subgraph that the graph does not show (@inaccessible) are none.
    const values = new Set<unknown>(type.getValues().map(({ name }) => name));
    return (value) => (values.has(value) ? value : UNFIT);
  }
  if (!isSpecifiedScalarType(type)) return keep;
  return BUILT_IN[type.name] ?? keep;
};

const keep: CompleteLeaf = (value) => value;

const BUILT_IN: Readonly<Record<string, CompleteLeaf>> = {
  Int: (value) => (Number.isInteger(value) && Number(value) <= INT_MAX && Number(value) >= INT_MIN ? value : UNFIT),
  Float: (value) => (typeof value === 'number' && Number.isFinite(value) ? value : UNFIT),
  Boolean: (value) => (typeof value === 'boolean' ? value : UNFIT),
  String: (value) => (typeof value === 'string' ? value : UNFIT),
  ID: (value) => (typeof value === 'string' ? value : Number.isInteger(value) ? String(value) : UNFIT),
};
