import { expect, test } from 'vitest';
import { aFederation } from '../support/federation.ts';

const media = () =>
  aFederation({
    catalogue: {
      sdl: `type Query { media: [Media] top: Medium node(id: ID!): Node }
        union Medium = Book | Film
        interface Media { id: ID! title: String }
        interface Node { id: ID! }
        type Book implements Media & Node @key(fields: "id") { id: ID! title: String pages: Int }
        type Film implements Media & Node @key(fields: "id") { id: ID! title: String minutes: Int cast: [Medium] }`,
      resolvers: {
        Query: {
          media: () => [
            { __typename: 'Book', id: 'b1', title: 'B', pages: 10 },
            null,
            { __typename: 'Film', id: 'f1', title: 'F', minutes: 90 },
          ],
          top: () => ({ __typename: 'Film', id: 'f1', minutes: 90 }),
          node: (_: unknown, { id }: { id: string }) => ({ __typename: id.startsWith('b') ? 'Book' : 'Film', id }),
        },
        Film: {
          cast: () => [
            { __typename: 'Book', id: 'b1', pages: 10 },
            { __typename: 'Film', id: 'f2' },
          ],
        },
      },
    },
    prices: {
      sdl: `interface Priced { price: Int } type Book implements Priced @key(fields: "id") { id: ID! price: Int }
        type Film implements Priced @key(fields: "id") { id: ID! price: Int rent: String }`,
      resolvers: {
        Book: { __resolveReference: ({ id }: { id: string }) => ({ id, price: 1 }) },
        Film: { __resolveReference: ({ id }: { id: string }) => ({ id, price: 2, rent: `r-${id}` }) },
      },
    },
  });

test('objects of an interface are completed by their own types', async () => {
  const { data } = await media().ask('{ media { __typename title ... on Book { pages price } ... on Film { rent kind: __typename } } }');
  expect(data).toEqual({
    media: [{ __typename: 'Book', title: 'B', pages: 10, price: 1 }, null, { __typename: 'Film', title: 'F', rent: 'r-f1', kind: 'Film' }],
  });
});

test('one name may be another field on each type', async () => {
  const { data } = await media().ask('{ media { ... on Book { number: pages } ... on Film { number: minutes } } }');
  expect(data).toEqual({ media: [{ number: 10 }, null, { number: 90 }] });
});

test('one name may have another type in each branch, as far as the client can tell them apart', async () => {
  const { data } = await media().ask('{ media { ... on Book { value: title } ... on Film { value: rent } } }');
  expect(data).toEqual({ media: [{ value: 'B' }, null, { value: 'r-f1' }] });
});

test('unions are followed through several subgraphs', async () => {
  const { data } = await media().ask(
    '{ top { ... on Film { price cast { __typename ... on Book { price pages } ... on Film { rent } } } ... on Book { pages } } }',
  );
  expect(data).toEqual({
    top: {
      price: 2,
      cast: [
        { __typename: 'Book', price: 1, pages: 10 },
        { __typename: 'Film', rent: 'r-f2' },
      ],
    },
  });
});

test('a fragment on an interface that only another subgraph knows selects the objects that implement it', async () => {
  const { data } = await media().ask('{ media { id ...P } node(id: "f9") { ...P ... on Media { title } } } fragment P on Priced { price }');
  expect(data).toEqual({ media: [{ id: 'b1', price: 1 }, null, { id: 'f1', price: 2 }], node: { price: 2, title: null } });
});

const catalogue = () =>
  aFederation({
    a: {
      sdl: `type Query { product: Product products: [Product!]! }
        interface Product @key(fields: "id") { id: ID! }
        type Bread implements Product @key(fields: "id") { id: ID! flour: String }
        type Milk implements Product @key(fields: "id") { id: ID! fat: Int }`,
      resolvers: {
        Query: {
          product: () => ({ __typename: 'Bread', id: 'p1' }),
          products: () => [
            { __typename: 'Bread', id: 'p1' },
            { __typename: 'Milk', id: 'm1', fat: 3 },
          ],
        },
        Product: {
          __resolveReference: ({ id }: { id: string }) =>
            id === 'gone' ? null : { id, __typename: id.startsWith('m') ? 'Milk' : 'Bread', flour: 'rye', fat: 3 },
        },
      },
    },
    b: {
      sdl: `type Query { best: Product lost: Product all: [Product!]! } type Product @key(fields: "id") @interfaceObject { id: ID! stars: Int! maker: Maker }
        type Maker @key(fields: "id") { id: ID! }`,
      resolvers: {
        Query: { best: () => ({ id: 'p1' }), lost: () => ({ id: 'gone' }), all: () => [{ id: 'm1' }, { id: 'gone' }] },
        Product: {
          __resolveReference: ({ id }: { id: string }) => ({ id }),
          stars: ({ id }: { id: string }) => id.length,
          maker: () => ({ id: 'k' }),
        },
      },
    },
    c: {
      sdl: 'type Maker @key(fields: "id") { id: ID! name: String }',
      resolvers: { Maker: { __resolveReference: ({ id }: { id: string }) => ({ id, name: `n-${id}` }) } },
    },
  });

