import fc from 'fast-check';
import { type GraphQLNamedType, getNamedType, isAbstractType, isCompositeType, isInterfaceType, isObjectType, isUnionType } from 'graphql';
import { beforeAll, describe, expect, test } from 'vitest';
import { ANONYMOUS, type Identity, type Scope } from '#platform/identity/identity.ts';
import { aGuardedGraph, type GuardedGraph, NEEDS } from '../support/guarded-graph.ts';

let graph: GuardedGraph;

beforeAll(async () => {
  graph = await aGuardedGraph();
});

const aUser = (scopes: readonly Scope[] = [], roles: readonly string[] = []): Identity => ({
  kind: 'user',
  id: 'alice',
  scopes,
  roles,
  clientId: null,
});

const ALICE = aUser();
const EVERYTHING = aUser(['ops:read', 'ops:write', 'wallet:read', 'chat:write', 'gifts:send'], ['staff']);

const needToken = (path: string, what: string) => ({
  path,
  code: 'UNAUTHENTICATED',
  message: `${what} needs a token: send \`Authorization: Bearer …\`.`,
});

describe('what a caller may not read is null, with an error, and is asked of nobody', () => {
  test('a field', async () => {
    expect(await graph.ask('{ vault count }', ANONYMOUS)).toEqual({
      data: { vault: null, count: 0 },
      errors: [needToken('vault', 'Query.vault')],
    });
    expect(graph.asked).toEqual(new Set(['Query.count']));
    expect((await graph.ask('{ vault count }', ALICE)).data).toEqual({ vault: 'SECRET vault', count: 0 });
  });

  test('when nothing else was asked for, nothing is fetched', async () => {
    expect((await graph.ask('{ a: vault b: vault }', ANONYMOUS)).data).toEqual({ a: null, b: null });
    expect(graph.calls).toBe(0);
  });

  test('the error of a field in a list is told at each item, and a non-null field takes its object along', async () => {
    expect(await graph.ask('{ me { friends { mail } } }', ANONYMOUS)).toEqual({
      data: { me: { friends: [null, null] } },
      errors: [needToken('me.friends.0.mail', 'Person.mail')],
    });
    expect(await graph.ask('{ count boss { mail } }', ANONYMOUS)).toEqual({
      data: null,
      errors: [needToken('boss.mail', 'Person.mail')],
    });
  });

  test('scopes are alternatives of sets, and so are policies, which roles give', async () => {
    const secret = async (...scopes: readonly Scope[]) => (await graph.ask('{ half { secret } }', aUser(scopes))).errors.length === 0;
    expect([await secret('ops:read'), await secret('ops:read', 'ops:write'), await secret('wallet:read')]).toEqual([false, true, true]);
    const badge = async (...roles: readonly string[]) => (await graph.ask('{ me { badge } }', aUser([], roles))).errors;
    expect([await badge('boss', 'vip'), await badge('staff')]).toEqual([[], []]);
    expect(await badge('boss')).toEqual([
      {
        path: 'me.badge',
        code: 'FORBIDDEN',
        message: 'Person.badge needs the policy staff, or boss and vip, which no role of this token gives.',
      },
    ]);
    expect((await graph.ask('{ half { secret } }', ALICE)).errors).toEqual([
      {
        path: 'half.secret',
        code: 'FORBIDDEN',
        message: 'Half.secret needs the scope ops:read and ops:write, or wallet:read, which this token lacks.',
      },
    ]);
  });

  test('a field that returns a guarded object, scalar or enum', async () => {
    const { data, errors } = await graph.ask('{ hidden { id } token level me { level nick } }', ANONYMOUS);
    expect(data).toEqual({ hidden: null, token: null, level: null, me: { level: null, nick: 'nick 1' } });
    expect(errors.map(({ path }) => path)).toEqual(['hidden', 'token', 'level', 'me.level']);
  });

  test('through an interface a field needs what all of its objects need; a fragment on one of them only what that one needs', async () => {
    expect((await graph.ask('{ node { secret } }', ALICE)).data).toEqual({ node: { secret: null } });
    const fragment = '{ nodes { ... on Open { secret } ... on Half { name } } }';
    expect(await graph.ask(fragment, ANONYMOUS)).toEqual({
      data: { nodes: null },
      errors: [needToken('nodes.2', 'Hidden')],
    });
    expect((await graph.ask(fragment, ALICE)).data).toEqual({ nodes: [{ secret: 'public' }, { name: 'name' }, {}] });
  });

  test('a field that is selected on several types shows what the caller may read of it', async () => {
    const { data, errors } = await graph.ask('{ nodes { secret next { id } ... on Open { secret next { name } } } }', ALICE);
    expect(data).toEqual({
      nodes: [
        { secret: 'public', next: { id: 'Open 1', name: 'name' } },
        { secret: null, next: { id: 'Open 1' } },
        { secret: null, next: { id: 'Open 1' } },
      ],
    });
    expect(errors.map(({ path, code }) => [path, code])).toEqual([
      ['nodes.1.secret', 'FORBIDDEN'],
      ['nodes.2.secret', 'FORBIDDEN'],
    ]);
    expect(graph.asked).not.toContain('Half.secret');
  });

  test('objects of a guarded type are null wherever they come up, whatever is selected of them', async () => {
    const { data, errors } = await graph.ask('{ grid { __typename ... on Hidden { id code } } }', ANONYMOUS);
    const row = [{ __typename: 'Open' }, { __typename: 'Half' }, null];
    expect(data).toEqual({ grid: [row, row] });
    expect(errors).toEqual([needToken('grid.0.2', 'Hidden'), needToken('grid.1.2', 'Hidden')]);
    expect(graph.asked).not.toContain('Hidden.code');
  });

  test('what an interface object adds is guarded on the interface and on each of its implementations', async () => {
    for (const query of [
      '{ media { reviews } }',
      '{ book { reviews } }',
      '{ medias { ... on Film { reviews } ... on Book { reviews } } }',
    ]) {
      expect(JSON.stringify(await graph.ask(query, ALICE)), query).not.toContain('SECRET');
      expect([...graph.asked].filter((field) => field.endsWith('.reviews'))).toEqual([]);
      expect(JSON.stringify(await graph.ask(query, EVERYTHING)), query).toContain('SECRET review');
    }
  });

  test('a name that the planner uses itself shows nothing of what it stands for', async () => {
    const { data } = await graph.ask('{ me { id: mail note } }', ANONYMOUS);
    expect(data).toEqual({ me: null });
    expect((await graph.ask('{ me { id: badge note __typename } }', ANONYMOUS)).data).toEqual({
      me: { id: null, note: 'note', __typename: 'Person' },
    });
  });

  test('what @skip and @include leave out is no error', async () => {
    const query = 'query ($in: Boolean = false) { count vault @include(if: $in) ... @skip(if: true) { a: vault } }';
    expect(await graph.ask(query, ANONYMOUS)).toEqual({ data: { count: 0 }, errors: [] });
    expect((await graph.ask(query, ANONYMOUS, { variables: { in: true } })).data).toEqual({ count: 0, vault: null });
  });
});

