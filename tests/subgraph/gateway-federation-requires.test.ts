import { expect, test } from 'vitest';
import { aFederation } from '../support/federation.ts';

interface Parcel {
  readonly sku: string;
  readonly weight?: number;
  readonly price?: number;
  readonly category?: { readonly tax: number };
}

const WARES: Readonly<Record<string, { price: number; weight: number }>> = {
  mug: { price: 10, weight: 2 },
  lamp: { price: 30, weight: 5 },
};
const rate = (currency: string): number => (currency === 'EUR' ? 2 : 1);

const post = () =>
  aFederation({
    wares: {
      sdl: `type Query { wares: [Ware] }
        type Ware @key(fields: "sku") { sku: ID! weight: Int price(currency: String!, net: Boolean = false): Int category: Category }
        type Category { tax(currency: String!): Int }`,
      resolvers: {
        Query: { wares: () => [{ sku: 'mug' }, { sku: 'lamp' }] },
        Ware: {
          __resolveReference: (key: object) => key,
          weight: ({ sku }: Parcel) => WARES[sku]?.weight,
          price: ({ sku }: Parcel, { currency, net }: { currency: string; net: boolean }) =>
            (WARES[sku]?.price ?? 0) * rate(currency) - (net ? 1 : 0),
          category: (ware: Parcel) => ware,
        },
        Category: { tax: ({ sku }: Parcel, { currency }: { currency: string }) => (WARES[sku]?.price ?? 0) * rate(currency) * 100 },
      },
    },
    post: {
      sdl: `type Ware @key(fields: "sku") { sku: ID! weight: Int @external price(currency: String!, net: Boolean = false): Int @external
          category: Category @external
          postage: Int @requires(fields: "weight")
          usd: Int @requires(fields: "price(currency: \\"USD\\") weight")
          eur(times: Int = 1): Int @requires(fields: "price(currency: \\"EUR\\") weight")
          net: Int @requires(fields: "price(net: true, currency: \\"EUR\\")")
          taxed: Int @requires(fields: "category { tax(currency: \\"USD\\") }") }
        type Category @external { tax(currency: String!): Int }`,
      resolvers: {
        Ware: {
          __resolveReference: (key: object) => key,
          postage: ({ weight = Number.NaN }: Parcel) => weight * 3,
          usd: ({ price = Number.NaN, weight = Number.NaN }: Parcel) => price + weight,
          eur: ({ price = Number.NaN, weight = Number.NaN }: Parcel, { times }: { times: number }) => (price + weight) * times,
          net: ({ price }: Parcel) => price,
          taxed: ({ category }: Parcel) => category?.tax,
        },
      },
    },
  });

test('a field gets what it requires of another subgraph, which the client does not see', async () => {
  const { data } = await post().ask('{ wares { sku postage } }');
  expect(data).toEqual({
    wares: [
      { sku: 'mug', postage: 6 },
      { sku: 'lamp', postage: 15 },
    ],
  });
});

test('a required field with arguments is asked for with these arguments', async () => {
  const { data } = await post().ask('{ wares { usd taxed } }', { by: 'ours' });
  expect(data).toEqual({
    wares: [
      { usd: 12, taxed: 1000 },
      { usd: 35, taxed: 3000 },
    ],
  });
});

test('the client’s own arguments and those of a @requires do not meet', async () => {
  const { data } = await post().ask('{ wares { price(currency: "EUR") usd category { tax(currency: "EUR") } taxed } }', { by: 'ours' });
  expect(data).toEqual({
    wares: [
      { price: 20, usd: 12, category: { tax: 2000 }, taxed: 1000 },
      { price: 60, usd: 35, category: { tax: 6000 }, taxed: 3000 },
    ],
  });
});