test('an interface object adds its fields to every implementer', async () => {
  const { data } = await catalogue().ask('{ products { __typename id stars maker { name } ... on Milk { fat stars } } }');
  expect(data).toEqual({
    products: [
      { __typename: 'Bread', id: 'p1', stars: 2, maker: { name: 'n-k' } },
      { __typename: 'Milk', id: 'm1', stars: 2, maker: { name: 'n-k' }, fat: 3 },
    ],
  });
});

test('an object that is first met as an interface object gets its own type before it is told', async () => {
  const { data } = await catalogue().ask('{ best { __typename stars ... on Bread { flour } ... on Milk { fat } } }');
  expect(data).toEqual({ best: { __typename: 'Bread', stars: 2, flour: 'rye' } });
  expect((await catalogue().ask('{ best { id stars } }')).data).toEqual({ best: { id: 'p1', stars: 2 } });
});

test('an object whose own type nobody knows is null where its type is asked for', async () => {
  const { data, errors } = await catalogue().ask('{ lost { id __typename } }');
  expect(data).toEqual({ lost: null });
  expect(errors).toEqual([{ path: 'lost', message: 'The type of an object of Product is not known.' }]);
});

test('an interface whose implementers no subgraph knows cannot be answered, and the answer says so', async () => {
  const graph = aFederation({
    a: {
      sdl: `type Query { a: Node product: Product } interface Node @key(fields: "id") { id: ID! }
        type Product @key(fields: "id", resolvable: false) @interfaceObject { id: ID! }`,
      resolvers: { Query: { product: () => ({ id: 'p1' }) } },
    },
    b: {
      sdl: `type Query { b: Node } type Node @key(fields: "id", resolvable: false) @interfaceObject { id: ID! field: String }
        interface Product @key(fields: "id") { id: ID! } type Bread implements Product @key(fields: "id") { id: ID! }`,
      resolvers: {
        Query: { b: () => ({ id: 'n1', field: 'foo' }) },
        Product: { __resolveReference: ({ id }: { id: string }) => ({ __typename: 'Bread', id }) },
      },
    },
  });
  expect((await graph.ask('{ b { id field } }')).data).toEqual({ b: { id: 'n1', field: 'foo' } });
  expect((await graph.ask('{ product { ... on Bread { id } } }')).data).toEqual({ product: { id: 'p1' } });
  const impossible = await graph.ask('{ a { field } }', { by: 'ours' });
  expect(impossible.data).toBeNull();
  expect(impossible.errors).toEqual([{ path: '', message: 'No subgraph can answer what was asked: the graph has no way to it.' }]);
});

test('what an interface object adds to an object whose type is known leaves the type as it is', async () => {
  const graph = aFederation({
    shelf: {
      sdl: `type Query { book: Book } interface Item @key(fields: "id") { id: ID! } type Book implements Item @key(fields: "id") { id: ID! pages: Int next: Book }
        type Disc implements Item @key(fields: "id") { id: ID! }`,
      resolvers: { Query: { book: () => ({ id: '1', pages: 9, next: { id: '2', pages: 3 } }) } },
    },
    prices: {
      sdl: 'type Item @key(fields: "id") @interfaceObject { id: ID! price: Int owner: String }',
      resolvers: {
        Item: { __resolveReference: (key: object) => key, price: ({ id }: { id: string }) => Number(id) * 10, owner: () => 'o' },
      },
    },
  });
  const { data, errors } = await graph.ask(
    '{ book { ... on Item { __typename price } ... on Book { pages } next { ... on Item { kind: __typename owner } pages } } }',
    {
      by: 'ours',
    },
  );
  expect(data).toEqual({ book: { __typename: 'Book', price: 10, pages: 9, next: { kind: 'Book', owner: 'o', pages: 3 } } });
  expect(errors).toEqual([]);
});
