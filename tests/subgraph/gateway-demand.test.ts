import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Scope } from '#platform/identity/identity.ts';
import type { Budgets } from '../../gateway/demand/demand.ts';
import { request } from '../support/clients.ts';
import { aGateway, aSubgraph, type GatewayFixture, type TestSubgraph } from '../support/gateway.ts';
import { testKeys } from '../support/runtime.ts';

const SDL = `
type Query { items(first: Int): [Item!]! @listSize(slicingArguments: ["first"]) calls: Int }
type Mutation { change: Int @cost(weight: 40) }
type Subscription { ticks(first: Int): Tick! @cost(weight: 50) }
type Tick { at: Int version: SafeInt }
type Item { id: Int more(first: Int): [Item!]! @listSize(slicingArguments: ["first"]) }
`;

let folder: string;
let subgraph: TestSubgraph;
/** Gateways of a test, closed at its end. */
const gateways: GatewayFixture[] = [];

const items = ({ first }: { readonly first?: number }): readonly object[] =>
  Array.from({ length: Math.min(first ?? 0, 3) }, (_, id) => ({ id, more: items }));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fanfare-demand-'));
  const ticks = async function* () {
    yield { ticks: { at: 1, version: 1 } };
  };
  const resolvers = {
    Query: { items: (_: unknown, given: { first: number }) => items(given), calls: () => 1 },
    Mutation: { change: () => 1 },
    Subscription: { ticks: { subscribe: ticks } },
  };
  subgraph = aSubgraph('trading', SDL, resolvers, testKeys());
});
afterAll(async () => {
  await Promise.all(gateways.map((gateway) => gateway.close()));
  await rm(folder, { recursive: true });
});

// A user's budget holds one dear operation, and enough for another after 0.64 s.
const BUDGETS: Budgets = {
  operationMax: 100,
  user: { capacity: 120, refillPerSecond: 100 },
  address: { capacity: 120, refillPerSecond: 0.01 },
};

const aGatewayWith = async (mode: 'off' | 'measure' | 'enforce', budgets: Budgets = BUDGETS): Promise<GatewayFixture> => {
  const gateway = await aGateway([subgraph], folder, { budgets, env: { DEMAND_CONTROL: mode } });
  gateways.push(gateway);
  return gateway;
};

interface Outcome {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string; readonly extensions?: Readonly<Record<string, unknown>> }[];
  readonly extensions?: unknown;
}

const once = async (client: Client, query: string): Promise<Outcome> => {
  try {
    for await (const result of client.iterate({ query })) return result as Outcome;
    return {};
  } catch (error) {
    return { errors: error as NonNullable<Outcome['errors']> };
  }
};

/** How one asks: over HTTP and over WebSocket it must be the same. */
const ways: readonly [string, (gateway: GatewayFixture, token: string | null) => (query: string) => Promise<Outcome>][] = [
  ['HTTP', (gateway, token) => (query) => request(gateway.url, query, {}, token)],
  ['WebSocket', (gateway, token) => (query) => once(gateway.client(token), query)],
];

