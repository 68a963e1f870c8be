import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';

/** The custom scalars of common.graphql. Resolvers receive and return: Cursor string, BigInt bigint, SafeInt number, DateTime Date. */
export const createScalars = (): Readonly<Record<string, GraphQLScalarType>> => ({ Cursor, BigInt: BigIntScalar, SafeInt, DateTime });

/** Cursors of one log are shorter than 100 characters; one of all of somebody's conversations has a place in each. */
const CURSOR_LENGTH_MAX = 4_096;
/** Money is stored as int8. */
const BIGINT_MIN = -(2n ** 63n);
const BIGINT_MAX = 2n ** 63n - 1n;
/** No int8 has more digits. */
const BIGINT_DIGITS_MAX = 19;

// An error with a node is the caller's fault (BAD_USER_INPUT), one without is ours: see toGraphQLError.
const wrong = (message: string, node?: ValueNode): GraphQLError => new GraphQLError(message, { nodes: node ?? null });

const textOf = (node: ValueNode, expected: string): string => {
  if (node.kind === Kind.STRING) return node.value;
  throw wrong(`expected ${expected}`, node);
};

const parseCursor = (value: unknown): string => {
  if (typeof value === 'string' && value !== '' && value.length <= CURSOR_LENGTH_MAX) return value;
  throw wrong(`a Cursor is a text of 1 to ${CURSOR_LENGTH_MAX} characters, as an earlier answer contained it`);
};

const Cursor = new GraphQLScalarType<string, string>({
  name: 'Cursor',
  serialize: parseCursor,
  parseValue: parseCursor,
  parseLiteral: (node) => at(node, () => parseCursor(textOf(node, 'a Cursor: a text'))),
});

const parseBigInt = (value: unknown): bigint => {
  const isWhole =
    typeof value === 'number'
      ? Number.isSafeInteger(value)
      : typeof value === 'string' && /^-?\d+$/.test(value) && value.length <= BIGINT_DIGITS_MAX + 1;
  const parsed = isWhole ? BigInt(value as number | string) : null;
  if (parsed !== null && parsed >= BIGINT_MIN && parsed <= BIGINT_MAX) return parsed;
  throw wrong('a BigInt is a whole number in the range of 64 bits: a decimal text such as "520", or an Int');
};

const BigIntScalar = new GraphQLScalarType<bigint, string>({
  name: 'BigInt',
  serialize: (value) => {
    if (typeof value === 'bigint') return value.toString();
    return parseBigInt(value).toString();
  },
  parseValue: parseBigInt,
  parseLiteral: (node) =>
    at(node, () => parseBigInt(node.kind === Kind.INT ? node.value : textOf(node, 'a BigInt: a decimal text or an Int'))),
});

const parseSafeInt = (value: unknown): number => {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw wrong('a SafeInt is a whole number from 0 to 9007199254740991');
};

const SafeInt = new GraphQLScalarType<number, number>({
  name: 'SafeInt',
  serialize: (value) => parseSafeInt(typeof value === 'bigint' ? Number(value) : value),
  parseValue: parseSafeInt,
  parseLiteral: (node) =>
    at(node, () => {
      if (node.kind !== Kind.INT) throw wrong('expected a SafeInt: a whole number', node);
      return parseSafeInt(Number(node.value));
    }),
});

// PostgreSQL knows no year 0.
const DATE_TIME = /^(?!0000)(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.\d{1,9})?Z$/;

const parseDateTime = (value: unknown): Date => {
  const parts = typeof value === 'string' ? DATE_TIME.exec(value) : null;
  const date = parts === null ? null : new Date(parts[0]);
  // new Date rolls February 30th over into March and refuses other impossible values: both are refused here.
  if (date !== null && !Number.isNaN(date.getTime()) && date.getUTCDate() === Number(parts?.[3])) return date;
  throw wrong('a DateTime is a time in UTC as in RFC 3339, for example "2026-11-22T18:30:00.000Z"');
};

const DateTime = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  serialize: (value) => {
    if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
    return parseDateTime(value).toISOString();
  },
  parseValue: parseDateTime,
  parseLiteral: (node) => at(node, () => parseDateTime(textOf(node, 'a DateTime: a text'))),
});

/** Gives an error of a literal its place in the document. */
const at = <T>(node: ValueNode, parse: () => T): T => {
  try {
    return parse();
  } catch (error) {
    if (error instanceof GraphQLError && error.nodes === undefined) throw wrong(error.message, node);
    throw error;
  }
};
