import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SubgraphRequestContext } from '#platform/subgraph/subgraph.ts';
import { request } from '../support/clients.ts';
import { aGateway, aSubgraph, type GatewayFixture, type TestSubgraph } from '../support/gateway.ts';
import { testKeys } from '../support/runtime.ts';

const MESSAGING = `
type Query { me: User people: [User!]! vault: String @authenticated }
type Mutation { greet: User! pay: Int @requiresScopes(scopes: [["gifts:send"]]) }
type Subscription {
  news: News! @broadcast
  inbox: News!
  guarded: News! @requiresScopes(scopes: [["ops:read"]])
}
type News { text: String! version: SafeInt! from: User hint: String @policy(policies: [["staff"]]) }
type User @key(fields: "id") { id: ID! name: String }
`;
const TRADING = `
type Query { gifts: Int }
type User @key(fields: "id") { id: ID! coins: Int @requiresScopes(scopes: [["wallet:read"]]) debts: Int! @requiresScopes(scopes: [["wallet:read"]]) }
`;

let folder: string;
let messaging: TestSubgraph;
let trading: TestSubgraph;
let gateway: GatewayFixture;
const gateways: GatewayFixture[] = [];

const open = async (env: Readonly<Record<string, string>> = {}): Promise<GatewayFixture> => {
  const opened = await aGateway([messaging, trading], folder, { env });
  gateways.push(opened);
  return opened;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fanfare-access-'));
  const alice = { id: 'alice', name: 'Alice' };
  async function* news(_: unknown, __: unknown, { signal }: SubgraphRequestContext) {
    for (const version of [1, 2]) yield { version, text: `news ${version}`, from: alice, hint: 'psst' };
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
  }
  const subscription = { subscribe: news, resolve: (event: unknown) => event };
  const resolvers = {
    Query: { me: () => alice, people: () => [alice, { id: 'bob', name: 'Bob' }], vault: () => 'gold' },
    Mutation: { greet: () => alice, pay: () => 1 },
    Subscription: { news: subscription, inbox: subscription, guarded: subscription },
  };
  messaging = aSubgraph('messaging', MESSAGING, resolvers, testKeys());
  trading = aSubgraph('trading', TRADING, { Query: { gifts: () => 1 }, User: { coins: () => 7, debts: () => 0 } }, testKeys());
  gateway = await open();
});
afterAll(async () => {
  await Promise.all(gateways.map((each) => each.close()));
  await rm(folder, { recursive: true });
});

interface Outcome {
  readonly data?: unknown;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly unknown[];
    readonly extensions?: Readonly<Record<string, unknown>>;
  }[];
}

/** The first payloads of an operation over WebSocket, or its refusal. */
const take = async (client: Client, query: string, count: number): Promise<readonly Outcome[]> => {
  const taken: Outcome[] = [];
  try {
    for await (const result of client.iterate({ query })) {
      taken.push(result as Outcome);
      if (taken.length === count) break;
    }
  } catch (error) {
    taken.push({ errors: error as NonNullable<Outcome['errors']> });
  }
  return taken;
};

const codesOf = ({ errors = [] }: Outcome) => errors.map(({ path, extensions }) => [path?.join('.') ?? '', extensions?.['code']]);