test('two fields that require one field with different arguments get each their own', async () => {
  const graph = post();
  const { data } = await graph.ask('query ($n: Int!) { wares { usd eur(times: $n) net postage } }', { variables: { n: 2 }, by: 'ours' });
  expect(data).toEqual({
    wares: [
      { usd: 12, eur: 44, net: 19, postage: 6 },
      { usd: 35, eur: 130, net: 59, postage: 15 },
    ],
  });
  for (const { representations } of graph.calls) for (const one of representations) expect(JSON.stringify(one)).not.toContain('fanfare');
});

test('what the planner hides is not in the schema of clients', async () => {
  const { data } = await post().ask('{ __type(name: "Ware") { fields { name } } }');
  expect(data).toEqual({
    __type: { fields: ['sku', 'weight', 'price', 'category', 'postage', 'usd', 'eur', 'net', 'taxed'].map((name) => ({ name })) },
  });
});

test('a list that is required with an argument is completed for the representation, beside the client’s own', async () => {
  const notes = ['a', 'b', 'c', 'd'].map((id) => ({ id }));
  const graph = aFederation({
    posts: {
      sdl: `type Query { post: Post } type Post @key(fields: "id") { id: ID! }`,
      resolvers: { Query: { post: () => ({ id: 'p' }) } },
    },
    notes: {
      sdl: `type Post @key(fields: "id") { id: ID! notes(limit: Int!): [Note] last: String @requires(fields: "notes(limit: 3) { writer }") }
        type Note @key(fields: "id") { id: ID! writer: String @external }`,
      resolvers: {
        Post: {
          __resolveReference: (key: object) => key,
          notes: (_: unknown, { limit }: { limit: number }) => notes.slice(0, limit),
          last: (post: { notes: { writer: string }[] }) => post.notes.map(({ writer }) => writer).join(),
        },
      },
    },
    writers: {
      sdl: `type Note @key(fields: "id") { id: ID! writer: String }`,
      resolvers: { Note: { __resolveReference: ({ id }: { id: string }) => ({ id, writer: `w-${id}` }) } },
    },
  });
  const { data } = await graph.ask('{ post { last notes(limit: 1) { id writer } } }', { by: 'ours' });
  expect(data).toEqual({ post: { last: 'w-a,w-b,w-c', notes: [{ id: 'a', writer: 'w-a' }] } });
});

test('requirements of requirements are fetched in order', async () => {
  const graph = aFederation({
    a: { sdl: 'type Query { item: Item } type Item @key(fields: "id") { id: ID! }', resolvers: { Query: { item: () => ({ id: '1' }) } } },
    b: {
      sdl: `type Item @key(fields: "id") { id: ID! base: Int three: Int @requires(fields: "two") two: Int @external }`,
      resolvers: {
        Item: { __resolveReference: (key: object) => ({ ...key, base: 1 }), three: ({ two }: { two: number }) => two + 1 },
      },
    },
    c: {
      sdl: `type Item @key(fields: "id") { id: ID! base: Int @external two: Int @requires(fields: "base") }`,
      resolvers: { Item: { __resolveReference: (key: object) => key, two: ({ base }: { base: number }) => base + 1 } },
    },
  });
  expect((await graph.ask('{ item { three } }')).data).toEqual({ item: { three: 3 } });
});

test('requirements with fragments take what fits the object’s type', async () => {
  const graph = aFederation({
    a: {
      sdl: `type Query { items: [Item] } type Item @key(fields: "id") { id: ID! part: Part }
        interface Part { name: String } type Big implements Part { name: String size: Int } type Small implements Part { name: String tag: String }`,
      resolvers: {
        Query: { items: () => [{ id: '1' }, { id: '2' }] },
        Item: {
          __resolveReference: (key: object) => key,
          part: ({ id }: { id: string }) =>
            id === '1' ? { __typename: 'Big', name: 'big', size: 9 } : { __typename: 'Small', name: 'small', tag: 't' },
        },
      },
    },
    b: {
      sdl: `type Item @key(fields: "id") { id: ID! part: Part @external
          text: String @requires(fields: "part { __typename name ... on Big { size } ... on Small { tag } }") }
        interface Part { name: String } type Big implements Part @external { name: String size: Int }
        type Small implements Part @external { name: String tag: String }`,
      resolvers: {
        Item: { __resolveReference: (key: object) => key, text: ({ part }: { part: object }) => Object.values(part).sort().join() },
      },
    },
  });
  expect((await graph.ask('{ items { text } }')).data).toEqual({ items: [{ text: '9,Big,big' }, { text: 'Small,small,t' }] });
});

