import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aGateway, type GatewayFixture } from '../support/gateway.ts';
import { aGraph, type TestGraph } from '../support/gateway-graph.ts';
import { testKeys } from '../support/runtime.ts';

let folder: string;
let graph: TestGraph;
let gateway: GatewayFixture;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fanfare-gateway-'));
  graph = aGraph(testKeys());
  gateway = await aGateway(graph.all, folder);
  // What the cases below send is known from here on, under these very headers.
  for (const query of [ECHO, FAULT, 'mutation { post(text: "x") }', 'mutation { touch }']) await send({ body: { query } });
});
afterAll(async () => {
  await gateway.close();
  await rm(folder, { recursive: true });
});

const ECHO = 'query Q($text: String, $count: Int) { echo(text: $text, count: $count) }';
const FAULT = '{ rooms { id } fault(how: "thrown") }';
const JSON_TYPE = 'application/json';

interface Sent {
  readonly body: unknown;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const send = async ({ body, type = JSON_TYPE, headers = {} }: Sent) => {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': type, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = (await response.text()).replaceAll(response.headers.get('x-request-id') ?? '-', 'the request’s id');
  return { status: response.status, contentType: response.headers.get('content-type'), text };
};

describe('what was asked before is answered as it was the first time', () => {
  test.each<[string, number, Sent]>([
    ['an operation', 200, { body: { query: ECHO } }],
    ['with its name', 200, { body: { query: ECHO, operationName: 'Q' } }],
    ['with another name than it has', 400, { body: { query: ECHO, operationName: 'R' } }],
    ['with variables', 200, { body: { query: ECHO, variables: { text: '"\\ \u2028 é 🎁' } } }],
    ['with none', 200, { body: { query: ECHO, variables: null, operationName: null } }],
    ['with a variable of another type', 400, { body: { query: ECHO, variables: { count: 'many' } } }],
    ['with variables that are no object', 400, { body: { query: ECHO, variables: [1] } }],
    ['with a name that is no text', 400, { body: { query: ECHO, operationName: 1 } }],
    ['in a list', 400, { body: [{ query: ECHO }] }],
    ['with members that are nobody’s business', 200, { body: { query: ECHO, more: true, extensions: { x: 1 } } }],
    ['a field that fails', 200, { body: { query: FAULT } }],
    ['a mutation that is not allowed', 401, { body: { query: 'mutation { post(text: "x") }' } }],
    ['a mutation', 200, { body: { query: 'mutation { touch }' } }],
    ['for a client that takes the newer type', 200, { body: { query: ECHO }, headers: { accept: 'application/graphql-response+json' } }],
    ['for a client that takes neither', 406, { body: { query: ECHO }, headers: { accept: 'image/png' } }],
    ['as a page of another site could send it', 400, { body: { query: ECHO }, type: 'text/plain' }],
    ['as a form', 400, { body: `query=${encodeURIComponent(ECHO)}`, type: 'application/x-www-form-urlencoded' }],
  ])('%s', async (_, status, sent) => {
    const first = await send(sent);
    expect(first.status, first.text).toBe(status);
    expect(await send(sent)).toEqual(first);
    expect(await send(sent)).toEqual(first);
  });

  test('and each caller gets their own', async () => {
    const query = '{ me { id wallet } }';
    const asked = async (user: string) => send({ body: { query }, headers: { authorization: `Bearer ${await gateway.token(user)}` } });
    for (const user of ['alice', 'bob', 'alice']) expect((await asked(user)).text).toContain(`"${user}"`);
    expect((await send({ body: { query } })).text).toContain('"me":null');
  });
});
