import { expect, test } from 'vitest';
import { aFederation } from '../support/federation.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@context", "@fromContext", "@shareable"])`;

const books = () =>
  aFederation({
    shops: {
      sdl: `${LINK} type Query { shops: [Shop] mall: Mall }
        type Shop @key(fields: "id") @context(name: "place") { id: ID! currency: String! shelf: Shelf books: [[Book]] }
        type Mall @key(fields: "id") @context(name: "place") { id: ID! rate: Rate best: Book } type Rate { code: String } type Shelf { first: Book }
        type Book @key(fields: "id") { id: ID!
          price(of: Int = 1, in: String @fromContext(field: "$place ... on Shop { currency } ... on Mall { rate { code } }")): String }`,
      resolvers: {
        Query: {
          shops: () => [
            { id: '1', currency: 'EUR', shelf: { first: { id: 'a' } }, books: [[{ id: 'a' }, null], null, [{ id: 'b' }]] },
            { id: '2', currency: 'USD', shelf: { first: { id: 'a' } }, books: [[{ id: 'a' }]] },
            { id: '3', currency: 'EUR', shelf: null, books: [] },
          ],
          mall: () => ({ id: 'm', rate: { code: 'JPY' }, best: { id: 'c' } }),
        },
        Book: {
          __resolveReference: (key: object) => key,
          price: ({ id }: { id: string }, given: { of: number; in: string | null }) => `${given.of} ${id} in ${String(given.in)}`,
        },
      },
    },
    notes: {
      sdl: `${LINK} type Book @key(fields: "id") { id: ID! note: String }`,
      resolvers: { Book: { __resolveReference: ({ id }: { id: string }) => ({ id, note: `note ${id}` }) } },
    },
  });

test('a field takes its argument from what stands above, through lists and other objects', async () => {
  const graph = books();
  const { data, errors } = await graph.ask(
    'query ($of: Int = 2) { shops { books { price(of: $of) note } shelf { first { price } } } mall { best { p: price } } }',
    { by: 'ours' },
  );
  expect(errors).toEqual([]);
  expect(data).toEqual({
    shops: [
      {
        books: [[{ price: '2 a in EUR', note: 'note a' }, null], null, [{ price: '2 b in EUR', note: 'note b' }]],
        shelf: { first: { price: '1 a in EUR' } },
      },
      { books: [[{ price: '2 a in USD', note: 'note a' }]], shelf: { first: { price: '1 a in USD' } } },
      { books: [], shelf: null },
    ],
    mall: { best: { p: '1 c in JPY' } },
  });
});

test('objects with the same values above them are asked for together', async () => {
  const graph = books();
  await graph.ask('{ shops { books { price } } }', { by: 'ours' });
  const asked = graph.calls
    .filter(({ representations }) => representations.length > 0)
    .map(({ representations }) => representations.length);
  expect(asked.sort()).toEqual([1, 2]);
});
