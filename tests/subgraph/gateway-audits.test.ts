import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aGateway, type GatewayFixture } from '../support/gateway.ts';
import { aGraph } from '../support/gateway-graph.ts';
import { testKeys } from '../support/runtime.ts';

let folder: string;
let gateway: GatewayFixture;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fanfare-gateway-'));
  gateway = await aGateway(aGraph(testKeys()).all, folder);
});
afterAll(async () => {
  await gateway.close();
  await rm(folder, { recursive: true });
});

// The audits of the GraphQL over HTTP specification; their names begin with what it demands: MUST, SHOULD, MAY.
const audits = serverAudits({ url: () => `${gateway.url}/graphql`, fetchFn: fetch });
/** What the specification leaves open and we don't do: a GET that any page's link could send is refused (CSRF), so it needs a header that these audits don't send. */
const LEFT_OUT: ReadonlySet<string> = new Set(['5A70', 'D6D5', '6A70']);

test('there are audits of each kind', () => {
  const kinds = new Set(audits.map(({ name }) => name.split(' ')[0]));
  expect([...kinds].sort()).toEqual(['MAY', 'MUST', 'SHOULD']);
  expect(audits.filter(({ name }) => !name.startsWith('MAY')).length).toBeGreaterThan(30);
});

describe('GraphQL over HTTP', () => {
  test.each(audits.map((audit) => [audit.id, audit.name, audit] as const))('%s %s', async (id, _, audit) => {
    const result = await audit.fn();
    expect(result.status === 'ok' ? 'ok' : result.reason).toEqual(LEFT_OUT.has(id) ? 'Response status code is not 200' : 'ok');
  });
});

describe('status codes', () => {
  const statusFor = async (query: string, accept: string): Promise<number> => {
    const headers = { 'content-type': 'application/json', accept };
    return (await fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) })).status;
  };

  test('a client that names only the older media type takes every other status for a failure of the way: what is wrong with its operation comes with 200', async () => {
    expect(await statusFor('{ nothing }', 'application/json')).toBe(200);
    expect(await statusFor('{ nothing }', 'application/graphql-response+json, application/json;q=0.9')).toBe(400);
    expect(await statusFor('{ nothing }', '*/*')).toBe(400);
  });

  test('what is no GraphQL request, or not allowed, is told by its status to everybody', async () => {
    expect(await statusFor('', 'application/json')).toBe(400);
    expect(await statusFor('mutation { post(text: "x") }', 'application/json')).toBe(401);
  });
});
