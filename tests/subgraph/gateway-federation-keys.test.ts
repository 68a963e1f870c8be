import { expect, test } from 'vitest';
import { aFederation } from '../support/federation.ts';

test('an entity is entered by whichever key the subgraph has', async () => {
  const graph = aFederation({
    a: { sdl: 'type Query { car: Car } type Car @key(fields: "id") { id: ID! }', resolvers: { Query: { car: () => ({ id: '1' }) } } },
    b: {
      sdl: 'type Car @key(fields: "id") @key(fields: "plate { town number }") { id: ID! plate: Plate } type Plate { town: String number: Int }',
      resolvers: { Car: { __resolveReference: ({ id }: { id: string }) => ({ id, plate: { town: 'X', number: 7 } }) } },
    },
    c: {
      sdl: 'type Car @key(fields: "plate { town number }") { plate: Plate owner: String } type Plate @shareable { town: String number: Int }',
      resolvers: {
        Car: {
          __resolveReference: ({ plate }: { plate: { town: string; number: number } }) => ({ plate, owner: plate.town + plate.number }),
        },
      },
    },
  });
  // Both subgraphs may answer a plate's members.
  expect((await graph.ask('{ car { owner } }')).data).toEqual({ car: { owner: 'X7' } });
});

test('a subgraph is re-entered by a key that it resolves, not by one that it merely has', async () => {
  const graph = aFederation({
    a: {
      sdl: `type Query { any: A }
        type A @key(fields: "id") @key(fields: "pid") @key(fields: "mix { one two }") @key(fields: "id mix { two three }") {
          id: ID! pid: ID! mix: Mix! name: String! }
        type Mix { one: ID! two: ID! three: ID! }`,
      resolvers: { A: { __resolveReference: (key: object) => ({ ...key, name: 'A' }) } },
    },
    b: {
      sdl: `type Query { b: B } type B @key(fields: "id") { id: ID! all: [A!]! }
        type A @key(fields: "mix { one two }", resolvable: false) @key(fields: "id mix { two three }")
          @key(fields: "pid", resolvable: false) @key(fields: "id", resolvable: false) {
          id: ID! pid: ID! mix: Mix! name: String! @external full: String! @requires(fields: "name") }
        type Mix { one: ID! two: ID! three: ID! }`,
      resolvers: {
        Query: { b: () => ({ id: 'b', all: [{ id: '1', pid: 'p', mix: { one: '1', two: '2', three: '3' } }] }) },
        A: {
          __resolveReference: (key: { id: string; mix: { three: string } }) => ({ ...key, three: key.mix.three }),
          full: ({ name, three }: { name: string; three: string }) => `${name}${three}`,
        },
      },
    },
  });
  expect((await graph.ask('{ b { all { id name full } } }')).data).toEqual({ b: { all: [{ id: '1', name: 'A', full: 'A3' }] } });
});

test('an object whose key is null is not asked for, and its fields are null', async () => {
  const graph = aFederation({
    a: {
      sdl: 'type Query { books: [Book] } type Book @key(fields: "isbn") { isbn: ID shelf: Int }',
      resolvers: { Query: { books: () => [{ isbn: 'i', shelf: 1 }, { isbn: null, shelf: 2 }, null] } },
    },
    b: {
      sdl: 'type Book @key(fields: "isbn") { isbn: ID title: String }',
      resolvers: {
        Book: { __resolveReference: ({ isbn }: { isbn: string | null }) => (isbn === null ? null : { isbn, title: `t-${isbn}` }) },
      },
    },
  });
  const { data } = await graph.ask('{ books { title shelf } }');
  expect(data).toEqual({ books: [{ title: 't-i', shelf: 1 }, { title: null, shelf: 2 }, null] });
});

test('a root field that two subgraphs share is asked of one, and what only the other knows is added', async () => {
  const graph = aFederation({
    a: {
      sdl: 'type Query { shop: Shop @shareable } type Shop { name: String @shareable open: Boolean }',
      resolvers: { Query: { shop: () => ({ name: 'S', open: true }) } },
    },
    b: {
      sdl: 'type Query { shop: Shop @shareable } type Shop { name: String @shareable rating: Int }',
      resolvers: { Query: { shop: () => ({ name: 'S', rating: 5 }) } },
    },
  });
  expect((await graph.ask('{ shop { rating name open } }')).data).toEqual({ shop: { rating: 5, name: 'S', open: true } });
});

test('what a subgraph provides on the way is not asked for again', async () => {
  const graph = aFederation({
    reviews: {
      sdl: `type Query { review: Review other: Review } type Review { by: User @provides(fields: "nick") }
        type User @key(fields: "id") { id: ID! nick: String @external }`,
      resolvers: { Query: { review: () => ({ by: { id: 'u', nick: 'provided' } }) } },
    },
    users: {
      sdl: 'type User @key(fields: "id") { id: ID! nick: String @shareable age: Int }',
      resolvers: { User: { __resolveReference: ({ id }: { id: string }) => ({ id, nick: 'owned', age: 9 }) } },
    },
  });
  expect((await graph.ask('{ review { by { nick } } }')).data).toEqual({ review: { by: { nick: 'provided' } } });
  expect(graph.calls.map(({ subgraph }) => subgraph)).toEqual(['reviews']);
  expect((await graph.ask('{ review { by { nick age } } }')).data).toEqual({ review: { by: { nick: 'provided', age: 9 } } });
});

