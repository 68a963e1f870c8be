import { type FieldNode, type GraphQLField, Kind, type ValueNode, valueFromAST } from 'graphql';
import type { Variables } from '../execute/variables.ts';
import type { ListSize } from './weights.ts';

/** What a list field says of its length in one request. */
export interface Sliced {
  /** Null: nothing. */
  readonly size: number | null;
  /** What is wrong with how it was asked for, in one sentence. */
  readonly fault: string | null;
}

/** A field as it is asked for. `name`: `Type.field`. */
export interface SelectedField {
  readonly field: FieldNode;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly name: string;
}

/** The size that a field's @listSize gives: the largest of its slicing arguments, else what is assumed. */
export const sliceOf = (
  { slicingArguments, assumedSize, requireOneSlicingArgument }: ListSize,
  { field, definition, name }: SelectedField,
  variables: Variables,
): Sliced => {
  if (slicingArguments.length === 0) return { size: assumedSize, fault: null };
  const slices = slicingArguments.map((path) => sliceAt(path, field, definition, variables));
  const given = slices.filter(({ isGiven, size }) => isGiven && size !== null);
  const used = given.length > 0 ? given : slices;
  const sizes = used.flatMap(({ size }) => size ?? []);
  const isFault = requireOneSlicingArgument && (given.length > 1 || sizes.length === 0);
  const wanted = slicingArguments.map((path) => path.join('.')).join(', ');
  const fault = isFault ? `${name} needs exactly one of its slicing arguments: ${wanted}.` : null;
  return { size: sizes.length === 0 ? assumedSize : Math.max(...sizes), fault };
};

interface Slice {
  /** Null: it was left out, or is null, and has no default. */
  readonly size: number | null;
  /** Whether the client sent it, rather than that it has a default. */
  readonly isGiven: boolean;
}

const sliceAt = (
  [argument = '', ...inner]: readonly string[],
  field: FieldNode,
  definition: GraphQLField<unknown, unknown>,
  variables: Variables,
): Slice => {
  const declared = definition.args.find(({ name }) => name === argument);
  const sent = field.arguments?.find(({ name }) => name.value === argument)?.value;
  if (declared === undefined) return { size: null, isGiven: false };
  const isSent = sent !== undefined && !isAbsent(sent, variables);
  const value: unknown = isSent ? valueFromAST(sent, declared.type, variables) : declared.defaultValue;
  return { size: sizeIn(memberAt(value, inner)), isGiven: isSent && wasSent(sent, inner, variables) };
};

/** Whether a variable stands there that has no value. */
const isAbsent = (value: ValueNode, variables: Variables): boolean =>
  value.kind === Kind.VARIABLE && variables[value.name.value] === undefined;

// What is inside a variable counts as sent: which of it are defaults is no longer seen.
const wasSent = (value: ValueNode, path: readonly string[], variables: Variables): boolean => {
  if (isAbsent(value, variables)) return false;
  const [step, ...rest] = path;
  if (step === undefined || value.kind !== Kind.OBJECT) return value.kind !== Kind.NULL;
  const member = value.fields.find(({ name }) => name.value === step);
  return member !== undefined && wasSent(member.value, rest, variables);
};

const memberAt = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (at, step) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, step) ? (at as Readonly<Record<string, unknown>>)[step] : undefined,
    value,
  );

// Negative numbers are refused by whoever serves the list; they don't make anything cheaper here. A list says its size by its length.
const sizeIn = (value: unknown): number | null => {
  if (Array.isArray(value)) return value.length;
  const size = typeof value === 'bigint' ? Number(value) : value;
  return typeof size === 'number' && !Number.isNaN(size) ? Math.max(0, size) : null;
};

/** Whether what a value node holds depends on the request. */
export const hasVariables = (value: ValueNode): boolean => {
  if (value.kind === Kind.VARIABLE) return true;
  if (value.kind === Kind.LIST) return value.values.some(hasVariables);
  return value.kind === Kind.OBJECT && value.fields.some((field) => hasVariables(field.value));
};
