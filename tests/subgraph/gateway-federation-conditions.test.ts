import { expect, test } from 'vitest';
import { aFederation } from '../support/federation.ts';

const graph = () =>
  aFederation({
    a: {
      sdl: 'type Query { item: Item other: String } type Item @key(fields: "id") { id: ID! name: String inner: Item }',
      resolvers: { Query: { item: () => ({ id: '1', name: 'n', inner: { id: '2', name: 'i' } }), other: () => 'o' } },
    },
    b: {
      sdl: 'type Item @key(fields: "id") { id: ID! size: Int isBig: Boolean @requires(fields: "name") name: String @external }',
      resolvers: {
        Item: {
          __resolveReference: (key: { id: string }) => ({ ...key, size: Number(key.id) }),
          isBig: ({ name }: { name: string }) => name === 'n',
        },
      },
    },
  });

const QUERY = `query ($yes: Boolean!, $no: Boolean = false) {
  item @include(if: $yes) { id size @skip(if: $yes) isBig @include(if: $no) inner { size @include(if: $yes) ...F @skip(if: $no) } }
  item { name @include(if: $no) ... on Item @include(if: $yes) { again: size } ... @skip(if: true) { never: id } }
  other @skip(if: $yes) @include(if: true)
}
fragment F on Item { name @include(if: $yes) isBig @skip(if: $yes) }`;

test.each([
  [{ yes: true, no: false }, { item: { id: '1', inner: { size: 2, name: 'i' }, again: 1 } }],
  [{ yes: true, no: true }, { item: { id: '1', isBig: true, inner: { size: 2 }, name: 'n', again: 1 } }],
  [
    { yes: false, no: false },
    { item: {}, other: 'o' },
  ],
  [
    { yes: false, no: true },
    { item: { name: 'n' }, other: 'o' },
  ],
  [{ yes: true }, { item: { id: '1', inner: { size: 2, name: 'i' }, again: 1 } }],
])('@skip and @include everywhere, with %j', async (variables, expected) => {
  expect((await graph().ask(QUERY, { variables })).data).toEqual(expected);
});

test('a skipped field takes nothing away from its neighbours, also when it requires something', async () => {
  const query = 'query ($big: Boolean!) { item { size isBig @include(if: $big) } }';
  expect((await graph().ask(query, { variables: { big: false } })).data).toEqual({ item: { size: 1 } });
  expect((await graph().ask(query, { variables: { big: true } })).data).toEqual({ item: { size: 1, isBig: true } });
});

test('also one of many conditions takes nothing away from its neighbours', async () => {
  const names = Array.from({ length: 40 }, (_, index) => `v${index}`);
  const query = `query (${names.map((name) => `$${name}: Boolean!`).join(' ')}) { item { size ${names
    .map((name) => `${name}: isBig @include(if: $${name})`)
    .join(' ')} } }`;
  const asked = (chosen: string) => graph().ask(query, { variables: Object.fromEntries(names.map((name) => [name, name === chosen])) });
  expect((await asked('v33')).data).toEqual({ item: { size: 1, v33: true } });
  expect((await asked('none')).data).toEqual({ item: { size: 1 } });
});

test('each combination of conditions has its answer, in any order', async () => {
  const shared = graph();
  for (const yes of [true, false, true, false, true]) {
    const { data } = await shared.ask('query ($yes: Boolean!) { item { id size @include(if: $yes) } }', { variables: { yes } });
    expect(data).toEqual({ item: yes ? { id: '1', size: 1 } : { id: '1' } });
  }
});

test('a subgraph that only skipped fields need is not asked', async () => {
  const shared = graph();
  await shared.ask('query ($yes: Boolean!) { item { id size @include(if: $yes) } }', { variables: { yes: false } });
  expect(shared.calls.map(({ subgraph }) => subgraph)).toEqual(['a']);
});

test('an operation of which nothing is left answers with an empty object', async () => {
  const { data, errors } = await graph().ask('query ($yes: Boolean!) { item @skip(if: $yes) { id } }', { variables: { yes: true } });
  expect([data, errors]).toEqual([{}, []]);
  expect((await graph().ask('{ item @include(if: false) { id } }')).data).toEqual({});
});

test('a fragment that is spread twice, once skipped, counts', async () => {
  const { data } = await graph().ask('query ($yes: Boolean!) { item { ...F @skip(if: $yes) ...F } } fragment F on Item { id size }', {
    variables: { yes: true },
  });
  expect(data).toEqual({ item: { id: '1', size: 1 } });
});

test('introspection and types are answered beside data, in the order of the operation', async () => {
  const { data } = await graph().ask(
    'query ($name: String!, $yes: Boolean!) { kind: __typename other __type(name: $name) { name ...T @include(if: $yes) } s: __schema { queryType { name } } item { t: __typename } } fragment T on __Type { kind }',
    { variables: { name: 'Item', yes: true } },
  );
  expect(JSON.stringify(data)).toBe(
    '{"kind":"Query","other":"o","__type":{"name":"Item","kind":"OBJECT"},"s":{"queryType":{"name":"Query"}},"item":{"t":"Item"}}',
  );
});

test('the named operation of several runs', async () => {
  const query = 'query A { item { id } } query B { other }';
  expect((await graph().ask(query, { operationName: 'B' })).data).toEqual({ other: 'o' });
});
