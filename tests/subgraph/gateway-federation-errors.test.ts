import { expect, test } from 'vitest';
import { aFederation } from '../support/federation.ts';

const fails = (message: string) => () => {
  throw new Error(message);
};

const graph = () =>
  aFederation({
    rooms: {
      sdl: `type Query { room: Room rooms: [Room!]! maybe: [Room] broken: Room must: Room! numbers: [Int!] flags: [Boolean] }
        type Room @key(fields: "id") { id: ID! title: String! host: Host owner: Host! notes: [Note!]! bad: String strict: String! }
        type Host @key(fields: "id") { id: ID! }
        type Note { text: String! }`,
      resolvers: {
        Query: {
          room: () => ({ id: 'r1', title: 'T', host: { id: 'h1' }, owner: { id: 'h2' }, notes: [{ text: 'n' }] }),
          rooms: () => [
            { id: 'r1', title: 'A', host: { id: 'h1' }, owner: { id: 'h1' } },
            { id: 'r2', title: 'B', host: null, owner: { id: 'bad' } },
            { id: 'r3', title: 'C', host: { id: 'bad' }, owner: { id: 'h1' } },
          ],
          maybe: () => [{ id: 'r1', title: 'A', owner: { id: 'bad' } }, null, { id: 'r2', title: 'B', owner: { id: 'h1' } }],
          broken: fails('broken room'),
          must: () => ({ id: 'r1', title: 'T', owner: { id: 'bad' } }),
          numbers: () => [1, 2],
          flags: () => [true, null, false],
        },
        Room: { bad: fails('bad field'), strict: fails('strict field') },
      },
    },
    hosts: {
      sdl: `type Query { hosts: [Host!] down: String } type Host @key(fields: "id") { id: ID! name: String! nick: String level: Int }`,
      resolvers: {
        Query: { down: fails('down') },
        Host: {
          __resolveReference: ({ id }: { id: string }) => (id === 'missing' ? null : { id }),
          name: ({ id }: { id: string }) => (id === 'bad' ? fails('no name')() : `name ${id}`),
          nick: ({ id }: { id: string }) => (id === 'bad' ? fails('no nick')() : `nick ${id}`),
        },
      },
    },
  });

test('an error of a field stands at its path, and the rest is there', async () => {
  const { data, errors } = await graph().ask('{ room { id bad } broken { id } numbers }');
  expect(data).toEqual({ room: { id: 'r1', bad: null }, broken: null, numbers: [1, 2] });
  expect(errors).toEqual([
    { path: 'broken', message: 'broken room' },
    { path: 'room.bad', message: 'bad field' },
  ]);
});

test('an error of an entity’s field stands where the client asked for it', async () => {
  const { data, errors } = await graph().ask('{ rooms { id who: host { alias: nick } } }');
  expect(data).toEqual({
    rooms: [
      { id: 'r1', who: { alias: 'nick h1' } },
      { id: 'r2', who: null },
      { id: 'r3', who: { alias: null } },
    ],
  });
  expect(errors).toEqual([{ path: 'rooms.2.who.alias', message: 'no nick' }]);
});

test('a null in a non-null field makes the nearest nullable parent null, with one error', async () => {
  const { data, errors } = await graph().ask('{ maybe { id owner { name } } numbers }');
  expect(data).toEqual({ maybe: [null, null, { id: 'r2', owner: { name: 'name h1' } }], numbers: [1, 2] });
  expect(errors).toEqual([{ path: 'maybe.0.owner.name', message: 'no name' }]);
});

test('nulls go up to the whole answer where everything is non-null', async () => {
  const { data, errors } = await graph().ask('{ must { owner { name } } numbers }');
  expect(data).toBeNull();
  expect(errors).toEqual([{ path: 'must.owner.name', message: 'no name' }]);
});

test('an error of an entity that occurs several times is told at each place', async () => {
  const { errors } = await graph().ask('{ rooms { owner { nick } } again: rooms { owner { nick } } }');
  expect(errors.map(({ path }) => path)).toEqual(['again.1.owner.nick', 'rooms.1.owner.nick']);
});

test('null items of a nullable list stay', async () => {
  expect((await graph().ask('{ flags }')).data).toEqual({ flags: [true, null, false] });
});

test('a subgraph that does not answer leaves its own fields null', async () => {
  const { data, errors } = await graph().ask('{ room { id host { id nick level } } down }');
  expect(data).toEqual({ room: { id: 'r1', host: { id: 'h1', nick: 'nick h1', level: null } }, down: null });
  expect(errors).toEqual([{ path: 'down', message: 'down' }]);
});

test('mutations run one after the other, also across subgraphs', async () => {
  const done: string[] = [];
  const slowly = (name: string, turns: number) => async () => {
    done.push(`${name} begins`);
    for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    done.push(`${name} ends`);
    return { id: name };
  };
  const shop = aFederation({
    a: {
      sdl: 'type Query { a: Int } type Mutation { first: Thing third: Thing } type Thing @key(fields: "id") { id: ID! }',
      resolvers: { Mutation: { first: slowly('first', 20), third: slowly('third', 1) } },
    },
    b: {
      sdl: 'type Mutation { second: Thing } type Thing @key(fields: "id") { id: ID! size: Int }',
      resolvers: {
        Mutation: { second: slowly('second', 10) },
        Thing: { __resolveReference: ({ id }: { id: string }) => ({ id, size: id.length }), size: ({ id }: { id: string }) => id.length },
      },
    },
  });
  const { data } = await shop.ask('mutation { first { size } second { size } third { id size } }', { by: 'ours' });
  expect(data).toEqual({ first: { size: 5 }, second: { size: 6 }, third: { id: 'third', size: 5 } });
  expect(done).toEqual(['first', 'second', 'third'].flatMap((name) => [`${name} begins`, `${name} ends`]));
  expect(shop.calls.filter(({ query }) => query.startsWith('mutation')).map(({ subgraph }) => subgraph)).toEqual(['a', 'b', 'a']);
});