test('an overridden field comes from its new subgraph', async () => {
  const graph = aFederation({
    old: {
      sdl: 'type Query { user: User } type User @key(fields: "id") { id: ID! name: String }',
      resolvers: { Query: { user: () => ({ id: 'u', name: 'old' }) } },
    },
    new: {
      sdl: 'type User @key(fields: "id") { id: ID! name: String @override(from: "old") }',
      resolvers: { User: { __resolveReference: ({ id }: { id: string }) => ({ id, name: 'new' }) } },
    },
  });
  expect((await graph.ask('{ user { name } }')).data).toEqual({ user: { name: 'new' } });
});

test('a field with an inaccessible key is completed, and the key stays hidden', async () => {
  const graph = aFederation({
    a: {
      sdl: 'type Query { user: User } type User @key(fields: "secret") { secret: ID! @inaccessible name: String }',
      resolvers: { Query: { user: () => ({ secret: 's', name: 'N' }) } },
    },
    b: {
      sdl: 'type User @key(fields: "secret") { secret: ID! age: Int }',
      resolvers: { User: { __resolveReference: ({ secret }: { secret: string }) => ({ secret, age: secret.length }) } },
    },
  });
  expect((await graph.ask('{ user { name age } }')).data).toEqual({ user: { name: 'N', age: 1 } });
  await expect(graph.ask('{ user { secret } }')).rejects.toThrow('Cannot query field "secret"');
});

test('an enum’s hidden value is null with an error, and its other values pass', async () => {
  const graph = aFederation({
    a: {
      sdl: `type Query { user: User users: [User] } type User @key(fields: "id") { id: ID! kind: Kind } enum Kind { KNOWN SECRET @inaccessible }`,
      resolvers: { Query: { user: () => ({ id: '1', kind: 'SECRET' }), users: () => [{ id: '2', kind: 'KNOWN' }] } },
    },
  });
  const { data, errors } = await graph.ask('{ user { id kind } users { kind } }');
  expect(data).toEqual({ user: { id: '1', kind: null }, users: [{ kind: 'KNOWN' }] });
  expect(errors).toEqual([{ path: 'user.kind', message: 'Invalid value found for field User.kind.' }]);
});

test('input objects reach the subgraph as they were sent, with their defaults', async () => {
  const graph = aFederation({
    a: {
      sdl: 'type Query { search(filter: Filter!): String } input Filter { text: String! first: Int = 3 tags: [String!] inner: Filter }',
      resolvers: { Query: { search: (_: unknown, { filter }: { filter: object }) => JSON.stringify(filter) } },
    },
    b: { sdl: 'type Query { other(filter: Filter): String } input Filter { text: String! first: Int = 3 tags: [String!] inner: Filter }' },
  });
  const query = 'query ($filter: Filter!) { search(filter: $filter) }';
  const { data } = await graph.ask(query, { variables: { filter: { text: 'x', inner: { text: 'y', tags: ['z'] } } } });
  expect(data).toEqual({ search: '{"text":"x","first":3,"inner":{"text":"y","first":3,"tags":["z"]}}' });
});

test('a field that moves little by little comes from its new subgraph for as many operations as its label says', async () => {
  const field = (name: string, from: string) => `${name}: String @override(from: "old", label: "${from}")`;
  const graph = aFederation({
    old: {
      sdl: 'type Query { item: Item } type Item @key(fields: "id") { id: ID! all: String none: String half: String later: String }',
      resolvers: { Query: { item: () => ({ id: '1', all: 'old', none: 'old', half: 'old', later: 'old' }) } },
    },
    new: {
      sdl: `type Item @key(fields: "id") { id: ID! ${field('all', 'percent(100)')} ${field('none', 'percent(0)')} ${field('half', 'percent(50)')} ${field('later', 'someday')} }`,
      resolvers: { Item: { __resolveReference: (key: object) => ({ ...key, all: 'new', none: 'new', half: 'new', later: 'new' }) } },
    },
  });
  expect((await graph.ask('{ item { all none later } }')).data).toEqual({ item: { all: 'new', none: 'old', later: 'old' } });
  const answers = new Map<string, number>();
  for (let index = 0; index < 60; index += 1) {
    const { data } = await graph.ask(`{ item { a${index}: half } }`);
    const [from = ''] = Object.values((data as { readonly item: Readonly<Record<string, string>> }).item);
    answers.set(from, (answers.get(from) ?? 0) + 1);
  }
  expect([...answers.keys()].sort()).toEqual(['new', 'old']);
  for (const count of answers.values()) expect(count).toBeGreaterThan(15);
});