describe.each(ways)('over %s', (_, askWith) => {
  const asking = async (user: string | null, ...scopes: readonly Scope[]) => {
    const gateway = await aGatewayWith('enforce');
    return { gateway, ask: askWith(gateway, user === null ? null : await gateway.token(user, scopes)) };
  };

  test('an operation above the limit is refused before anything is fetched, and waiting would not help', async () => {
    const { ask } = await asking('alice');
    const before = subgraph.calls.length;
    const { data, errors } = await ask('{ items(first: 10) { more(first: 10) { id } } }');
    expect(data ?? null).toBeNull();
    expect(errors).toEqual([
      {
        message: 'The operation may cost 122; the limit for one operation is 100. Ask for less at once: shorter lists, fewer levels.',
        extensions: { code: 'COST_EXCEEDED', estimate: 122, limit: 100, requestId: expect.any(String) },
      },
    ]);
    expect(subgraph.calls.length).toBe(before);
    expect((await ask('{ items(first: 10) { id } }')).errors).toBeUndefined();
  });

  test('a spent budget is the user’s own, and after the told time it is enough again', async () => {
    const { gateway, ask } = await asking('alice');
    const bob = askWith(gateway, await gateway.token('bob'));
    const query = '{ items(first: 90) { id } }';
    const errors = (await Promise.all([ask(query), ask(query)])).flatMap((answer) => answer.errors ?? []);
    expect(errors).toHaveLength(1);
    const { retryAfterMs, ...extensions } = errors[0]?.extensions ?? {};
    expect(extensions).toEqual({ code: 'COST_EXCEEDED', estimate: 92, limit: 120, requestId: expect.any(String) });
    expect(retryAfterMs).toBeGreaterThan(0);
    expect(retryAfterMs).toBeLessThanOrEqual(640);
    expect((await bob(query)).errors).toBeUndefined();
    await wait(Number(retryAfterMs));
    expect((await ask(query)).errors).toBeUndefined();
  });

  test('callers without a token share the budget of their address', async () => {
    const { gateway, ask } = await asking(null);
    expect((await ask('{ items(first: 90) { id } }')).errors).toBeUndefined();
    expect((await askWith(gateway, null)('{ items(first: 90) { id } }')).errors?.[0]?.extensions?.['code']).toBe('COST_EXCEEDED');
    expect((await askWith(gateway, await gateway.token('carol'))('{ items(first: 90) { id } }')).errors).toBeUndefined();
  });

  test('a list without its slicing argument is the caller’s fault', async () => {
    const { ask } = await asking('alice');
    expect((await ask('{ items { id } }')).errors).toMatchObject([
      { message: 'Query.items needs exactly one of its slicing arguments: first.', extensions: { code: 'BAD_USER_INPUT' } },
    ]);
  });

  test('operators see what an operation costs, others don’t', async () => {
    const { gateway, ask } = await asking('olga', 'ops:read');
    expect((await ask('{ items(first: 5) { id } calls }')).extensions).toEqual({
      cost: { estimate: 7, fieldCost: 1, typeCost: 6, limit: 100 },
    });
    expect((await askWith(gateway, await gateway.token('alice'))('{ calls }')).extensions).toBeUndefined();
  });
});

test('over HTTP the status and a header tell whether waiting helps', async () => {
  const gateway = await aGatewayWith('enforce');
  const ask = (query: string) =>
    fetch(`${gateway.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }) });
  const answers = [
    await ask('{ items(first: 500) { id } }'),
    await ask('{ items(first: 90) { id } }'),
    await ask('{ items(first: 90) { id } }'),
  ];
  expect(answers.map(({ status }) => status)).toEqual([400, 200, 429]);
  expect(answers[0]?.headers.get('retry-after')).toBeNull();
  expect(Number(answers[2]?.headers.get('retry-after'))).toBeGreaterThan(6_000);
});

test('a subscription is paid for once, when it begins', async () => {
  const gateway = await aGatewayWith('enforce', { ...BUDGETS, user: { capacity: 110, refillPerSecond: 0.01 } });
  const client = gateway.client(await gateway.token('alice'));
  const subscribe = () => once(client, 'subscription { ticks { at } }');
  expect([await subscribe(), await subscribe()]).toEqual([{ data: { ticks: { at: 1 } } }, { data: { ticks: { at: 1 } } }]);
  expect((await subscribe()).errors).toMatchObject([
    { extensions: { code: 'COST_EXCEEDED', estimate: 52, limit: 110, retryAfterMs: expect.any(Number) } },
  ]);
});

test('where it is only measured, nothing is refused, and the metrics tell what would be', async () => {
  const gateway = await aGatewayWith('measure');
  const token = await gateway.token('alice');
  for (const query of [
    '{ items(first: 10) { more(first: 10) { id } } }',
    '{ items { id } }',
    '{ items(first: 90) { id } }',
    '{ items(first: 90) { id } }',
  ])
    expect((await request(gateway.url, query, {}, token)).errors, query).toBeUndefined();
  const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
  expect(metrics).toMatch(/fanfare_gateway_cost_exceeded_total\{[^}]*limit="operation"[^}]*\} 1/);
  expect(metrics).toMatch(/fanfare_gateway_cost_exceeded_total\{[^}]*limit="user"[^}]*\} 1/);
  expect(metrics).toMatch(/fanfare_gateway_operation_cost_count(\{[^}]*\})? 4/);
});

test('where it is off, nothing is estimated', async () => {
  const gateway = await aGatewayWith('off');
  const { data, extensions } = (await request(
    gateway.url,
    '{ items(first: 1000) { more(first: 1000) { id } } }',
    {},
    await gateway.token('olga', ['ops:read']),
  )) as Outcome;
  expect([data, extensions]).toMatchObject([{ items: [{}, {}, {}] }, undefined]);
});
