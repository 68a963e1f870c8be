import { mkdtemp, rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SubgraphRequestContext } from '#platform/subgraph/subgraph.ts';
import { aGateway, aSubgraph, type GatewayFixture, type TestSubgraph } from '../support/gateway.ts';
import { eventually } from '../support/platform.ts';
import { createRandom } from '../support/random.ts';
import { testKeys } from '../support/runtime.ts';

const MESSAGING = `
type Query {
  me: User @personal
  user(id: ID!): User
  unmarked: String @cacheControl(maxAge: 60)
  moment: Moment
  page: [User!]! @cacheControl(maxAge: 60)
  uncached: String
}
type Mutation { touch: User }
type User @key(fields: "id") @cacheControl(maxAge: 60) { id: ID! name: String! followed: Boolean @personal favourite: Gift }
type Gift @key(fields: "id", resolvable: false) { id: ID! }
type Moment @cacheControl(maxAge: 1) { tick: Int! }
`;
const TRADING = `type Query { gifts: [Gift!]! } type Gift @key(fields: "id") @cacheControl(maxAge: 60) { id: ID! name: String! }
type User @key(fields: "id") { id: ID! wallet: Int @requiresScopes(scopes: [["wallet:read"]]) }`;

let folder: string;
let gateway: GatewayFixture;
let messaging: TestSubgraph;
let trading: TestSubgraph;
let known: Set<string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fanfare-cache-'));
  const keys = testKeys();
  const idOf = ({ identity }: SubgraphRequestContext): string | null => (identity.kind === 'user' ? identity.id : identity.kind);
  let tick = 0;
  messaging = aSubgraph(
    'messaging',
    MESSAGING,
    {
      Query: {
        me: (_: unknown, __: unknown, context: SubgraphRequestContext) => {
          const id = idOf(context);
          return id === null ? null : { id, name: `name of ${id}` };
        },
        user: async (_: unknown, { id }: { readonly id: string }) => {
          await new Promise((resolve) => setTimeout(resolve, 5));
          return known.has(id) ? { id, name: `name of ${id}` } : null;
        },
        unmarked: (_: unknown, __: unknown, context: SubgraphRequestContext) => idOf(context) ?? 'nobody',
        moment: () => {
          tick += 1;
          return { tick };
        },
        page: () => Array.from({ length: 100 }, (_, index) => ({ id: `u${index}`, name: `the name of number ${index}` })),
        uncached: () => 'x',
      },
      Mutation: { touch: () => ({ id: 'u1', name: 'touched' }) },
      User: {
        favourite: () => ({ id: 'rose' }),
        followed: ({ id }: { readonly id: string }, _: unknown, context: SubgraphRequestContext) => id === idOf(context),
        __resolveReference: ({ id }: { readonly id: string }) => ({ id, name: `name of ${id}` }),
      },
    },
    keys,
  );
  trading = aSubgraph(
    'trading',
    TRADING,
    {
      Query: { gifts: () => [{ id: 'rose', name: 'Rose' }] },
      Gift: { __resolveReference: ({ id }: { readonly id: string }) => ({ id, name: `name of ${id}` }) },
      User: {
        wallet: ({ id }: { readonly id: string }, _: unknown, context: SubgraphRequestContext) =>
          id === idOf(context) ? Number(id.slice(1)) : -1,
      },
    },
    keys,
  );
  gateway = await aGateway([messaging, trading], folder, { env: { CORS_ORIGINS: 'https://partner.example' } });
});
afterAll(async () => {
  await gateway.close();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  known = new Set(Array.from({ length: 1_000 }, (_, index) => `u${index}`));
  trading.comeBack();
});

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: { readonly data?: Readonly<Record<string, unknown>> | null; readonly errors?: readonly object[] };
}

const answered = async (response: Response): Promise<Answer> => {
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: text === '' ? {} : JSON.parse(text) };
};
const ask = async (query: string, headers: Readonly<Record<string, string>> = {}, more: object = {}): Promise<Answer> =>
  answered(
    await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query, ...more }),
    }),
  );
