import { expect, test } from 'vitest';
import { aFederation, type SubgraphSource } from '../support/federation.ts';

const own = (name: string, field: string, declaration: string): SubgraphSource => ({
  sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective"])
    @link(url: "https://fanfare.test/trace/v1.0", import: ["@trace"]) @composeDirective(name: "@trace")
    ${declaration} enum Level { LOW HIGH } type Query { ${field}: String }`,
  resolvers: { Query: { [field]: () => name } },
});

test('directives that subgraphs compose for operations reach the subgraphs, with the defaults that the graph has for their arguments', async () => {
  const graph = aFederation({
    careful: own('careful', 'one', 'directive @trace(level: Level!, label: String) on FIELD | INLINE_FRAGMENT'),
    easy: own('easy', 'two', 'directive @trace(level: Level! = LOW, label: String) on FIELD | INLINE_FRAGMENT'),
  });
  const { data, errors } = await graph.ask('query ($label: String) { one @trace two @trace(level: HIGH, label: $label) }', {
    variables: { label: 'x' },
    by: 'ours',
  });
  expect([data, errors]).toEqual([{ one: 'careful', two: 'easy' }, []]);
  const asked = graph.calls.map(({ subgraph, query }) => `${subgraph}: ${query.replaceAll(/\s+/g, '')}`).sort();
  expect(asked).toEqual(['careful: {one@trace(level:LOW)}', 'easy: query($label:String){two@trace(level:HIGHlabel:$label)}']);
});

test('a directive that no subgraph has composed is refused', async () => {
  const graph = aFederation({ a: { sdl: 'directive @mine on FIELD type Query { one: Int }' }, b: { sdl: 'type Query { two: Int }' } });
  await expect(graph.ask('{ one @mine }')).rejects.toThrow('Unknown directive "@mine".');
});

test('a directive that all subgraphs declare is served, also at the operation', async () => {
  const both = 'directive @hint(text: String) on QUERY | FIELD';
  const graph = aFederation({
    a: { sdl: `${both} type Query { one: Int }`, resolvers: { Query: { one: () => 1 } } },
    b: { sdl: `${both} type Query { two: Int }`, resolvers: { Query: { two: () => 2 } } },
  });
  expect((await graph.ask('query @hint(text: "all") { one two @hint }')).data).toEqual({ one: 1, two: 2 });
});
