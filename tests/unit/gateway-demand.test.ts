import { readFileSync } from 'node:fs';
import { buildASTSchema, parse, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { totalOf } from '../../gateway/demand/costs.ts';
import { createEstimate } from '../../gateway/demand/estimate.ts';
import { readWeights } from '../../gateway/demand/weights.ts';
import { readSubtypes } from '../../gateway/execute/plan/types.ts';
import { coerceVariables } from '../../gateway/execute/variables.ts';
import { OPERATION_COST_MAX } from '../../gateway/limits.ts';
import { operationOf } from '../../gateway/supergraph/generation.ts';
import { readDirectiveNames } from '../../gateway/supergraph/links.ts';
import { makeExamples } from '../../web/playground/examples.ts';
import { compose } from '../support/federation.ts';
import { aGeneration } from '../support/generation.ts';

const SCHEMA = parse(`
  directive @cost(weight: String!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR
  directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION
  type Query {
    user(id: ID @cost(weight: "2")): User
    users(max: Int): [User] @listSize(slicingArguments: ["max"])
    five: [User] @listSize(assumedSize: 5)
    unknown: [User]
    grid: [[User]] @listSize(assumedSize: 3)
    byFilter(filter: Filter): [User] @listSize(slicingArguments: ["filter.page.max"], requireOneSlicingArgument: false, assumedSize: 7)
    either(first: Int, last: Int = 4): [User] @listSize(slicingArguments: ["first", "last"])
    page(first: Int = 20): Page @listSize(slicingArguments: ["first"], sizedFields: ["nodes", "edges", "deep.nodes"])
    node: Node
    any: [Any] @listSize(assumedSize: 2)
    heavy: User @cost(weight: "10.5")
    cheap: User @cost(weight: "-5")
    color: Color
    colors: [Color] @listSize(assumedSize: 4)
    blob: Blob
    search(in: Input, list: [Input!]): Int
    self: Query
  }
  type Mutation { do(input: Input): User @cost(weight: "10") }
  type User { name: String friends(first: Int): [User] @listSize(slicingArguments: ["first"], assumedSize: 10) boss: User slow: String @cost(weight: "3") }
  type Page { nodes: [User] edges: [Edge] deep: Deep other: [User] }
  type Deep { nodes: [User] }
  type Edge { node: User }
  interface Node { id: ID parts: [Part] @listSize(assumedSize: 6) }
  type Small implements Node { id: ID parts: [Part] }
  type Big implements Node @cost(weight: "4") { id: ID parts: [Part] @listSize(assumedSize: 8) dear: Part @cost(weight: "20") }
  type Part { id: ID }
  union Any = User | Big
  enum Color @cost(weight: "2") { RED }
  scalar Blob @cost(weight: "7")
  input Filter { page: Paging deep: Filter }
  input Paging { max: Int }
  input Input { a: Int @cost(weight: "3") b: Input color: Color c: Int }
`);
const schema = buildASTSchema(SCHEMA);
const estimate = createEstimate(schema, readSubtypes(SCHEMA), readWeights(SCHEMA, readDirectiveNames(SCHEMA)));

const costOf = (query: string, variables: Readonly<Record<string, unknown>> = {}) => {
  const document = parse(query);
  const [invalid] = validate(schema, document);
  if (invalid !== undefined) throw invalid;
  const operation = operationOf(document, null);
  if (!operation) throw new Error('no operation');
  const coerced = coerceVariables(schema, operation, variables);
  if (!coerced.ok) throw coerced.errors[0];
  return estimate(document, operation, coerced.values);
};

// Field cost, then type cost. The operation itself is an object, too: it weighs 1.
test.each<[string, string, number, number, Readonly<Record<string, unknown>>?]>([
  ['nothing', '{ __typename }', 0, 1],
  ['a field that returns an object weighs 1, and so does the object; scalars weigh nothing', '{ node { id } }', 1, 1 + 4],
  ['a weight of a field', '{ heavy { name } }', 10.5, 2],
  ['a negative weight makes nothing else cheaper', '{ cheap { slow } }', 0 + 3, 2],
  ['a weight of a scalar field', '{ heavy { slow name } }', 10.5 + 3, 2],
  ['a weight of an enum, of a scalar', '{ color blob }', 0, 1 + 2 + 7],
  ['a list of enums', '{ colors }', 0, 1 + 4 * 2],
  ['an argument with a weight, sent and not sent', '{ a: user(id: 1) { name } b: user { name } c: user(id: null) { name } }', 2 + 3, 1 + 3],
  ['an assumed size', '{ five { slow } }', 1 + 5 * 3, 1 + 5],
  ['a list that says nothing of its size', '{ unknown { boss { name } } }', 1 + 10, 1 + 10 + 10],
  ['a list of lists', '{ grid { name } }', 1, 1 + 30],
  ['a slicing argument', '{ users(max: 50) { boss { name } } }', 1 + 50, 1 + 50 + 50],
  ['a slicing argument in a variable', 'query ($n: Int) { users(max: $n) { name } }', 1, 1 + 30, { n: 30 }],
  ['a variable’s default', 'query ($n: Int = 40) { users(max: $n) { name } }', 1, 1 + 40],
  ['a size of nothing', '{ users(max: 0) { boss { slow } } }', 1, 1],
  ['a negative size', '{ users(max: -5) { boss { slow } } }', 1, 1],
  [
    'nested lists multiply',
    '{ users(max: 10) { friends(first: 20) { friends(first: 30) { name } } } }',
    1 + 10 + 200,
    1 + 10 + 200 + 6_000,
  ],
  ['a slicing argument in an input object', '{ byFilter(filter: { page: { max: 9 } }) { name } }', 1 + 2, 1 + 9],
  ['the same in a variable', 'query ($f: Filter) { byFilter(filter: $f) { name } }', 1 + 2, 1 + 9, { f: { page: { max: 9 } } }],
  ['the same in a part of it', 'query ($m: Int) { byFilter(filter: { page: { max: $m } }) { name } }', 1 + 2, 1 + 9, { m: 9 }],
  ['without it, what is assumed', '{ byFilter(filter: { page: null }) { name } }', 1 + 1, 1 + 7],
  ['a default among slicing arguments', '{ either { name } }', 1, 1 + 4],
  ['one that is sent instead', '{ either(first: 6) { name } }', 1, 1 + 6],
  [
    'sized fields get the size of the field above',
    '{ page(first: 30) { nodes { slow } edges { node { name } } } }',
    1 + (1 + 30 * 3) + (1 + 30),
    1 + 1 + 30 + 60,
  ],
  ['also by a default, and further down', '{ page { deep { nodes { name } } } }', 1 + 1 + 1, 1 + 1 + 1 + 20],
  ['others don’t', '{ page(first: 30) { other { name } } }', 1 + 1, 1 + 1 + 10],
  ['sized fields by a variable', 'query ($n: Int) { page(first: $n) { nodes { name } } }', 1 + 1, 1 + 1 + 25, { n: 25 }],
  [
    'the dearest type behind an interface',
    '{ node { ... on Small { parts { id } } ... on Big { dear { id } parts { id } } } }',
    1 + 21,
    1 + 4 + 1 + 8,
  ],
  ['an interface’s size holds for who says none', '{ node { ... on Small { parts { id } } } }', 1 + 1, 1 + 4 + 6],
  ['a union', '{ any { ... on User { boss { name } } __typename } }', 1 + 2, 1 + 2 * 4 + 2],
  [
    'fragments that select the same count once',
    '{ five { ...A ...A ... on User { boss { name } } } } fragment A on User { boss { name boss { name } } }',
    1 + 5 * 2,
    1 + 5 * 3,
  ],
  ['aliases count each', '{ a: five { name } b: five { name } }', 2, 1 + 10],
  ['what is skipped costs nothing', '{ five @skip(if: true) { name } ... @include(if: false) { unknown { name } } }', 0, 1],
  ['what is skipped by a variable', 'query ($on: Boolean!) { five @include(if: $on) { name } user { name } }', 1, 2, { on: false }],
  ['what is not', 'query ($on: Boolean!) { five @include(if: $on) { name } user { name } }', 2, 7, { on: true }],
  [
    'input objects weigh 1, their fields what they say, enums what their type says',
    '{ search(in: { a: 1, c: 2, b: { color: RED } }) }',
    1 + 3 + (1 + 2),
    1,
  ],
  ['lists of them', 'query ($l: [Input!]) { search(list: $l) }', 2 + 3, 1, { l: [{ a: 1 }, { c: 1 }] }],
  ['a mutation', 'mutation { do(input: {}) { name } }', 10 + 1, 2],
])('%s', (_, query, fieldCost, typeCost, variables) => {
  expect(costOf(query, variables)).toEqual({ fieldCost, typeCost, fault: null });
});

test('the same operation is found again, and costs what its variables make of it', () => {
  const document = parse('query ($n: Int, $on: Boolean!) { users(max: $n) @include(if: $on) { name } }');
  const operation = operationOf(document, null);
  if (!operation) throw new Error('no operation');
  const costs = [1, 100, 1].map((n) => totalOf(estimate(document, operation, { n, on: true })));
  expect([...costs, totalOf(estimate(document, operation, { n: 5, on: false }))]).toEqual([3, 102, 3, 1]);
});

test('a list without its slicing argument, or with two, is a fault where one is required', () => {
  const fault = 'Query.users needs exactly one of its slicing arguments: max.';
  expect(costOf('{ users { name } }').fault).toBe(fault);
  expect(costOf('query ($n: Int) { users(max: $n) { name } }').fault).toBe(fault);
  expect(costOf('{ users(max: null) { name } }').fault).toBe(fault);
  expect(costOf('{ either(first: 1, last: 2) { name } }').fault).toBe(
    'Query.either needs exactly one of its slicing arguments: first, last.',
  );
  expect(costOf('{ either(first: 1) { name } byFilter { name } }').fault).toBeNull();
});

test('an operation is compiled in bounded time, whatever is behind its interfaces', () => {
  const types = Array.from({ length: 60 }, (_, index) => {
    const of = Array.from({ length: 6 }, (_, bit) => ((index + 1) & (1 << bit) ? `I${bit}` : '')).filter((name) => name !== '');
    return `type T${index} implements ${['Node', ...of].join(' & ')} { next: Node }`;
  });
  const interfaces = Array.from({ length: 6 }, (_, bit) => `interface I${bit} { next: Node }`);
  const sdl = parse(['type Query { next: Node } interface Node { next: Node }', ...interfaces, ...types].join('\n'));
  const wide = createEstimate(buildASTSchema(sdl), readSubtypes(sdl), readWeights(sdl, readDirectiveNames(sdl)));
  const nest = (depth: number): string =>
    depth === 0 ? '{ __typename }' : `{ ${Array.from({ length: 6 }, (_, bit) => `... on I${bit} { next ${nest(depth - 1)} }`).join(' ')} }`;
  const document = parse(`{ next ${nest(4)} }`);
  const operation = operationOf(document, null);
  if (!operation) throw new Error('no operation');
  expect(totalOf(wide(document, operation, {}))).toBe(Number.POSITIVE_INFINITY);
});

describe('the product’s graph', async () => {
  const generation = await aGeneration(readFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8'));
  const total = (query: string, variables: Readonly<Record<string, unknown>> = {}): number => {
    const document = parse(query);
    expect(validate(generation.schema, document)).toEqual([]);
    const operation = operationOf(document, null);
    if (!operation) throw new Error('no operation');
    return totalOf(generation.estimate(document, operation, variables));
  };

  test('the playground’s examples are below the limit', () => {
    for (const { query, variables } of makeExamples(() => 'key'))
      expect(total(query, variables as Readonly<Record<string, unknown>>), query).toBeLessThan(OPERATION_COST_MAX);
  });

  test('the operators’ page is below the limit', () => {
    const source = readFileSync(new URL('../../web/pages/status.js', import.meta.url), 'utf8');
    const names = [...source.matchAll(/id: '(\w+)', title: '[^']+', name: '([^']+)'/g)];
    const series = names.map(
      ([, id = '', name = '']) =>
        `${id}: metricSeries(input: { name: ${JSON.stringify(name)}, from: $from, to: $to, stepSeconds: 10 }) { points { at value } }`,
    );
    expect(series).toHaveLength(3);
    const page = /const STATUS = `([^`]+)`/.exec(source)?.[1]?.replace(/\$\{SERIES\}/, series.join('\n')) ?? '';
    const times = { from: '2026-01-01T00:00:00.000Z', to: '2026-01-01T00:10:00.000Z' };
    expect(total(page, times)).toBeGreaterThan(15_000);
    expect(total(page, times)).toBeLessThan(OPERATION_COST_MAX);
  });

  test('what pages ask for is far below the limit, and lists of lists of lists are above it', () => {
    const page = '{ liveStreams(first: 100) { nodes { title channel { id } room { id } } } gifts { name } }';
    expect(total(page)).toBeLessThan(OPERATION_COST_MAX / 10);
    const hostile = [
      '{ services { dependsOn { dependsOn { dependsOn { name } } } } }',
      '{ liveStreams(first: 100) { nodes { room { events(first: 100) { nodes { id } edges { node { id } } } } } } }',
    ];
    for (const query of hostile) expect(total(query)).toBeGreaterThan(OPERATION_COST_MAX);
  });
});

test('directives are read by the names that subgraphs gave them', async () => {
  const header = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [{ name: "@cost", as: "@weight" }, { name: "@listSize", as: "@long" }])`;
  const sdl = `${header} type Query { dear: Int @weight(weight: 12) all: [T] @long(assumedSize: 33) } type T @weight(weight: 2) { id: ID }`;
  const generation = await aGeneration(compose({ a: { sdl } }, () => 'http://a.test'));
  const document = parse('{ dear all { id } }');
  const operation = operationOf(document, null);
  if (!operation) throw new Error('no operation');
  expect(generation.estimate(document, operation, {})).toEqual({ fieldCost: 13, typeCost: 67, fault: null });
});