describe('what is refused as a whole', () => {
  test('a mutation with an unauthorised root field, wherever it stands', async () => {
    for (const query of ['mutation { touch vault }', 'mutation { ...F } fragment F on Mutation { touch ... { v: vault } }']) {
      expect(await graph.ask(query, ANONYMOUS)).toEqual({ data: undefined, errors: [needToken('', 'Mutation.vault')] });
      expect(graph.calls).toBe(0);
    }
  });

  test('a mutation of which an unauthorised field would leave nothing; other fields are null as in a query', async () => {
    expect((await graph.ask('mutation { person { mail } }', ANONYMOUS)).data).toBeUndefined();
    expect(graph.calls).toBe(0);
    expect((await graph.ask('mutation { person { badge nick } }', ANONYMOUS)).data).toEqual({ person: { badge: null, nick: 'nick 1' } });
    expect((await graph.ask('mutation { maybe { mail } }', ANONYMOUS)).data).toEqual({ maybe: null });
    expect(
      (await graph.ask('mutation ($in: Boolean!) { touch vault @include(if: $in) }', ANONYMOUS, { variables: { in: false } })).data,
    ).toEqual({
      touch: 1,
    });
  });

  test('any operation with something unauthorised, where that is configured', async () => {
    const rules = { unauthorisedFields: 'refuse' } as const;
    for (const query of [
      '{ count vault }',
      '{ nodes { ... on Hidden { code } } }',
      '{ search { __typename } }',
      '{ me { ...P } } fragment P on Person { boss { mail } }',
    ]) {
      const { data, errors } = await graph.ask(query, ANONYMOUS, { rules });
      expect([data, errors.map(({ code }) => code), graph.calls], query).toEqual([undefined, ['UNAUTHENTICATED'], 0]);
    }
    expect((await graph.ask('{ count vault @skip(if: true) }', ANONYMOUS, { rules })).data).toEqual({ count: 0 });
  });

  test('introspection, for whom it is closed to', async () => {
    const query = '{ ...F } fragment F on Query { __schema { queryType { name } } }';
    const ask = async (identity: Identity, introspection: 'everyone' | 'operators' | 'nobody') =>
      (await graph.ask(query, identity, { rules: { introspection } })).errors.map(({ code }) => code);
    expect([await ask(ANONYMOUS, 'everyone'), await ask(EVERYTHING, 'operators')]).toEqual([[], []]);
    expect([await ask(ANONYMOUS, 'operators'), await ask(ALICE, 'operators'), await ask(EVERYTHING, 'nobody')]).toEqual([
      ['UNAUTHENTICATED'],
      ['FORBIDDEN'],
      ['FORBIDDEN'],
    ]);
    expect((await graph.ask('{ __typename }', ANONYMOUS, { rules: { introspection: 'nobody' } })).data).toEqual({ __typename: 'Query' });
  });
});