describe('what a caller may not read', () => {
  test('is null with its own error, and the subgraph that has it is not asked', async () => {
    const before = trading.calls.length;
    const query = '{ me { name coins } people { id debts } vault }';
    const anonymous: Outcome = await request(gateway.url, query);
    expect(anonymous.data).toBeNull();
    expect(codesOf(anonymous)).toEqual([
      ['me.coins', 'UNAUTHENTICATED'],
      ['people.0.debts', 'UNAUTHENTICATED'],
      ['people.1.debts', 'UNAUTHENTICATED'],
    ]);
    expect(trading.calls.length).toBe(before);
    const alice: Outcome = await request(gateway.url, '{ me { name c: coins } vault }', {}, await gateway.token('alice', ['chat:write']));
    expect(alice.data).toEqual({ me: { name: 'Alice', c: null }, vault: 'gold' });
    expect(alice.errors).toEqual([
      {
        message: 'User.coins needs the scope wallet:read, which this token lacks.',
        path: ['me', 'c'],
        extensions: { code: 'FORBIDDEN', requestId: expect.any(String) },
      },
    ]);
    const rich: Outcome = await request(gateway.url, query, {}, await gateway.token('alice', ['wallet:read']));
    expect(rich).toEqual({
      data: {
        me: { name: 'Alice', coins: 7 },
        people: [
          { id: 'alice', debts: 0 },
          { id: 'bob', debts: 0 },
        ],
        vault: 'gold',
      },
    });
  });

  test('one document serves callers with different rights at the same time, each with what is theirs', async () => {
    const tokens = [null, await gateway.token('alice', []), await gateway.token('bob', ['wallet:read'])];
    const query = '{ me { name coins } vault }';
    const expected = [
      { me: { name: 'Alice', coins: null }, vault: null },
      { me: { name: 'Alice', coins: null }, vault: 'gold' },
      { me: { name: 'Alice', coins: 7 }, vault: 'gold' },
    ];
    const answers = await Promise.all(
      Array.from({ length: 30 }, async (_, index) => (await request(gateway.url, query, {}, tokens[index % 3] ?? null)).data),
    );
    expect(answers).toEqual(answers.map((_, index) => expected[index % 3]));
  });

  test('refuses a mutation at its root, also over WebSocket, and nothing of it runs', async () => {
    const before = messaging.calls.length;
    const query = 'mutation { greet { name } pay }';
    expect((await request(gateway.url, query)).errors?.[0]?.extensions?.['code']).toBe('UNAUTHENTICATED');
    const [answer] = await take(gateway.client(await gateway.token('alice', [])), query, 1);
    expect(codesOf(answer ?? {})).toEqual([['', 'FORBIDDEN']]);
    expect(messaging.calls.length).toBe(before);
  });

  test('refuses any operation where that is configured', async () => {
    const strict = await open({ UNAUTHORISED_FIELDS: 'refuse' });
    const response = await fetch(`${strict.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
      body: JSON.stringify({ query: '{ me { name coins } }' }),
    });
    const body = (await response.json()) as Outcome;
    expect([response.status, codesOf(body), Object.hasOwn(body, 'data')]).toEqual([401, [['', 'UNAUTHENTICATED']], false]);
    expect((await request(strict.url, '{ me { name } }')).errors).toBeUndefined();
  });
});

describe('subscriptions', () => {
  test('a personal one goes on without what its user may not read: null with an error in each event', async () => {
    const client = gateway.client(await gateway.token('alice', []));
    const events = await take(client, 'subscription { inbox { text hint from { name coins } } }', 2);
    expect(events.map(({ data }) => data)).toEqual(
      [1, 2].map((version) => ({ inbox: { text: `news ${version}`, hint: null, from: { name: 'Alice', coins: null } } })),
    );
    for (const event of events)
      expect(codesOf(event)).toEqual([
        ['inbox.hint', 'FORBIDDEN'],
        ['inbox.from.coins', 'FORBIDDEN'],
      ]);
    const rich = gateway.client(await gateway.token('alice', ['wallet:read']));
    const [event] = await take(rich, 'subscription { inbox { from { coins } } }', 1);
    expect(event).toEqual({ data: { inbox: { from: { coins: 7 } } } });
  });

  test('one whose root its user may not read, or that would be null each time, is refused at once', async () => {
    const client = gateway.client(await gateway.token('alice', []));
    for (const query of ['subscription { guarded { text } }', 'subscription { ...F } fragment F on Subscription { guarded { text } }']) {
      const [answer] = await take(client, query, 1);
      expect(codesOf(answer ?? {})).toEqual([['', 'FORBIDDEN']]);
    }
    const strict = gateways[1]?.client(await gateways[1].token('alice', []));
    if (strict === undefined) throw new Error('the strict gateway is opened by an earlier test');
    const [refused] = await take(strict, 'subscription { inbox { hint } }', 1);
    expect(codesOf(refused ?? {})).toEqual([['', 'FORBIDDEN']]);
  });

  test('one that all share carries nothing that is guarded, whoever asks', async () => {
    const client = gateway.client(await gateway.token('olga', ['wallet:read', 'ops:read']));
    for (const query of ['subscription { news { hint } }', 'subscription { news { from { ...W } } } fragment W on User { c: coins }']) {
      const [answer] = await take(client, query, 1);
      expect(codesOf(answer ?? {})).toEqual([['', 'PERSONAL_FIELD_IN_BROADCAST']]);
    }
  });
});

describe('introspection', () => {
  const schemaOf = async ({ url }: GatewayFixture, token: string | null) => {
    const response = await fetch(`${url}/schema.graphql`, { headers: token === null ? {} : { authorization: `Bearer ${token}` } });
    const text = await response.text();
    return [response.status, text.includes('type Query')];
  };
  const query = '{ __schema { queryType { name } } }';

  test('is for everyone by default', async () => {
    expect((await request(gateway.url, query)).data).toEqual({ __schema: { queryType: { name: 'Query' } } });
    expect(await schemaOf(gateway, null)).toEqual([200, true]);
  });

  test('can be for operators alone, over HTTP, WebSocket and as a file; errors then give no hints either', async () => {
    const closed = await open({ INTROSPECTION: 'operators' });
    const olga = await closed.token('olga', ['ops:read']);
    const alice = await closed.token('alice', []);
    expect((await request(closed.url, query, {}, olga)).data).toEqual({ __schema: { queryType: { name: 'Query' } } });
    expect((await request(closed.url, query, {}, alice)).errors).toMatchObject([
      { message: 'The schema is shown to operators only: send a token with the scope ops:read.', extensions: { code: 'FORBIDDEN' } },
    ]);
    expect((await request(closed.url, '{ ... { __type(name: "User") { name } } }')).errors?.[0]?.extensions?.['code']).toBe(
      'UNAUTHENTICATED',
    );
    const [over] = await take(closed.client(alice), query, 1);
    expect(codesOf(over ?? {})).toEqual([['', 'FORBIDDEN']]);
    expect([await schemaOf(closed, null), await schemaOf(closed, alice), await schemaOf(closed, olga)]).toEqual([
      [401, false],
      [403, false],
      [200, true],
    ]);
    const misspelt = '{ vaults }';
    const [socket] = await take(closed.client(alice), misspelt, 1);
    const messages = [(await request(closed.url, misspelt)).errors?.[0]?.message, socket?.errors?.[0]?.message];
    expect(messages).toEqual(Array(2).fill('Cannot query field "vaults" on type "Query".'));
    expect((await request(gateway.url, misspelt)).errors?.[0]?.message).toContain('Did you mean "vault"?');
  });

  test('is for operators in production, unless it is said otherwise', async () => {
    const { loadConfig } = await import('#platform/config/config.ts');
    const env = {
      NODE_ENV: 'production',
      IDENTITY_KEYS: `k:${Buffer.alloc(32, 1).toString('base64')}`,
      JWT_SECRET: 'x'.repeat(32),
      DATABASE_URL: 'postgres://h/',
    };
    expect(loadConfig(env).introspection).toBe('operators');
    expect(loadConfig({ ...env, INTROSPECTION: 'everyone' }).introspection).toBe('everyone');
    expect(loadConfig({}).introspection).toBe('everyone');
  });
});
