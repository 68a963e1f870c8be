import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import type { Random } from './random.ts';

const DEPTH_MAX = 4;
/** Selection sets of one operation: past it only leaves are chosen. */
const SELECTIONS_MAX = 11;
const VARIABLES = ['$yes: Boolean = true', '$no: Boolean!', '$x: Int = 3'] as const;

/** An operation over any schema whose only argument is `x: Int`, with aliases, fragments, conditions and variables. It may not be valid: names may clash. */
export const aRandomOperation = (random: Random, schema: GraphQLSchema): string => {
  const fragments: string[] = [];
  const writer: Writer = { random, schema, fragments, selections: 0 };
  const query = schema.getQueryType();
  if (!query) throw new Error('the schema has no queries');
  const text = [selectionOn(writer, query, 0), ...fragments].join('\n');
  const used = VARIABLES.filter((declaration) => new RegExp(`\\${declaration.split(':')[0]}\\b`).test(text));
  return used.length === 0 ? text : `query (${used.join(', ')}) ${text}`;
};

interface Writer {
  readonly random: Random;
  readonly schema: GraphQLSchema;
  readonly fragments: string[];
  selections: number;
}

const selectionOn = (writer: Writer, type: GraphQLNamedType, depth: number): string => {
  const { random } = writer;
  writer.selections += 1;
  const count = 1 + random.below(depth === 0 ? 2 : 3);
  const parts = Array.from({ length: count }, () =>
    isOpen(writer) && random.chance(0.25) ? fragmentOn(writer, type, depth) : fieldOn(writer, type, depth),
  );
  if (isAbstractType(type))
    for (const one of writer.schema.getPossibleTypes(type))
      if (isOpen(writer) && random.chance(0.6)) parts.push(`... on ${one.name} ${selectionOn(writer, one, depth)}`);
  return `{ ${parts.join(' ')} }`;
};

const isOpen = ({ selections }: Writer): boolean => selections < SELECTIONS_MAX;

const fieldOn = (writer: Writer, type: GraphQLNamedType, depth: number): string => {
  const { random } = writer;
  const fields = (isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : []).filter(
    (field) => (depth < DEPTH_MAX && isOpen(writer)) || !isCompositeType(getNamedType(field.type)),
  );
  const [first, ...rest] = fields;
  if (first === undefined || random.chance(0.1)) return random.chance(0.3) ? `type: __typename ${condition(random)}` : '__typename';
  const field: GraphQLField<unknown, unknown> = random.pick([first, ...rest]);
  const named = getNamedType(field.type);
  const given = field.args.length > 0 && random.chance(0.7) ? random.pick(['1', '2', '$x']) : null;
  const alias = given === null ? (random.chance(0.2) ? `a_${field.name}: ` : '') : `x${given.replace('$', '')}_${field.name}: `;
  const inner = isCompositeType(named) ? selectionOn(writer, named, depth + 1) : '';
  return `${alias}${field.name}${given === null ? '' : `(x: ${given})`} ${condition(random)} ${inner}`;
};

const condition = (random: Random): string =>
  random.chance(0.12)
    ? random.pick(['@skip(if: $no)', '@include(if: $yes)', '@skip(if: $yes)', '@include(if: $no) @skip(if: $no)', '@include(if: true)'])
    : '';

const fragmentOn = (writer: Writer, type: GraphQLNamedType, depth: number): string => {
  const { random, schema, fragments } = writer;
  const overlapping: readonly GraphQLNamedType[] = isAbstractType(type)
    ? schema.getPossibleTypes(type)
    : isObjectType(type)
      ? [type, ...interfacesOf(type)]
      : [];
  const [first, ...rest] = overlapping;
  if (first === undefined) return '__typename';
  const on = random.pick([first, ...rest]);
  const inner = selectionOn(writer, on, depth);
  if (random.chance(0.5)) return `... ${random.chance(0.2) && on === type ? '' : `on ${on.name}`} ${condition(random)} ${inner}`;
  const name = `F${fragments.length}`;
  fragments.push(`fragment ${name} on ${on.name} ${inner}`);
  return `...${name} ${condition(random)}`;
};

const interfacesOf = (type: GraphQLObjectType): readonly GraphQLNamedType[] => type.getInterfaces();
