import { expect, test } from 'vitest';
import { aFederation, type SubgraphSource } from '../support/federation.ts';

const POSTER = { __typename: 'Poster', title: 'p' };
const PAINTING = { __typename: 'Painting', title: 'm', painter: 'Mo' };
const STATUE = { __typename: 'Statue', title: 's', tons: 3 };

/** A museum's wall: two subgraphs show the same room, each with the exhibits that it knows. `kind`: what an exhibit is in the schema. */
const museum = (kind: 'union' | 'interface') => {
  const wing = (name: 'east' | 'west', only: string, field: string, shown: readonly object[]): SubgraphSource => {
    const exhibit = kind === 'union' ? `union Exhibit = Poster | ${only}` : 'interface Exhibit { title: String }';
    const of = kind === 'union' ? '' : 'implements Exhibit';
    return {
      sdl: `type Query { ${name}: Room lobby: Room @shareable } type Room @key(fields: "id") { id: ID! wall: Wall @shareable ${name}Wall: Wall }
        type Wall @shareable { exhibits: [Exhibit!]! } ${exhibit} type Poster ${of} @shareable { title: String } type ${only} ${of} { title: String ${field} }`,
      resolvers: {
        Query: { [name]: () => ({ id: '1' }), lobby: () => ({ id: '1', wall: { exhibits: [POSTER] } }) },
        Room: {
          __resolveReference: (key: object) => key,
          wall: ({ wall }: { wall?: object }) => wall ?? { exhibits: shown },
          [`${name}Wall`]: () => ({ exhibits: shown }),
        },
      },
    };
  };
  return aFederation({
    east: wing('east', 'Painting', 'painter: String', [POSTER, PAINTING]),
    west: wing('west', 'Statue', 'tons: Int', [POSTER, STATUE]),
  });
};

const WALL = '{ exhibits { __typename ... on Poster { title } ... on Painting { title painter } ... on Statue { title tons } } }';

test.each(['union', 'interface'] as const)('members of a shared %s that only the asked subgraph knows keep their fields', async (kind) => {
  const graph = museum(kind);
  expect((await graph.ask(`{ east { wall ${WALL} } }`)).data).toEqual({ east: { wall: { exhibits: [POSTER, PAINTING] } } });
  expect((await graph.ask(`{ west { wall ${WALL} } }`)).data).toEqual({ west: { wall: { exhibits: [POSTER, STATUE] } } });
  expect(graph.calls.map(({ subgraph }) => subgraph)).toEqual(['west']);
  expect((await graph.ask(`{ lobby { wall ${WALL} } }`)).data).toEqual({ lobby: { wall: { exhibits: [POSTER] } } });
  expect((await graph.ask(`{ east { westWall ${WALL} } }`)).data).toEqual({ east: { westWall: { exhibits: [POSTER, STATUE] } } });
});

test('only what the asked subgraph knows comes, also where another subgraph knows more and the operation asks both', async () => {
  const query = `{ east { w: wall { e: exhibits { ...P ... on Statue { tons } } } } west { wall { exhibits { __typename ...P } } } }
    fragment P on Painting { painter t: title }`;
  expect((await museum('union').ask(query)).data).toEqual({
    east: { w: { e: [{}, { painter: 'Mo', t: 'm' }] } },
    west: { wall: { exhibits: [{ __typename: 'Poster' }, { __typename: 'Statue' }] } },
  });
});

test('the fields of an interface are asked beside those of its members', async () => {
  const query = 'query ($all: Boolean!) { east { wall { exhibits { title ... on Painting @include(if: $all) { painter } } } } }';
  const graph = museum('interface');
  const painted = (await graph.ask(query, { variables: { all: true } })).data;
  expect(painted).toEqual({ east: { wall: { exhibits: [{ title: 'p' }, { title: 'm', painter: 'Mo' }] } } });
  expect((await graph.ask(query, { variables: { all: false } })).data).toEqual({
    east: { wall: { exhibits: [{ title: 'p' }, { title: 'm' }] } },
  });
});

test('members with keys are completed by other subgraphs', async () => {
  const wall =
    'type Room @key(fields: "id") { id: ID! wall: Wall @shareable } type Wall @shareable { exhibits: [Exhibit] } type Poster @shareable { title: String }';
  const graph = aFederation({
    east: {
      sdl: `type Query { east: Room } ${wall} union Exhibit = Poster | Vase type Vase @key(fields: "id") { id: ID! }`,
      resolvers: {
        Query: { east: () => ({ id: '1', wall: { exhibits: [POSTER, null, { __typename: 'Vase', id: 'v' }] } }) },
        Vase: { __resolveReference: (key: object) => key },
      },
    },
    west: {
      sdl: `type Query { west: Room } ${wall} union Exhibit = Poster`,
      resolvers: { Query: { west: () => ({ id: '2', wall: { exhibits: [POSTER] } }) } },
    },
    makers: {
      sdl: 'type Vase @key(fields: "id") { id: ID! maker: String twin: Vase }',
      resolvers: {
        Vase: { __resolveReference: (key: object) => key, maker: ({ id }: { id: string }) => `maker of ${id}`, twin: () => ({ id: 'w' }) },
      },
    },
  });
  const { data } = await graph.ask(
    '{ east { wall { exhibits { ... on Vase { maker twin { maker } } } } } west { wall { exhibits { ... on Vase { maker } } } } }',
  );
  expect(data).toEqual({
    east: { wall: { exhibits: [{}, null, { maker: 'maker of v', twin: { maker: 'maker of w' } }] } },
    west: { wall: { exhibits: [{}] } },
  });
});
