import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, parse } from 'graphql';
import { expect, test } from 'vitest';
import { ANONYMOUS, type Identity } from '#platform/identity/identity.ts';
import { enforceAuthorisation } from '#platform/subgraph/authorise.ts';

const schema = buildSubgraphSchema([
  {
    typeDefs: parse(`
      extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@authenticated", "@requiresScopes", "@policy"])
      type Query {
        free: Int
        signedIn: Int @authenticated
        scoped: Int @requiresScopes(scopes: [["ops:read", "ops:write"], ["wallet:read"]])
        policed: Int @policy(policies: [["staff"], ["boss", "vip"]])
        both: Int @requiresScopes(scopes: [["ops:read"]]) @policy(policies: [["staff"]])
        level: Level
        token: Token
      }
      enum Level @policy(policies: [["staff"]]) { LOW }
      scalar Token @authenticated
    `),
    resolvers: {
      Query: { free: () => 1, signedIn: () => 1, scoped: () => 1, policed: () => 1, both: () => 1, level: () => 'LOW', token: () => 't' },
    },
  },
]);
enforceAuthorisation(schema, (context) => context as Identity);

const readable = async (identity: Identity): Promise<readonly string[]> => {
  const source = '{ free signedIn scoped policed both level token }';
  const { data } = await graphql({ schema, source, contextValue: identity });
  return Object.entries(data ?? {}).flatMap(([name, value]) => (value === null ? [] : [name]));
};

const aUser = (scopes: Extract<Identity, { kind: 'user' }>['scopes'], roles: readonly string[]): Identity => ({
  kind: 'user',
  id: 'alice',
  scopes,
  roles,
  clientId: null,
});

test.each<[string, Identity, readonly string[]]>([
  ['nobody', ANONYMOUS, ['free']],
  ['an audience', { kind: 'audience', audience: 'everyone' }, ['free']],
  ['a person', aUser([], []), ['free', 'signedIn', 'token']],
  ['half of a set of scopes and half of a set of roles', aUser(['ops:read'], ['boss']), ['free', 'signedIn', 'token']],
  ['one scope that is enough', aUser(['wallet:read'], []), ['free', 'signedIn', 'scoped', 'token']],
  ['two roles that are enough together', aUser([], ['boss', 'vip']), ['free', 'signedIn', 'policed', 'token']],
  ['scopes and roles', aUser(['ops:read', 'ops:write'], ['staff']), ['free', 'signedIn', 'scoped', 'policed', 'both', 'level', 'token']],
  [
    'a service, which has scopes and no roles',
    { kind: 'service', service: 'trading', scopes: ['ops:read'] },
    ['free', 'signedIn', 'token'],
  ],
])('a subgraph shows %s what its own directives allow', async (_, identity, fields) => {
  expect(await readable(identity)).toEqual(fields);
});
