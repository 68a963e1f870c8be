import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  type ValueNode,
} from 'graphql';
import type { DirectiveNames } from '../supergraph/links.ts';

/** How long a list is, as @listSize says. Paths are names, from the outside to the inside. */
export interface ListSize {
  readonly assumedSize: number | null;
  /** Arguments, or input fields inside of them, that say how many are wanted. */
  readonly slicingArguments: readonly (readonly string[])[];
  /** Fields below this one that the size belongs to. Empty: it is the field's own. */
  readonly sizedFields: readonly (readonly string[])[];
  readonly requireOneSlicingArgument: boolean;
}

/** What the directives of a supergraph say about cost: @cost and @listSize of https://ibm.github.io/graphql-specs/cost-spec.html. Whatever has no entry has the
 * specification's default weight. */
export interface Weights {
  /** Of objects, interfaces, scalars and enums, by name. */
  readonly types: ReadonlyMap<string, number>;
  /** By `Type.field`, input fields among them. */
  readonly fields: ReadonlyMap<string, number>;
  /** By `Type.field(argument)`. */
  readonly arguments: ReadonlyMap<string, number>;
  /** By `Type.field`. */
  readonly lists: ReadonlyMap<string, ListSize>;
}

/** Reads the weights. An argument of a directive that cannot be read is as if it were not there. */
export const readWeights = (supergraph: DocumentNode, nameOf: DirectiveNames): Weights => {
  const names = { cost: nameOf('cost', 'cost'), listSize: nameOf('cost', 'listSize') };
  const types = new Map<string, number>();
  const fields = new Map<string, number>();
  const argumentWeights = new Map<string, number>();
  const lists = new Map<string, ListSize>();
  const note = (into: Map<string, number>, key: string, directives: readonly ConstDirectiveNode[] | undefined): void => {
    const weight = numberIn(argumentOf(directives, names.cost, 'weight'));
    if (weight !== null) into.set(key, weight);
  };
  const noteField = (key: string, field: FieldDefinitionNode | InputValueDefinitionNode): void => {
    note(fields, key, field.directives);
    if (field.kind === Kind.INPUT_VALUE_DEFINITION) return;
    for (const argument of field.arguments ?? []) note(argumentWeights, `${key}(${argument.name.value})`, argument.directives);
    const size = listSizeOf(field, names.listSize);
    if (size !== null) lists.set(key, size);
  };
  for (const definition of supergraph.definitions) {
    if (!('name' in definition) || definition.name === undefined || !('directives' in definition)) continue;
    const name = definition.name.value;
    if (definition.kind.endsWith('TypeDefinition')) note(types, name, definition.directives as readonly ConstDirectiveNode[]);
    if (!('fields' in definition)) continue;
    for (const field of definition.fields ?? []) noteField(`${name}.${field.name.value}`, field);
  }
  return { types, fields, arguments: argumentWeights, lists };
};

const listSizeOf = ({ directives }: FieldDefinitionNode, name: string): ListSize | null => {
  if (!directives?.some((directive) => directive.name.value === name)) return null;
  const assumed = numberIn(argumentOf(directives, name, 'assumedSize'));
  const requireOne = argumentOf(directives, name, 'requireOneSlicingArgument');
  return {
    assumedSize: assumed === null ? null : Math.max(0, assumed),
    slicingArguments: pathsIn(argumentOf(directives, name, 'slicingArguments')),
    sizedFields: pathsIn(argumentOf(directives, name, 'sizedFields')),
    requireOneSlicingArgument: requireOne?.kind !== Kind.BOOLEAN || requireOne.value,
  };
};

const argumentOf = (directives: readonly ConstDirectiveNode[] | undefined, name: string, argument: string): ValueNode | undefined =>
  directives?.find((directive) => directive.name.value === name)?.arguments?.find((given) => given.name.value === argument)?.value;

// The specification writes weights as strings, federation as whole numbers.
const numberIn = (value: ValueNode | undefined): number | null => {
  if (value?.kind !== Kind.INT && value?.kind !== Kind.FLOAT && value?.kind !== Kind.STRING) return null;
  const number = Number(value.value);
  return value.value.trim() !== '' && Number.isFinite(number) ? number : null;
};

const pathsIn = (value: ValueNode | undefined): readonly (readonly string[])[] => {
  const items = value?.kind === Kind.LIST ? value.values : value === undefined ? [] : [value];
  return items.flatMap((item) => (item.kind === Kind.STRING && item.value !== '' ? [item.value.split('.')] : []));
};
