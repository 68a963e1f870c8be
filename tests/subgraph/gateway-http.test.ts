import { mkdtemp, rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSchema } from 'graphql';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Scope } from '#platform/identity/identity.ts';
import { expiredToken } from '../support/expired-token.ts';
import { aGateway, type GatewayFixture } from '../support/gateway.ts';
import { aGraph, type TestGraph } from '../support/gateway-graph.ts';
import { testKeys } from '../support/runtime.ts';

let folder: string;
let graph: TestGraph;
let gateway: GatewayFixture;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fanfare-gateway-'));
  graph = aGraph(testKeys());
  gateway = await aGateway(graph.all, folder, { env: { CORS_ORIGINS: 'https://partner.example' } });
});
afterAll(async () => {
  await gateway.close();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  graph.messaging.comeBack();
  graph.trading.comeBack();
});

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: {
    readonly data?: unknown;
    readonly errors?: readonly {
      readonly message: string;
      readonly path?: unknown;
      readonly extensions: Readonly<Record<string, unknown>>;
    }[];
  };
}

const send = async (init: RequestInit, path = '/graphql'): Promise<Answer> => {
  const response = await fetch(`${gateway.url}${path}`, { redirect: 'manual', ...init });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Answer['body'] };
};
const post = (body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
  send({
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const ask = (query: string, variables: object = {}, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
  post({ query, variables }, headers);
const codesOf = ({ body }: Answer): readonly unknown[] => (body.errors ?? []).map(({ extensions }) => extensions['code']);
const bearer = async (user: string, scopes?: readonly Scope[]): Promise<{ authorization: string }> => ({
  authorization: `Bearer ${await gateway.token(user, scopes)}`,
});

describe('executing', () => {
  test('a query crosses subgraphs as the caller', async () => {
    const answer = await ask('{ me { name wallet } rooms { id gift { id name } } }', {}, await bearer('alice'));
    expect(answer.body).toEqual({
      data: {
        me: { name: 'name of alice', wallet: 100 },
        rooms: [
          { id: 'r1', gift: { id: 'rose', name: 'name of rose' } },
          { id: 'r2', gift: null },
          { id: 'r3', gift: { id: 'rocket', name: 'name of rocket' } },
        ],
      },
    });
    expect(graph.trading.calls.at(-1)?.identity).toMatchObject({ kind: 'user', id: 'alice' });
  });

  test('variables count with their defaults', async () => {
    expect((await ask('query Q($text: String = "given by default") { echo(text: $text) }')).body).toEqual({
      data: { echo: 'given by default' },
    });
  });

  test('a subgraph that is down takes only its own fields with it', async () => {
    graph.trading.goDown();
    const { status, body } = await ask('{ gifts { name } rooms { id gift { id name } } }');
    expect(status).toBe(200);
    expect(body.data).toBe(null);
    const partial = await ask('{ rooms { id gift { id name } } }');
    expect(partial.body.data).toEqual({
      rooms: [
        { id: 'r1', gift: null },
        { id: 'r2', gift: null },
        { id: 'r3', gift: null },
      ],
    });
    const extensions = { code: 'SUBGRAPH_UNAVAILABLE', retryAfterMs: 1_000, requestId: expect.any(String) };
    expect(partial.body.errors).toEqual([
      { message: 'trading cannot be reached.', path: ['rooms', 0, 'gift'], extensions },
      { message: 'trading cannot be reached.', path: ['rooms', 2, 'gift'], extensions },
    ]);
    expect(body.errors?.map(({ path }) => path)).toContainEqual(['gifts']);
  });

  test('a subgraph’s own error keeps its code, message and path; what is not meant for clients is masked', async () => {
    const { body, headers } = await ask('{ a: fault(how: "busy") b: fault(how: "internal") echo }');
    const requestId = headers.get('x-request-id');
    expect(body).toEqual({
      data: { a: null, b: null, echo: 'x' },
      errors: [
        { message: 'The queue is full.', path: ['a'], extensions: { code: 'BUSY', retryAfterMs: 50, requestId } },
        {
          message: 'Something went wrong on our side. Report the requestId.',
          path: ['b'],
          extensions: { code: 'INTERNAL_SERVER_ERROR', requestId },
        },
      ],
    });
    expect(JSON.stringify(body)).not.toContain('swordfish');
  });

  test('introspection works, and can be switched off', async () => {
    expect((await ask('{ __schema { queryType { name } } __type(name: "Gift") { name } }')).body.data).toEqual({
      __schema: { queryType: { name: 'Query' } },
      __type: { name: 'Gift' },
    });
    const closed = await aGateway(graph.all, folder, { env: { INTROSPECTION: 'nobody' } });
    const response = await fetch(`${closed.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ __schema { queryType { name } } }"}',
    });
    expect([response.status, await response.json()]).toMatchObject([403, { errors: [{ extensions: { code: 'FORBIDDEN' } }] }]);
    await closed.close();
  });
});

describe('who may', () => {
  const forged = async (): Promise<string> =>
    new SignJWT({ scope: 'chat:write' })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer('fanfare-dev')
      .setSubject('alice')
      .setExpirationTime('1h')
      .sign(Buffer.alloc(32, 1));

  test.each([
    ['malformed', async () => 'Bearer nonsense', /malformed/],
    ['not a bearer token', async () => 'Basic YWxpY2U6', /malformed/],
    ['forged', async () => `Bearer ${await forged()}`, /signature/],
    ['expired', async () => `Bearer ${await expiredToken(folder)}`, /expired/],
  ])('a token that is %s is UNAUTHENTICATED, and the message says which', async (_, authorization, message) => {
    const answer = await ask('mutation { touch }', {}, { authorization: await authorization() });
    expect([answer.status, codesOf(answer)]).toEqual([401, ['UNAUTHENTICATED']]);
    expect(answer.body.errors?.[0]?.message).toMatch(message);
  });

  test('a mutation without the scope is refused before anything happens', async () => {
    const before = graph.log.head;
    const anonymous = await ask('mutation { touch post(text: "hello") }');
    expect([anonymous.status, codesOf(anonymous)]).toEqual([401, ['UNAUTHENTICATED']]);
    const without = await ask('mutation { touch post(text: "hello") }', {}, await bearer('olga', ['ops:read']));
    expect([without.status, codesOf(without)]).toEqual([403, ['FORBIDDEN']]);
    expect(graph.log.head).toBe(before);
    expect((await ask('mutation { post(text: "hello") }', {}, await bearer('alice'))).body).toEqual({ data: { post: true } });
    expect(graph.log.head).not.toBe(before);
  });

  test('a client’s identity header, request id and extensions go nowhere', async () => {
    const identity = testKeys().sign({ kind: 'service', service: 'gateway', scopes: ['chat:write'] }, 'messaging');
    const answer = await post(
      { query: '{ me { id } }', extensions: { identity } },
      { 'x-fanfare-identity': identity, 'x-request-id': 'mine' },
    );
    expect(answer.body).toEqual({ data: { me: null } });
    expect(answer.headers.get('x-request-id')).not.toBe('mine');
    expect(graph.messaging.calls.at(-1)?.identity).toMatchObject({ kind: 'user', id: null });
  });

  test('more operations than the allowance are RATE_LIMITED with the time to wait', async () => {
    const slow = { capacity: 3, refillPerSecond: 0.001 };
    const limited = await aGateway(graph.all, folder, { rates: { user: slow, address: { capacity: 5, refillPerSecond: 0.001 } } });
    const authorization = `Bearer ${await limited.token('alice')}`;
    const statuses: number[] = [];
    for (const headers of [{ authorization }, { authorization }, { authorization }, { authorization }, {}, {}] as readonly Readonly<
      Record<string, string>
    >[]) {
      const response = await fetch(`${limited.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: '{"query":"{ echo }"}',
      });
      statuses.push(response.status);
      const answer = (await response.json()) as Answer['body'];
      if (response.status !== 429) continue;
      expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: expect.any(Number) });
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect(statuses).toEqual([200, 200, 200, 429, 200, 429]);
    await limited.close();
  });
});

describe('what is refused', () => {
  const json = { 'content-type': 'application/json' };
  const get = (query: string): Promise<Answer> =>
    send({ headers: { 'apollo-require-preflight': '1' } }, `/graphql?query=${encodeURIComponent(query)}`);
  const wide = (fields: number): string => `{ ${Array.from({ length: fields }, (_, index) => `a${index}: rooms { id }`).join(' ')} }`;
  const deep = (levels: number): string => `{ rooms ${'{ self '.repeat(levels - 2)}{ id }${' }'.repeat(levels - 2)} }`;

  test.each<[string, () => Promise<Answer>, number, string]>([
    ['no JSON', () => post('{"query": '), 400, 'BAD_REQUEST'],
    ['an empty body', () => post(''), 400, 'BAD_REQUEST'],
    ['a body that is no object', () => post('"{ echo }"'), 400, 'BAD_REQUEST'],
    ['a batch', () => post([{ query: '{ echo }' }]), 400, 'BAD_REQUEST'],
    ['no query', () => post({ variables: {} }), 400, 'BAD_REQUEST'],
    [
      'a form, as another site could send it',
      () => send({ method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{"query":"{ echo }"}' }),
      400,
      'BAD_REQUEST',
    ],
    ['a GET that a link could make', () => send({}, '/graphql?query=%7Becho%7D'), 400, 'BAD_REQUEST'],
    ['another method', () => send({ method: 'PUT', headers: json, body: '{"query":"{ echo }"}' }), 405, 'BAD_REQUEST'],
    ['a body of 10 MB', () => ask(`{ echo } # ${'x'.repeat(10_000_000)}`), 413, 'PAYLOAD_TOO_LARGE'],
    ['malformed GraphQL', () => ask('{ echo'), 400, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', () => ask('{ nothing }'), 400, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'no operation of that name',
      () => post({ query: 'query A { echo } query B { echo }', operationName: 'C' }),
      400,
      'OPERATION_RESOLUTION_FAILURE',
    ],
    ['a variable of another type', () => ask('query Q($text: String) { echo(text: $text) }', { text: 7 }), 400, 'BAD_USER_INPUT'],
    ['a number too large', () => ask('query Q($count: Int) { echo(count: $count) }', { count: 1e12 }), 400, 'BAD_USER_INPUT'],
    ['NUL in a variable', () => ask('query Q($text: String) { echo(text: $text) }', { text: 'a\u0000' }), 400, 'BAD_USER_INPUT'],
    [
      'a lone surrogate in a variable',
      () => ask('query Q($text: String) { echo(text: $text) }', { text: 'a\ud800' }),
      400,
      'BAD_USER_INPUT',
    ],
    ['NUL in the document', () => ask('{ echo(text: "a\\u0000") }'), 400, 'BAD_USER_INPUT'],
    ['a mutation over GET', () => get('mutation { touch }'), 405, 'MUTATION_OVER_GET'],
    ['a subscription over GET', () => get('subscription { titleChanged { text } }'), 405, 'SUBSCRIPTION_OVER_HTTP'],
    ['a subscription over POST', () => ask('subscription { titleChanged { text } }'), 405, 'SUBSCRIPTION_OVER_HTTP'],
    ['too many root fields', () => ask(wide(31)), 400, 'COST_EXCEEDED'],
    [
      'too many directives',
      () => ask(`{ rooms { ...F ...F } } fragment F on Room { ${'... @include(if: true) { id } '.repeat(51)} }`),
      400,
      'COST_EXCEEDED',
    ],
    ['too many levels', () => ask(deep(16)), 400, 'COST_EXCEEDED'],
    [
      'too many aliases',
      () => ask(`{ rooms { ${Array.from({ length: 120 }, (_, index) => `a${index}: id`).join(' ')} } }`),
      400,
      'COST_EXCEEDED',
    ],
    ['too many tokens', () => ask(`{ rooms { ${'id '.repeat(6_000)} } }`), 400, 'COST_EXCEEDED'],
    [
      'fragments that multiply',
      () =>
        ask(
          `{ rooms { ...F0 } } ${Array.from({ length: 12 }, (_, index) => `fragment F${index} on Room { ...F${index + 1} ...F${index + 1} id }`).join(' ')} fragment F12 on Room { id }`,
        ),
      400,
      'COST_EXCEEDED',
    ],
    ['a name of the gateway’s own', () => ask('{ fanfare__x: echo }'), 400, 'GRAPHQL_VALIDATION_FAILED'],
    ['a method elsewhere', () => send({ method: 'POST' }, '/status'), 400, 'BAD_REQUEST'],
    ['an address where nothing is', () => send({}, '/nothing'), 404, 'BAD_REQUEST'],
    ['a way out of the folder', () => send({}, '/pages/..%2f..%2fpackage.json'), 404, 'BAD_REQUEST'],
  ])('%s', async (_, request, status, code) => {
    const before = graph.log.head;
    const answer = await request();
    expect([answer.status, codesOf(answer)[0]]).toEqual([status, code]);
    expect(answer.body.errors?.[0]?.extensions['requestId']).toBe(answer.headers.get('x-request-id'));
    expect(graph.log.head).toBe(before);
  });

  test('what stays just within the limits is answered, and introspection is not counted', async () => {
    expect((await ask(deep(15))).status).toBe(200);
    expect((await ask(wide(30))).status).toBe(200);
    const { body } = await ask(
      '{ __schema { types { fields { type { ofType { ofType { ofType { ofType { ofType { ofType { ofType { ofType { ofType { name } } } } } } } } } } } } } }',
    );
    expect(body.errors).toBeUndefined();
  });
});

describe('beside the graph', () => {
  const page = async (path: string, headers: Readonly<Record<string, string>> = {}) => {
    const response = await fetch(`${gateway.url}${path}`, { headers, redirect: 'manual' });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };

  test('GET /graphql from a browser leads to the playground', async () => {
    const { status, headers } = await page('/graphql', { accept: 'text/html,*/*' });
    expect([status, headers.get('location')]).toEqual([302, '/playground/']);
  });

  test('a query by GET is answered', async () => {
    const answer = await send({ headers: { 'apollo-require-preflight': '1' } }, '/graphql?query=%7Becho%7D&extensions=%7B%7D');
    expect([answer.status, answer.body]).toEqual([200, { data: { echo: 'x' } }]);
  });

  test('the API schema downloads, without anything of the federation', async () => {
    const { headers, text } = await page('/schema.graphql');
    expect(headers.get('content-disposition')).toContain('schema.graphql');
    expect(buildSchema(text).getSubscriptionType()?.getFields()).toHaveProperty('roomEvents');
    expect(text).not.toMatch(/join__|_entities|_Service/);
  });

  test('pages have a strict policy, are not framed and are known by their tag', async () => {
    const first = await page('/');
    expect([first.status, first.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(first.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(first.headers.get('content-security-policy')).not.toContain('unsafe-inline');
    expect(first.headers.get('x-content-type-options')).toBe('nosniff');
    const again = await page('/', { 'if-none-match': first.headers.get('etag') ?? '' });
    expect([again.status, again.text]).toEqual([304, '']);
    expect((await page('/pages/room.js')).headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect((await page('/pages/.hidden.js')).status).toBe(404);
  });

  test('health, metrics and their words', async () => {
    expect((await page('/health/live')).status).toBe(200);
    expect((await page('/health/ready')).status).toBe(200);
    await ask('{ echo }');
    expect((await page('/metrics')).text).toMatch(/fanfare_requests_total\{service="gateway",type="query"\} \d+/);
  });

  test('pages of configured origins may call, others may not', async () => {
    const preflight = (origin: string) =>
      fetch(`${gateway.url}/graphql`, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });
    const partner = await preflight('https://partner.example');
    expect([partner.status, partner.headers.get('access-control-allow-origin')]).toEqual([204, 'https://partner.example']);
    expect(partner.headers.get('access-control-allow-headers')).toContain('authorization');
    expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
  });

  describe('development tokens', () => {
    const token = (
      body: unknown,
      headers: Readonly<Record<string, string>> = {},
    ): Promise<{ status: number; body: Answer['body'] & { token?: string; scopes?: string[] } }> =>
      new Promise((resolve, reject) => {
        // fetch would not let us say another Host.
        const sent = httpRequest(
          `${gateway.url}/dev/token`,
          { method: 'POST', headers: { 'content-type': 'application/json', ...headers } },
          (response) => {
            let text = '';
            response.on('data', (chunk) => {
              text += chunk;
            });
            response.on('end', () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) }));
          },
        );
        sent.on('error', reject);
        sent.end(JSON.stringify(body));
      });

    test.each([
      ['alice', ['chat:write', 'gifts:send', 'wallet:read', 'wallet:topup']],
      ['viewer-07', ['chat:write', 'gifts:send', 'wallet:read', 'wallet:topup']],
      ['streamer-02', ['chat:write', 'gifts:send', 'wallet:read', 'wallet:topup', 'streams:manage']],
      ['status', ['ops:read']],
    ])('%s gets a token that works', async (user, scopes) => {
      const { status, body } = await token({ user });
      expect([status, body.scopes]).toEqual([200, scopes]);
      expect((await ask('{ me { id } }', {}, { authorization: `Bearer ${body.token ?? ''}` })).body.data).toEqual({ me: { id: user } });
    });

    test.each([
      ['a page of another origin', { origin: 'https://evil.example' }],
      ['a page without an origin', { origin: 'null' }],
      ['another name for this machine', { host: 'evil.example' }],
      ['a caller behind a proxy on this machine', { 'x-forwarded-for': '203.0.113.7' }],
    ])('%s gets none', async (_, headers) => {
      const { status, body } = await token({ user: 'alice' }, headers);
      expect([status, body.errors?.[0]?.extensions['code'], body.token]).toEqual([403, 'FORBIDDEN', undefined]);
    });

    test('a scope that does not exist is refused', async () => {
      expect((await token({ user: 'alice', scopes: ['everything'] })).body.errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
    });
  });
});