test('what the planner hides stays hidden where @inaccessible has another name', async () => {
  const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires", NAME])';
  const renamed = link.replace('NAME', '{ name: "@inaccessible", as: "@hidden" }');
  const graph = aFederation({
    a: {
      sdl: `${renamed} type Query { item: Item } type Item @key(fields: "id") { id: ID! size(unit: Int!): Int secret: Int @hidden }`,
      resolvers: {
        Query: { item: () => ({ id: '1' }) },
        Item: { __resolveReference: (key: object) => key, size: (_: unknown, { unit }: { unit: number }) => unit },
      },
    },
    b: {
      sdl: `${renamed} type Item @key(fields: "id") { id: ID! size(unit: Int!): Int @external text: String @requires(fields: "size(unit: 7)") }`,
      resolvers: { Item: { __resolveReference: (key: object) => key, text: ({ size }: { size: number }) => `${size}` } },
    },
  });
  expect((await graph.ask('{ item { text size(unit: 2) } }', { by: 'ours' })).data).toEqual({ item: { text: '7', size: 2 } });
  expect((await graph.ask('{ __type(name: "Item") { fields { name } } }')).data).toEqual({
    __type: { fields: ['id', 'size', 'text'].map((name) => ({ name })) },
  });
});

test('a requirement with an argument deep inside lists of other entities is fetched beside what the client asks with a variable', async () => {
  const threads = [
    { id: 't1', notes: ['n1', 'n2', 'n3'] },
    { id: 't2', notes: ['n4'] },
  ];
  const notesOf = (id: string, limit: number) =>
    threads
      .find((thread) => thread.id === id)
      ?.notes.slice(0, limit)
      .map((note) => ({ id: note }));
  const graph = aFederation({
    feed: {
      sdl: `type Query { feed: [Thread] } type Thread @key(fields: "id") { id: ID! notes(limit: Int!): [Note] @external }
        type Note @key(fields: "id") { id: ID! copies: [Thread] @external count: Int @requires(fields: "copies { notes(limit: 50) { id } }") }`,
      resolvers: {
        Query: { feed: () => threads.map(({ id }) => ({ id })) },
        Note: {
          __resolveReference: (key: object) => key,
          count: ({ copies }: { copies: { notes: { id: string }[] }[] }) =>
            copies.flatMap(({ notes }) => notes.filter(({ id }) => id)).length,
        },
      },
    },
    notes: {
      sdl: `type Thread @key(fields: "id") { id: ID! notes(limit: Int!): [Note] }
        type Note @key(fields: "id") { id: ID! copies: [Thread] }`,
      resolvers: {
        Thread: {
          __resolveReference: (key: object) => key,
          notes: ({ id }: { id: string }, { limit }: { limit: number }) => notesOf(id, limit),
        },
        Note: {
          __resolveReference: (key: object) => key,
          copies: ({ id }: { id: string }) => (id === 'n4' ? threads : threads.slice(0, 1)),
        },
      },
    },
  });
  const query = `query ($limit: Int = 1) { feed { ...A ...B } }
    fragment A on Thread { notes(limit: $limit) { id } } fragment B on Thread { notes(limit: $limit) { count } }`;
  const { data } = await graph.ask(query, { by: 'ours' });
  expect(data).toEqual({ feed: [{ notes: [{ id: 'n1', count: 3 }] }, { notes: [{ id: 'n4', count: 4 }] }] });
});