const get = async (query: string, headers: Readonly<Record<string, string>> = { 'apollo-require-preflight': '1' }): Promise<Answer> =>
  answered(await fetch(`${gateway.url}/graphql?${new URLSearchParams({ query }).toString()}`, { headers }));
const as = async (user: string): Promise<{ authorization: string }> => ({
  authorization: `Bearer ${await gateway.token(user, ['wallet:read'])}`,
});
/** A name that no other test has asked for, so that nothing is kept of it. */
let names = 0;
const aUserId = (): string => {
  names += 1;
  return `u${names}`;
};

describe('answers that are the same for everybody', () => {
  test('are asked for once, and say how long they may be kept and how old they are', async () => {
    const query = `{ user(id: "${aUserId()}") { name } }`;
    const calls = messaging.calls.length;
    const first = await ask(query);
    expect(first.headers.get('cache-control')).toBe('max-age=60, public');
    expect(first.headers.get('age')).toBe(null);
    const second = await ask(query.replace(' }', '\n }'), await as('u7'));
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('cache-control')).toBe('max-age=60, public');
    expect(second.headers.get('age')).toMatch(/^\d+$/);
    expect(second.headers.get('vary')).not.toContain('authorization');
    expect(messaging.calls.length).toBe(calls + 1);
  });

  test('are asked for by nobody: what a subgraph knows of its caller cannot get into them', async () => {
    const answers = [await ask('{ unmarked }', await as('u1')), await ask('{ unmarked }', await as('u2')), await ask('{ unmarked }')];
    expect(answers.map(({ body }) => body.data)).toEqual(Array.from({ length: 3 }, () => ({ unmarked: 'nobody' })));
  });

  test('differ by variables, by operation and by what is selected', async () => {
    const [one, other] = [aUserId(), aUserId()];
    const query = 'query A($id: ID!) { user(id: $id) { name } } query B($id: ID!) { user(id: $id) { id } }';
    const data = async (id: string, operationName: string) => (await ask(query, {}, { variables: { id }, operationName })).body.data;
    for (let round = 0; round < 2; round += 1) {
      expect(await data(one, 'A')).toEqual({ user: { name: `name of ${one}` } });
      expect(await data(other, 'A')).toEqual({ user: { name: `name of ${other}` } });
      expect(await data(one, 'B')).toEqual({ user: { id: one } });
    }
  });

  test('a stampede makes one request, and one who hangs up spoils nothing for the others', async () => {
    const query = `{ user(id: "${aUserId()}") { name } }`;
    const calls = messaging.calls.length;
    const hangingUp = new AbortController();
    const hung = fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
      signal: hangingUp.signal,
    }).catch(() => null);
    const crowd = Array.from({ length: 100 }, () => ask(query));
    hangingUp.abort();
    await hung;
    const answers = await Promise.all(crowd);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers[0]?.body.errors).toBe(undefined);
    // The one that hung up may have been the first, and the only one there when it did.
    expect(messaging.calls.length - calls).toBeLessThanOrEqual(2);
  });

  test('with errors they are not kept: a subgraph that is back is asked at once', async () => {
    trading.goDown();
    const broken = await ask('{ gifts { id } }');
    expect(broken.body.errors).toHaveLength(1);
    expect(broken.headers.get('cache-control')).toBe('no-store');
    trading.comeBack();
    await eventually('the subgraph is asked again', async () => (await ask('{ gifts { id } }')).body.errors === undefined);
  });

  test('what is not there is asked for again', async () => {
    const query = '{ user(id: "newcomer") { name } }';
    const missing = await ask(query);
    expect(missing.body).toEqual({ data: { user: null } });
    expect(missing.headers.get('cache-control')).toBe('no-store');
    known.add('newcomer');
    expect((await ask(query)).body).toEqual({ data: { user: { name: 'name of newcomer' } } });
  });

  test('are made anew for an operator who wants to see how, and nobody else gets to see that', async () => {
    const query = `{ user(id: "${aUserId()}") { name } }`;
    const operator = { authorization: `Bearer ${await gateway.token('olga', ['ops:read'])}`, 'x-fanfare-plan': '1' };
    for (let round = 0; round < 2; round += 1) {
      expect((await ask(query, operator)).body).toMatchObject({ extensions: {} });
      expect((await ask(query)).body).not.toHaveProperty('extensions');
    }
  });

  test('are forgotten when their time is over', async () => {
    const tick = async (): Promise<unknown> => (await ask('{ moment { tick } }')).body.data?.['moment'];
    const first = await tick();
    expect(await tick()).toEqual(first);
    await eventually('another answer', async () => JSON.stringify(await tick()) !== JSON.stringify(first));
  });
});

