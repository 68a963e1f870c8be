import { buildSchema, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { ANONYMOUS, type Identity } from '#platform/identity/identity.ts';
import { readGuards } from '../../gateway/authorise/guards.ts';
import { meets } from '../../gateway/authorise/requirements.ts';
import { readDirectiveNames } from '../../gateway/supergraph/links.ts';

const ALICE: Identity = { kind: 'user', id: 'alice', scopes: [], roles: [], clientId: null };
const OLGA: Identity = { ...ALICE, scopes: ['ops:read', 'ops:write'], roles: ['staff'] };

/** What nobody in particular, Alice and Olga may read of a graph, field by field. */
const readable = (sdl: string, link = '') => {
  const document = parse(`${link} ${sdl}`);
  const schema = buildSchema(sdl.replace(/@(?!link)\w+(\([^)]*\))?/g, ''), { assumeValid: true });
  const { ofField, requirements } = readGuards(document, schema, readDirectiveNames(document));
  const may = (identity: Identity, field: string): boolean =>
    (ofField.get(field) ?? []).every((index) => {
      const requirement = requirements[index];
      return requirement !== undefined && meets(identity, requirement);
    });
  return (field: string): string =>
    [
      ['nobody', ANONYMOUS],
      ['alice', ALICE],
      ['olga', OLGA],
    ]
      .filter(([, identity]) => may(identity as Identity, field))
      .map(([name]) => name)
      .join(' ');
};

describe('supergraphs of older compositions, which copy nothing from implementations to interfaces', () => {
  const of = readable(`
    type Query { node: Node open: Open guarded: Guarded }
    interface Node { id: ID secret: Int }
    type Open implements Node { id: ID secret: Int }
    type Half implements Node { id: ID secret: Int @requiresScopes(scopes: [["ops:read"]]) }
    interface Guarded @authenticated { id: ID }
    type Thing implements Guarded { id: ID }
  `);

  test('a field is guarded on its interface when it is on one implementation', () => {
    expect([of('Node.secret'), of('Open.secret'), of('Half.secret')]).toEqual(['olga', 'nobody alice olga', 'olga']);
    expect([of('Node.id'), of('Query.node')]).toEqual(['nobody alice olga', 'nobody alice olga']);
  });

  test('an interface’s own guard closes what returns it', () => {
    expect([of('Query.guarded'), of('Guarded.id'), of('Thing.id')]).toEqual(['alice olga', 'alice olga', 'nobody alice olga']);
  });
});

test('an interface is not closed by what composition collects from all of its implementations, however it joins it', () => {
  const of = readable(`
    type Query { node: Node }
    interface Node @requiresScopes(scopes: [["ops:read", "ops:write"], ["ops:read", "wallet:read"]]) { id: ID }
    type A implements Node @requiresScopes(scopes: [["ops:read"]]) { id: ID }
    type B implements Node @requiresScopes(scopes: [["ops:write"], ["wallet:read"]]) { id: ID }
    type C implements Node { id: ID }
  `);
  expect([of('Query.node'), of('Node.id'), of('A.id'), of('C.id')]).toEqual(['nobody alice olga', 'olga', 'olga', 'nobody alice olga']);
});

test('a type’s guard and a field’s guard both hold', () => {
  const of = readable(`
    type Query { a: A }
    type A @requiresScopes(scopes: [["ops:read"]]) { x: Int @policy(policies: [["boss"]]) y: Int @policy(policies: [["boss"], ["staff"]]) z: Int }
  `);
  expect([of('Query.a'), of('A.x'), of('A.y'), of('A.z')]).toEqual(['olga', '', 'olga', 'olga']);
});

test('a guard that cannot be read lets nobody pass; directives that are not known mean nothing', () => {
  const of = readable(`
    type Query {
      none: Int @requiresScopes
      empty: Int @policy(policies: [])
      odd: Int @requiresScopes(scopes: 7)
      strange: Int @secret(for: ["alice"]) @authenticate @join__unknown
    }
  `);
  expect([of('Query.none'), of('Query.empty'), of('Query.odd'), of('Query.strange')]).toEqual(['', '', '', 'nobody alice olga']);
});

test.each([
  ['as', 'schema @link(url: "https://specs.apollo.dev/authenticated/v0.1", as: "signedIn")', '@signedIn'],
  [
    'import',
    'schema @link(url: "https://specs.apollo.dev/authenticated/v0.1", import: [{ name: "@authenticated", as: "@auth" }])',
    '@auth',
  ],
  ['nothing', 'schema @link(url: "https://specs.apollo.dev/authenticated/v0.1", for: SECURITY)', '@authenticated'],
  ['an extension', 'extend schema @link(url: "https://specs.apollo.dev/authenticated/v9.9", as: "x")', '@x'],
])('a directive that is renamed by %s guards under its new name', (_, link, name) => {
  const schemaLink = link.startsWith('extend') ? link : `${link} { query: Query }`;
  expect(readable(`type Query { a: Int ${name} b: Int }`, schemaLink)('Query.a')).toBe('alice olga');
  expect(readable(`type Query { a: Int ${name} b: Int }`, schemaLink)('Query.b')).toBe('nobody alice olga');
});