// A random document: fields, aliases, fragments of both kinds, conditions. Choices come from one stream of numbers, so that counterexamples shrink.
const randomDocument = (choices: readonly number[]): string => {
  let at = 0;
  const pick = (below: number): number => (choices[at++ % choices.length] ?? 0) % below;
  const fragments: string[] = [];
  const typesFor = (type: GraphQLNamedType): readonly GraphQLNamedType[] => {
    const possible = isAbstractType(type) ? graph.schema.getPossibleTypes(type) : [type];
    const wider =
      isObjectType(type) || isInterfaceType(type) ? type.getInterfaces() : isUnionType(type) ? [graph.schema.getType('Node') ?? type] : [];
    return [...possible, ...wider, type];
  };
  const selectionOn = (type: GraphQLNamedType, depth: number): string => {
    const parts = Array.from({ length: 1 + pick(3) }, () => partOn(type, depth));
    return `{ ${parts.join(' ')} }`;
  };
  const partOn = (type: GraphQLNamedType, depth: number): string => {
    const kind = pick(6);
    const condition = pick(5) === 0 ? ` @include(if: ${pick(2) === 0})` : '';
    if (depth > 0 && kind === 0) {
      const types = typesFor(type);
      const on = types[pick(types.length)] ?? type;
      return `... on ${on.name}${condition} ${selectionOn(on, depth - 1)}`;
    }
    if (depth > 0 && kind === 1) {
      const types = typesFor(type);
      const on = types[pick(types.length)] ?? type;
      const body = selectionOn(on, depth - 1);
      fragments.push(`fragment F${fragments.length} on ${on.name} ${body}`);
      return `...F${fragments.length - 1}${condition}`;
    }
    const fields = isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
    const field = fields[pick(fields.length + 1)];
    if (field === undefined) return '__typename';
    const returned = getNamedType(field.type);
    if (isCompositeType(returned) && depth === 0) return '__typename';
    // Each use has an alias of its own, so that nothing has to merge; some take the names of keys, which the planner uses itself.
    const alias = `a${at}_${pick(100)}: `;
    return `${alias}${field.name}${condition}${isCompositeType(returned) ? ` ${selectionOn(returned, depth - 1)}` : ''}`;
  };
  const query = graph.schema.getQueryType();
  const body = query ? selectionOn(query, 4) : '{ __typename }';
  return [body, ...fragments].join('\n');
};

const identities: readonly Identity[] = [
  ANONYMOUS,
  ALICE,
  aUser(['wallet:read'], ['staff']),
  aUser(['ops:read', 'gifts:send'], ['boss']),
  EVERYTHING,
];

const mayAsk = (field: string, identity: Identity): boolean => {
  const [type = ''] = field.split('.');
  return (NEEDS[field]?.(identity) ?? true) && (NEEDS[type]?.(identity) ?? true);
};

test('random documents: no subgraph is ever asked for what its caller may not read, every null has its error, and who may read all gets all', async () => {
  const withheld = { documents: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(1_000), { minLength: 5, maxLength: 60 }),
      fc.constantFrom(...identities),
      async (choices, identity) => {
        const query = randomDocument(choices);
        const { data, errors } = await graph.ask(query, identity);
        expect(
          [...graph.asked].filter((field) => !mayAsk(field, identity)),
          query,
        ).toEqual([]);
        for (const { path, code } of errors) {
          expect(['UNAUTHENTICATED', 'FORBIDDEN'], query).toContain(code);
          expect(nearestAt(data, path), `${query}\n${path}`).toBeNull();
        }
        if (identity === EVERYTHING) expect(errors, query).toEqual([]);
        if (errors.length > 0) withheld.documents += 1;
        const whole = await graph.ask(query, EVERYTHING);
        if (errors.length === 0 && identity !== EVERYTHING) expect(data, query).toEqual(whole.data);
      },
    ),
    { numRuns: 120, seed: 20_26 },
  );
  // The documents are such that something is at stake.
  expect(withheld.documents).toBeGreaterThan(10);
}, 30_000);

// What the answer has at a path, or at the nearest place above it.
const nearestAt = (data: unknown, path: string): unknown => {
  let value = data;
  for (const step of path.split('.')) {
    if (value === null || value === undefined) return value;
    value = (value as Readonly<Record<string, unknown>>)[step];
  }
  return value;
};