describe('what a plan asks of subgraphs', () => {
  test('an entity that is the same for everybody is kept, also for operations that are not', async () => {
    const query = '{ me { id favourite { id name } } }';
    const asked = () => trading.calls.filter(({ query: sent }) => sent.includes('...on Gift'));
    const before = asked().length;
    for (const user of ['u1', 'u2', 'u1'])
      expect((await ask(query, await as(user))).body).toEqual({
        data: { me: { id: user, favourite: { id: 'rose', name: 'name of rose' } } },
      });
    expect(asked().length - before).toBeLessThanOrEqual(1);
    for (const { identity } of asked()) expect(identity).toMatchObject({ kind: 'user', id: null });
  });

  test('anonymous viewers who ask the same at once make few requests, and a user makes an own one', async () => {
    const user = await as('u8');
    const before = messaging.calls.length;
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => ask('{ user(id: "u8") { followed } }', index === 0 ? user : {})),
    );
    expect(answers.map(({ body }) => body.data?.['user'])).toEqual(answers.map((_, index) => ({ followed: index === 0 })));
    const callers = messaging.calls.slice(before).map(({ identity }) => (identity.kind === 'user' ? identity.id : 'somebody else'));
    expect(callers.filter((id) => id === 'u8')).toHaveLength(1);
    expect(callers.length).toBeLessThan(40);
  });
});

describe('Cache-Control', () => {
  test.each<[string, string]>([
    ['{ uncached }', 'no-store'],
    ['{ me { name } }', 'max-age=60, private'],
    ['{ me { name wallet } }', 'max-age=60, private'],
    ['{ gifts { id } uncached }', 'no-store'],
    ['mutation { touch { name } }', 'no-store'],
    ['{ __schema { queryType { name } } }', 'no-store'],
    ['{ nothing }', 'no-store'],
    ['{', 'no-store'],
  ])('of %s is %s', async (query, expected) => {
    const { headers } = await ask(query, await as('u5'));
    expect(headers.get('cache-control')).toBe(expected);
    expect(headers.get('vary')?.includes('authorization')).toBe(expected.includes('private'));
  });
});

describe('ETag', () => {
  test('a GET that has the answer already gets 304 without a body; another answer gets it whole', async () => {
    const first = await get('{ gifts { id name } }');
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^W\/"[\w-]{27}"$/);
    for (const header of [etag, etag.slice(2), `"other", ${etag}`, '*']) {
      const again = await get('{ gifts { id name } }', { 'apollo-require-preflight': '1', 'if-none-match': header });
      expect([again.status, again.text]).toEqual([304, '']);
      expect(again.headers.get('etag')).toBe(etag);
      expect(again.headers.get('cache-control')).toBe('max-age=60, public');
    }
    const changed = await get('{ gifts { name } }', { 'apollo-require-preflight': '1', 'if-none-match': etag });
    expect(changed.status).toBe(200);
    expect(changed.body.data).toEqual({ gifts: [{ name: 'Rose' }] });
  });

  test('a private answer has one, too, and belongs to its caller', async () => {
    const headers = { 'apollo-require-preflight': '1', ...(await as('u1')) };
    const etag = (await get('{ me { name } }', headers)).headers.get('etag') ?? '';
    expect((await get('{ me { name } }', { ...headers, 'if-none-match': etag })).status).toBe(304);
    const other = await get('{ me { name } }', { ...headers, ...(await as('u2')), 'if-none-match': etag });
    expect([other.status, other.body]).toEqual([200, { data: { me: { name: 'name of u2' } } }]);
  });

  test('a POST has none', async () => {
    expect((await ask('{ gifts { id name } }')).headers.get('etag')).toBe(null);
  });

  test('an answer that is kept does not get around what a GET must bring', async () => {
    await get('{ gifts { id name } }');
    const bare = await get('{ gifts { id name } }', {});
    expect(bare.status).toBe(400);
    expect(bare.text).not.toContain('Rose');
  });
});

