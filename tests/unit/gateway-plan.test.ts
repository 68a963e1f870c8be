import { buildSchema, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { mergeInto } from '../../gateway/execute/plan/merge.ts';
import { createPlanCompiler, type PlanCompiler } from '../../gateway/execute/plan/plan.ts';
import { compileRewrites } from '../../gateway/execute/plan/rewrites.ts';
import { createMatchesType, readSubtypes } from '../../gateway/execute/plan/types.ts';

type Plan = Parameters<PlanCompiler>[0];

const SDL = `type Query { value: Answer must: Answer! named: Named }
  type Answer implements Named { name: String int: Int float: Float text: String id: ID yes: Boolean any: Any list: [Int!] grid: [[Int]] one: Answer kind: Kind }
  type Other { name: String }
  interface Named { name: String } scalar Any enum Kind { KNOWN }`;
const SCHEMA = buildSchema(SDL);
const SUBTYPES = readSubtypes(parse(SDL));

const FETCH = { kind: 'Fetch', serviceName: 'a', operation: '{ value }', operationKind: 'query' };
const plan = (node: unknown): Plan => ({ kind: 'QueryPlan', node }) as Plan;

const operationOf = (query: string) => {
  const [operation] = parse(query).definitions;
  if (operation?.kind !== 'OperationDefinition') throw new Error('no operation');
  return { operation, fragments: {} };
};

/** Shapes what a subgraph answered. */
const shaped = async (query: string, answer: unknown) => {
  const compiled = createPlanCompiler({ schema: SCHEMA, apiSubtypes: SUBTYPES, subtypes: SUBTYPES })(plan(FETCH), operationOf(query));
  const source = { process: async () => JSON.parse(JSON.stringify(answer)) };
  const context = { requestId: 'r', identity: { kind: 'service' } as never, timeoutMs: 1 };
  const result = await compiled?.({ variables: {}, dataSources: { a: source }, context });
  return { data: result?.data, errors: result?.errors?.map(({ path, message }) => `${path?.join('.') ?? ''}: ${message}`) };
};

describe('values that do not fit their type', () => {
  test.each([
    ['int', 1.5],
    ['int', '1'],
    ['int', 2_147_483_648],
    ['int', true],
    ['float', '1.5'],
    ['text', 1],
    ['text', { deep: 1 }],
    ['id', 1.5],
    ['yes', 1],
    ['kind', 'HIDDEN'],
    ['kind', 1],
  ])('%s: %j becomes null with an error at its path', async (field, value) => {
    const { data, errors } = await shaped(`{ value { ${field} } }`, { data: { value: { [field]: value } } });
    expect(data).toEqual({ value: { [field]: null } });
    expect(errors).toEqual([`value.${field}: Invalid value found for field Answer.${field}.`]);
  });

  test.each([
    ['int', -2_147_483_648, -2_147_483_648],
    ['float', 3, 3],
    ['text', '', ''],
    ['id', 7, '7'],
    ['yes', false, false],
    ['any', [{ any: 'thing' }], [{ any: 'thing' }]],
    ['kind', 'KNOWN', 'KNOWN'],
    ['grid', [[1, null], null, []], [[1, null], null, []]],
  ])('%s: %j passes', async (field, value, expected) => {
    const { data, errors } = await shaped(`{ value { ${field} } }`, { data: { value: { [field]: value } } });
    expect([data, errors]).toEqual([{ value: { [field]: expected } }, undefined]);
  });

  test('a list where an object belongs, an object where a list belongs', async () => {
    expect(await shaped('{ value { one { int } } }', { data: { value: { one: [] } } })).toEqual({
      data: { value: { one: null } },
      errors: ['value.one: Expected an object for field Answer.one.'],
    });
    expect(await shaped('{ value { list } }', { data: { value: { list: {} } } })).toEqual({
      data: { value: { list: null } },
      errors: ['value.list: Expected a list for field Answer.list.'],
    });
  });

  test('a null item of a non-null list makes the list null, with an error at the item', async () => {
    expect(await shaped('{ value { list int } }', { data: { value: { list: [1, null, 3], int: 4 } } })).toEqual({
      data: { value: { list: null, int: 4 } },
      errors: ['value.list.1: Cannot return null for non-nullable item of Answer.list.'],
    });
  });

  test('an object of a type that is no part of the field’s', async () => {
    const answer = { data: { named: { __typename: 'Other', name: 'x' }, value: { __typename: 'Secret', int: 1 } } };
    expect(await shaped('{ named { name } value { int } }', answer)).toEqual({
      data: { named: null, value: null },
      errors: [
        'named: Invalid __typename found for object at field Query.named.',
        'value: Invalid __typename found for object at field Query.value.',
      ],
    });
  });

  test('a missing non-null field of which no subgraph told anything', async () => {
    expect(await shaped('{ must { int } }', { data: {} })).toEqual({
      data: null,
      errors: ['must: Cannot return null for non-nullable field Query.must.'],
    });
  });

  test('an error of the subgraph is enough: the null that it caused is not told again', async () => {
    const { data, errors } = await shaped('{ must { int } }', { data: null, errors: [{ message: 'down', path: ['must'] }] });
    expect([data, errors]).toEqual([null, ['must: down']]);
  });

  test('thousands of misfits are told by a bounded number of errors', async () => {
    const { data, errors } = await shaped('{ value { grid } }', { data: { value: { grid: [new Array(5_000).fill('x')] } } });
    expect((data as { value: { grid: unknown[][] } }).value.grid[0]?.every((item) => item === null)).toBe(true);
    expect(errors?.length).toBe(100);
  });
});

test('a data source that throws leaves its fields null, with an error', async () => {
  const compiled = createPlanCompiler({ schema: SCHEMA, apiSubtypes: SUBTYPES, subtypes: SUBTYPES })(
    plan(FETCH),
    operationOf('{ value { int } }'),
  );
  const context = { requestId: 'r', identity: { kind: 'service' } as never, timeoutMs: 1 };
  const source = { process: () => Promise.reject(new Error('lost')) };
  const result = await compiled?.({ variables: {}, dataSources: { a: source }, context });
  expect([result?.data, result?.errors?.map(({ message }) => message)]).toEqual([{ value: null }, ['lost']]);
});

describe('plans that are left to Apollo’s executor', () => {
  const compile = createPlanCompiler({ schema: SCHEMA, apiSubtypes: SUBTYPES, subtypes: SUBTYPES });
  test.each([
    ['a Defer node', { kind: 'Defer', primary: {}, deferred: [] }],
    ['@fromContext outside of entities', { ...FETCH, contextRewrites: [{ kind: 'KeyRenamer', path: ['..', 'x'], renameKeyTo: 'y' }] }],
    ['a subscription', { kind: 'Subscription', primary: FETCH }],
    ['a path with types', { kind: 'Flatten', path: ['value', 'one|[Answer]'], node: FETCH }],
    ['a variable named like the planner’s', { ...FETCH, requires: [], variableUsages: ['representations'] }],
  ])('%s', (_, node) => {
    expect(compile(plan(node), operationOf('{ value { int } }'))).toBeNull();
  });

  test('everything else is compiled, once', () => {
    const once = plan({
      kind: 'Sequence',
      nodes: [
        { kind: 'Parallel', nodes: [FETCH] },
        { kind: 'Condition', condition: 'c', ifClause: FETCH },
      ],
    });
    const compiled = compile(once, operationOf('{ value { int } }'));
    expect(compiled).not.toBeNull();
    expect(compile(once, operationOf('{ value { int } }'))).toBe(compiled);
  });
});

describe('merging', () => {
  test('objects meet member by member, lists of one length item by item; everything else is replaced', () => {
    const target = { a: { x: 1, y: [{ p: 1 }, null] }, list: [1, 2], kept: 0 };
    mergeInto(target, { a: { z: 2, y: [{ q: 2 }, { r: 3 }] }, list: [3], added: undefined });
    expect(target).toEqual({ a: { x: 1, z: 2, y: [{ p: 1, q: 2 }, { r: 3 }] }, list: [3], kept: 0 });
  });

  test('an answer cannot change what objects inherit', () => {
    const target: Record<string, unknown> = { any: {} };
    mergeInto(
      target,
      JSON.parse(
        '{"__proto__": {"polluted": true}, "any": {"__proto__": {"polluted": true}}, "constructor": {"prototype": {"polluted": true}}}',
      ),
    );
    expect((target as { polluted?: unknown }).polluted).toBeUndefined();
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe('rewrites', () => {
  const rewrite = (rewrites: Parameters<typeof compileRewrites>[0], value: unknown) => {
    compileRewrites(rewrites, createMatchesType(SUBTYPES))?.(value);
    return value;
  };

  test('a renamed key keeps its value, whatever it is, on the objects of its type', () => {
    const renamer = { kind: 'KeyRenamer' as const, path: ['items', '... on Answer', 'n__alias_0'], renameKeyTo: 'n' };
    const items = [{ __typename: 'Answer', n__alias_0: 0 }, { __typename: 'Other', n__alias_0: 1 }, null, [{ n__alias_0: null }]];
    expect(rewrite([renamer], { items })).toEqual({
      items: [{ __typename: 'Answer', n: 0 }, { __typename: 'Other', n__alias_0: 1 }, null, [{ n: null }]],
    });
  });

  test('a value is set where the path leads, through interfaces', () => {
    const setter = { kind: 'ValueSetter' as const, path: ['... on Named', '__typename'], setValueTo: 'Named' };
    expect(rewrite([setter], { __typename: 'Answer', id: '1' })).toEqual({ __typename: 'Named', id: '1' });
    expect(rewrite([setter], { __typename: 'Other' })).toEqual({ __typename: 'Other' });
  });
});
