import { type GraphQLScalarType, parse, parseValue } from 'graphql';
import { expect, test } from 'vitest';
import { FanfareError } from '#platform/errors.ts';
import { checkLiterals, checkVariables, INPUT_DEPTH_MAX, INPUT_VALUES_MAX } from '#platform/subgraph/input.ts';
import { createScalars } from '#platform/subgraph/scalars.ts';
import { checkText, isCleanText } from '#platform/text.ts';

const scalars = createScalars();

const scalar = (name: string): GraphQLScalarType => {
  const found = scalars[name];
  if (found === undefined) throw new Error(`no scalar ${name}`);
  return found;
};

const codeOf = (check: () => void): string => {
  try {
    check();
  } catch (error) {
    if (error instanceof FanfareError) return error.code;
    throw error;
  }
  return 'accepted';
};

test('NUL and lone surrogates are unclean, whatever else people write is not', () => {
  for (const good of ['', 'hello', '爱', '👩‍👩‍👧', 'line\nbreak', '\u0001', '\uffff']) expect(isCleanText(good)).toBe(true);
  for (const bad of ['\0', 'a\0b', '\ud800', '\udc00', 'a\udc00\ud800b']) expect(isCleanText(bad)).toBe(false);
  expect(() => checkText('\0', 'The text')).toThrow('The text contains a NUL character (U+0000). Remove it.');
  expect(() => checkText('\ud800', 'The text')).toThrow('The text contains a lone surrogate');
});

test('unclean texts are found anywhere in the variables, keys included', () => {
  expect(codeOf(() => checkVariables({ input: { list: [{ text: 'ok' }] } }))).toBe('accepted');
  for (const variables of [{ a: '\0' }, { input: { list: [{ text: '\ud800' }] } }, { input: { 'k\0': 1 } }, { 'k\0': 1 }]) {
    expect(codeOf(() => checkVariables(variables))).toBe('BAD_USER_INPUT');
  }
});

test('variables are bounded in number and depth', () => {
  expect(codeOf(() => checkVariables({ list: new Array(INPUT_VALUES_MAX - 1).fill(1) }))).toBe('accepted');
  expect(codeOf(() => checkVariables({ list: new Array(INPUT_VALUES_MAX).fill(1) }))).toBe('PAYLOAD_TOO_LARGE');
  let deep: unknown = 1;
  for (let level = 1; level < INPUT_DEPTH_MAX; level += 1) deep = [deep];
  expect(codeOf(() => checkVariables({ deep }))).toBe('accepted');
  expect(codeOf(() => checkVariables({ deep: [deep] }))).toBe('BAD_USER_INPUT');
});

test('unclean texts are found in literals', () => {
  expect(codeOf(() => checkLiterals(parse('{ user(id: "fine") { id } }')))).toBe('accepted');
  expect(codeOf(() => checkLiterals(parse('{ user(id: "\\u0000") { id } }')))).toBe('BAD_USER_INPUT');
});

test.each<[string, unknown, unknown]>([
  ['BigInt', '520', 520n],
  ['BigInt', -7, -7n],
  ['BigInt', '9223372036854775807', 2n ** 63n - 1n],
  ['BigInt', '-9223372036854775808', -(2n ** 63n)],
  ['SafeInt', 0, 0],
  ['SafeInt', Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  ['DateTime', '2026-11-22T18:30:00Z', new Date(Date.UTC(2026, 10, 22, 18, 30))],
  ['DateTime', '2028-02-29T00:00:00.5Z', new Date(Date.UTC(2028, 1, 29, 0, 0, 0, 500))],
  ['Cursor', 'abc', 'abc'],
])('%s reads %j', (name, input, value) => {
  expect(scalar(name).parseValue(input)).toEqual(value);
});

test.each<[string, unknown]>([
  ['BigInt', '9223372036854775808'],
  ['BigInt', '1.5'],
  ['BigInt', 1.5],
  ['BigInt', 2 ** 53],
  ['BigInt', ''],
  ['BigInt', ' 1'],
  ['BigInt', '0x10'],
  ['BigInt', true],
  ['BigInt', '1'.repeat(10_000)],
  ['SafeInt', -1],
  ['SafeInt', 1.5],
  ['SafeInt', '1'],
  ['SafeInt', 2 ** 53],
  ['DateTime', '2026-11-22'],
  ['DateTime', '2026-11-22T18:30:00'],
  ['DateTime', '2026-11-22T18:30:00+01:00'],
  ['DateTime', '2026-02-30T00:00:00Z'],
  ['DateTime', '2026-13-01T00:00:00Z'],
  ['DateTime', '2026-11-22T24:00:01Z'],
  ['DateTime', 1_795_000_000_000],
  ['Cursor', ''],
  ['Cursor', 7],
  ['Cursor', 'x'.repeat(4_097)],
])('%s refuses %j', (name, input) => {
  expect(() => scalar(name).parseValue(input)).toThrow(/^a (BigInt|SafeInt|DateTime|Cursor) is /);
});

test('literals are read like variables', () => {
  expect(scalar('BigInt').parseLiteral(parseValue('520'))).toBe(520n);
  expect(scalar('BigInt').parseLiteral(parseValue('"520"'))).toBe(520n);
  expect(scalar('DateTime').parseLiteral(parseValue('"2026-11-22T18:30:00Z"'))).toEqual(new Date(Date.UTC(2026, 10, 22, 18, 30)));
  for (const [name, literal] of [
    ['BigInt', '1.5'],
    ['BigInt', 'true'],
    ['SafeInt', '"1"'],
    ['DateTime', '5'],
    ['Cursor', '5'],
    ['SafeInt', '-1'],
  ] as const) {
    expect(() => scalar(name).parseLiteral(parseValue(literal)), `${name} ${literal}`).toThrow();
  }
});

test('what resolvers return is written in the documented form, and what does not fit is refused', () => {
  expect(scalar('BigInt').serialize(2n ** 62n)).toBe('4611686018427387904');
  expect(scalar('SafeInt').serialize(7n)).toBe(7);
  expect(scalar('DateTime').serialize(new Date(0))).toBe('1970-01-01T00:00:00.000Z');
  expect(() => scalar('SafeInt').serialize(-1)).toThrow();
  expect(() => scalar('DateTime').serialize(new Date(Number.NaN))).toThrow();
  expect(() => scalar('BigInt').serialize(1.5)).toThrow();
});
