import { expect, test } from 'vitest';
import { aFederation } from '../support/federation.ts';

const GIFTS = [
  { id: 'rose', price: 1 },
  { id: 'rocket', price: 520 },
];

const shop = () =>
  aFederation({
    rooms: {
      sdl: `type Query { room: Room rooms: [Room!]! grid: [[Gift]] }
        type Room @key(fields: "id") { id: ID! top: Gift gifts: [Gift!]! }
        type Gift @key(fields: "id", resolvable: false) { id: ID! }`,
      resolvers: {
        Query: {
          room: () => ({ id: 'r1' }),
          rooms: () => [{ id: 'r1' }, { id: 'r2' }],
          grid: () => [[{ id: 'rose' }, null], null, [], [{ id: 'rocket' }, { id: 'rose' }]],
        },
        Room: { top: () => ({ id: 'rocket' }), gifts: () => [{ id: 'rose' }, { id: 'rocket' }, { id: 'rose' }] },
      },
    },
    gifts: {
      sdl: `type Gift @key(fields: "id") { id: ID! price: Int! label(upper: Boolean = false): String }`,
      resolvers: {
        Gift: {
          __resolveReference: ({ id }: { id: string }) => GIFTS.find((gift) => gift.id === id),
          label: ({ id }: { id: string }, { upper }: { upper: boolean }) => (upper ? id.toUpperCase() : id),
        },
      },
    },
    ranks: {
      sdl: `type Room @key(fields: "id") { id: ID! rank: Int best: Gift } type Gift @key(fields: "id") { id: ID! sold: Int }`,
      resolvers: {
        Room: { __resolveReference: ({ id }: { id: string }) => ({ id, rank: Number(id.slice(1)), best: { id: 'rose' } }) },
        Gift: { __resolveReference: ({ id }: { id: string }) => ({ id, sold: id.length }) },
      },
    },
  });

test('an entity gets the fields of another subgraph', async () => {
  const { data } = await shop().ask('{ room { id top { id price } } }');
  expect(data).toEqual({ room: { id: 'r1', top: { id: 'rocket', price: 520 } } });
});

test('entities in lists inside lists are completed, each asked for once', async () => {
  const graph = shop();
  const { data } = await graph.ask('{ rooms { gifts { id price sold } rank } }');
  const gifts = [
    { id: 'rose', price: 1, sold: 4 },
    { id: 'rocket', price: 520, sold: 6 },
    { id: 'rose', price: 1, sold: 4 },
  ];
  expect(data).toEqual({
    rooms: [
      { gifts, rank: 1 },
      { gifts, rank: 2 },
    ],
  });
  for (const subgraph of ['gifts', 'ranks']) {
    const asked = graph.calls.filter((call) => call.subgraph === subgraph).flatMap(({ representations }) => representations);
    expect(new Set(asked.map((one) => JSON.stringify(one))).size).toBe(asked.length);
  }
});

test('lists of lists keep their nulls and empty lists', async () => {
  const { data } = await shop().ask('{ grid { price } }');
  expect(data).toEqual({ grid: [[{ price: 1 }, null], null, [], [{ price: 520 }, { price: 1 }]] });
});

test('an entity that is reached through an entity of another subgraph is completed', async () => {
  const { data } = await shop().ask('{ room { best { id price label(upper: true) } } }');
  expect(data).toEqual({ room: { best: { id: 'rose', price: 1, label: 'ROSE' } } });
});

test('the same field under two aliases with other arguments keeps both values', async () => {
  const { data } = await shop().ask(
    '{ room { top { low: label high: label(upper: true) } } again: room { top { low: label(upper: true) } } }',
  );
  expect(data).toEqual({ room: { top: { low: 'rocket', high: 'ROCKET' } }, again: { top: { low: 'ROCKET' } } });
});

test('aliases that are names of other fields do not get mixed up across subgraphs', async () => {
  const { data } = await shop().ask('{ room { id: rank rank: id top { price: id id: price sold: label } } }');
  expect(data).toEqual({ room: { id: 1, rank: 'r1', top: { price: 'rocket', id: 520, sold: 'rocket' } } });
});

test('aliases with the names of what every object inherits are only names', async () => {
  const { data } = await shop().ask('{ room { constructor: id toString: top { hasOwnProperty: price valueOf: label } } }');
  expect(data).toEqual({ room: { constructor: 'r1', toString: { hasOwnProperty: 520, valueOf: 'rocket' } } });
});

test('fields come in the order in which they were asked for', async () => {
  const { data } = await shop().ask('{ room { rank top { sold id price } id ...More } } fragment More on Room { best { id } rank }');
  expect(JSON.stringify(data)).toBe('{"room":{"rank":1,"top":{"sold":6,"id":"rocket","price":520},"id":"r1","best":{"id":"rose"}}}');
});

test('variables reach the subgraphs that use them, with their defaults', async () => {
  const query = 'query ($upper: Boolean = true) { room { top { label(upper: $upper) } } }';
  expect((await shop().ask(query)).data).toEqual({ room: { top: { label: 'ROCKET' } } });
  expect((await shop().ask(query, { variables: { upper: false } })).data).toEqual({ room: { top: { label: 'rocket' } } });
});

test('a variable that was not sent stays away, also when objects inherit something of its name', async () => {
  const query =
    'query ($constructor: Boolean, $toString: Boolean) { room { top { label(upper: $constructor) other: label(upper: $toString) } } }';
  const { data } = await shop().ask(query, { variables: { toString: true } });
  expect(data).toEqual({ room: { top: { label: 'rocket', other: 'ROCKET' } } });
});