describe('compression', () => {
  const raw = (query: string, accepted: string): Promise<{ encoding: string | undefined; vary: string | undefined; body: Buffer }> =>
    new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'accept-encoding': accepted };
      const sent = httpRequest(`${gateway.url}/graphql`, { method: 'POST', headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const { 'content-encoding': encoding, vary } = response.headers;
          resolve({ encoding, vary, body: Buffer.concat(chunks) });
        });
      });
      sent.on('error', reject);
      sent.end(JSON.stringify({ query }));
    });

  test('a long answer is sent as the client wants it, kept or not', async () => {
    for (const query of ['{ page { id name } }', '{ page { id name } uncached }']) {
      const plain = await raw(query, 'identity');
      expect(plain.encoding).toBe(undefined);
      for (let round = 0; round < 2; round += 1) {
        const brotli = await raw(query, 'gzip, br');
        const gzip = await raw(query, 'gzip');
        expect([brotli.encoding, gzip.encoding]).toEqual(['br', 'gzip']);
        expect(brotliDecompressSync(brotli.body)).toEqual(plain.body);
        expect(gunzipSync(gzip.body)).toEqual(plain.body);
        expect(brotli.body.length).toBeLessThan(plain.body.length / 3);
        expect(brotli.vary).toContain('accept-encoding');
      }
    }
  });

  test('a short one is sent as it is', async () => {
    expect((await raw('{ gifts { id } }', 'gzip, br')).encoding).toBe(undefined);
  });
});

test('users who ask the same things at the same time never see each other’s answers', async () => {
  const random = createRandom(20_261_122);
  const users = ['u1', 'u2', 'u3', 'u4'] as const;
  const tokens = new Map<string, { authorization: string }>();
  for (const user of users) tokens.set(user, await as(user));
  /** Each operation, and what each user must be answered. */
  const operations: readonly [string, (user: string | null) => unknown][] = [
    [
      '{ me { id name wallet } }',
      (user) => ({ me: user === null ? null : { id: user, name: `name of ${user}`, wallet: Number(user.slice(1)) } }),
    ],
    ['{ user(id: "u1") { name followed } }', (user) => ({ user: { name: 'name of u1', followed: user === 'u1' } })],
    ['{ user(id: "u2") { name } }', () => ({ user: { name: 'name of u2' } })],
    ['{ me { id favourite { name } } }', (user) => ({ me: user === null ? null : { id: user, favourite: { name: 'name of rose' } } })],
    ['{ user(id: "u1") { wallet } }', (user) => ({ user: user === null ? { wallet: null } : { wallet: user === 'u1' ? 1 : -1 } })],
    ['{ gifts { name } me { id } }', (user) => ({ gifts: [{ name: 'Rose' }], me: user === null ? null : { id: user } })],
    [
      'query Q($mine: Boolean = true) { user(id: "u3") { name followed @include(if: $mine) } }',
      (user) => ({ user: { name: 'name of u3', followed: user === 'u3' } }),
    ],
  ];
  const pick = <T>(from: readonly T[]): T => from[random.below(from.length)] as T;
  const asked = Array.from({ length: 400 }, () => {
    const user = random.chance(0.15) ? null : pick(users);
    const [query, expected] = pick(operations);
    return { user, query, expected, overGet: random.chance(0.3) };
  });
  for (let start = 0; start < asked.length; start += 40) {
    const answers = asked.slice(start, start + 40).map(async ({ user, query, expected, overGet }) => {
      const headers = user === null ? {} : (tokens.get(user) ?? {});
      const { body } = overGet ? await get(query, { 'apollo-require-preflight': '1', ...headers }) : await ask(query, headers);
      expect({ user, query, data: body.data }).toEqual({ user, query, data: expected(user) });
    });
    await Promise.all(answers);
  }
});
