import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { toGraphQLError } from '#platform/errors.ts';
import { createIdentityKeys, randomIdentityKey } from '#platform/identity/keys.ts';
import { withDeadline } from '../support/deadline.ts';
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
  gateway = await aGateway(graph.all, folder);
});
afterAll(async () => {
  await gateway.close();
  await rm(folder, { recursive: true });
});
beforeEach(() => graph.messaging.comeBack());

const connected = async (): Promise<Socket> => {
  const socket = connect(gateway.port, '127.0.0.1');
  socket.on('error', () => undefined);
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  return socket;
};

/** Sends bytes as they are and reads until the server closes or the answer matches. */
const exchange = async (bytes: string | Buffer, done: RegExp): Promise<string> => {
  const socket = await connected();
  let text = '';
  const answered = new Promise<string>((resolve) => {
    socket.on('data', (chunk) => {
      text += chunk.toString('utf8');
      if (done.test(text)) resolve(text);
    });
    socket.once('close', () => resolve(text));
  });
  socket.write(bytes);
  try {
    return await withDeadline(answered, `no answer like ${String(done)}: ${text}`);
  } finally {
    socket.destroy();
  }
};

const httpPost = (body: string | Buffer, headers: readonly string[] = []): Buffer =>
  Buffer.concat([
    Buffer.from(
      [
        'POST /graphql HTTP/1.1',
        `host: 127.0.0.1:${gateway.port}`,
        'content-type: application/json',
        `content-length: ${Buffer.byteLength(body)}`,
        ...headers,
        '',
        '',
      ].join('\r\n'),
    ),
    Buffer.from(body),
  ]);

const codeOf = async (query: string, headers: Readonly<Record<string, string>> = {}): Promise<unknown> => {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
  const { errors } = (await response.json()) as { readonly errors?: readonly { readonly extensions: { readonly code: string } }[] };
  return errors?.[0]?.extensions.code ?? null;
};

describe('connections', () => {
  test('a refused upgrade whose client resets the connection harms nobody', async () => {
    const unheard: unknown[] = [];
    const hear = (error: unknown): void => void unheard.push(error);
    process.on('uncaughtException', hear);
    try {
      for (let round = 0; round < 20; round += 1) {
        const socket = await connected();
        socket.write(`GET /nowhere HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n${'x'.repeat(100_000)}`);
        await new Promise((resolve) => socket.once('data', resolve));
        socket.resetAndDestroy();
      }
      expect(await codeOf('{ rooms { id } }')).toBeNull();
      expect(unheard).toEqual([]);
    } finally {
      process.off('uncaughtException', hear);
    }
  });

  test('a client that offers HTTP/2 in passing is answered over HTTP/1.1', async () => {
    const body = JSON.stringify({ query: '{ rooms { id } }' });
    const answer = await exchange(
      httpPost(body, ['connection: Upgrade, HTTP2-Settings', 'upgrade: h2c', 'http2-settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA']),
      /"r3"/,
    );
    expect(answer).toMatch(/^HTTP\/1.1 200/);
  });

  test('a socket that sends without reading is not read from either: what waits for it stays bounded', async () => {
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    socket.on('error', () => undefined);
    await new Promise((resolve) => socket.once('open', resolve));
    socket.pause();
    const ping = JSON.stringify({ type: 'ping', payload: { filling: 'x'.repeat(200_000) } });
    for (let sent = 0; sent < 200; sent += 1) socket.send(ping);
    let [before, waiting] = [-1, socket.bufferedAmount];
    while (before !== waiting) {
      before = waiting;
      await new Promise((resolve) => setTimeout(resolve, 500));
      waiting = socket.bufferedAmount;
    }
    // What the server has not taken is more than the networks of both sides and the limit together could hide.
    expect(waiting).toBeGreaterThan(20_000_000);
    socket.terminate();
  });

  test('thousands of subscriptions that are left at once leave nothing behind', async () => {
    for (let seq = 0; seq < 20; seq += 1) graph.log.append();
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    await new Promise((resolve) => socket.once('open', resolve));
    const errors: string[] = [];
    const pong = Promise.withResolvers<void>();
    socket.on('message', (data) => {
      const text = String(data);
      if (text.includes('"type":"error"')) errors.push(text);
      if (text.includes('"last"')) pong.resolve();
    });
    socket.send('{"type":"connection_init"}');
    await new Promise((resolve) => socket.once('message', resolve));
    const query = 'subscription ($after: Cursor) { roomEvents(roomId: "r1", after: $after) { cursor } }';
    for (let round = 0; round < 5_000; round += 1) {
      const id = String(round);
      // Some from now on, some from the ring, some by their own way, and some of each leave a moment later.
      const after = round % 3 === 0 ? null : `1:${round % 20}`;
      socket.send(JSON.stringify({ type: 'subscribe', id, payload: { query, variables: { after } } }));
      if (round % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
      socket.send(JSON.stringify({ type: 'complete', id }));
    }
    socket.send('{"type":"ping","payload":{"is":"last"}}');
    await withDeadline(pong.promise, 'the socket is stuck');
    expect(errors).toEqual([]);
    await expect.poll(() => graph.messaging.upstreams.open).toBe(0);
    socket.terminate();
  });

  test('an id that would weigh down every message is refused', async () => {
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    await new Promise((resolve) => socket.once('open', resolve));
    const refused = new Promise<string>((resolve) =>
      socket.on('message', (data) => {
        if (String(data).includes('"error"')) resolve(String(data));
      }),
    );
    socket.send('{"type":"connection_init"}');
    await new Promise((resolve) => socket.once('message', resolve));
    socket.send(JSON.stringify({ type: 'subscribe', id: 'x'.repeat(129), payload: { query: '{ echo }' } }));
    expect(JSON.parse(await withDeadline(refused, 'it was not refused'))).toMatchObject({
      payload: [{ extensions: { code: 'BAD_REQUEST' } }],
    });
    socket.terminate();
  });
});

describe('documents', () => {
  const doubled = (levels: number, leaf: string, on: string, root: string): string =>
    `${root} { ...F0 } ${Array.from({ length: levels }, (_, level) => `fragment F${level} on ${on} { ...F${level + 1} ...F${level + 1} }`).join(' ')} fragment F${levels} on ${on} { ${leaf} }`;

  test.each([
    ['a query', doubled(40, '__typename', 'Query', 'query')],
    ['a mutation', doubled(40, '__typename', 'Mutation', 'mutation')],
    ['what lies below', doubled(40, '__typename', 'Room', 'query').replace('{ ...F0 }', '{ rooms { ...F0 } }')],
    ['introspection', doubled(40, '__schema { types { name } }', 'Query', 'query')],
  ])('fragments that double %s forty times take no time', async (_, query) => {
    const startedAtMs = performance.now();
    await codeOf(query);
    expect(performance.now() - startedAtMs).toBeLessThan(10_000);
  });
});

describe('requests', () => {
  test('a subgraph that does not accept the gateway’s own identity is no fault of the caller', async () => {
    const strangers = aGraph(createIdentityKeys([randomIdentityKey()]));
    const answering = strangers.all.map((subgraph) => ({
      ...subgraph,
      // As subgraphs answer over HTTP; the others throw.
      transport: {
        ...subgraph.transport,
        execute: async (...call: Parameters<typeof subgraph.transport.execute>) =>
          subgraph.transport.execute(...call).catch((error: unknown) => ({ errors: [toGraphQLError(error, 'r')] })),
      },
    }));
    for (const subgraphs of [strangers.all, answering]) {
      const astray = await aGateway(subgraphs, folder);
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${astray.url}/graphql`, { method: 'POST', headers, body: '{"query":"{ rooms { id } }"}' });
      const text = await response.text();
      expect(JSON.parse(text)).toMatchObject({ errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }] });
      expect(text).not.toContain('IDENTITY_KEYS');
      await astray.close();
    }
  });

  test('refused tokens cost the allowance of their address, over HTTP and WebSocket alike', async () => {
    const rates = { user: { capacity: 9, refillPerSecond: 0.1 }, address: { capacity: 4, refillPerSecond: 0.1 } };
    const limited = await aGateway(graph.all, folder, { rates });
    const refused = async (): Promise<number> => {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${await expiredToken(folder)}` };
      const response = await fetch(`${limited.url}/graphql`, { method: 'POST', headers, body: '{"query":"{ echo }"}' });
      await response.text();
      return response.status;
    };
    const client = limited.client('nonsense');
    const ended = (): Promise<unknown> =>
      new Promise((resolve) => {
        client.subscribe({ query: '{ echo }' }, { next: () => undefined, error: resolve, complete: () => resolve(null) });
      });
    expect([await refused(), await refused(), await refused()]).toEqual([401, 401, 401]);
    expect(await ended()).toMatchObject({ code: 4401 });
    expect(await ended()).toMatchObject({ code: 1013, reason: expect.stringContaining('Too many operations') });
    expect(await refused()).toBe(429);
    await limited.close();
  });

  test('a question mark in the query of a GET is part of it', async () => {
    const answer = await exchange(
      `GET /graphql?query={echo(text:"a?b")} HTTP/1.1\r\nhost: x\r\napollo-require-preflight: 1\r\n\r\n`.replace(
        '{echo(text:"a?b")}',
        '%7Becho(text:%22a?b%22)%7D',
      ),
      /\}\s*$/,
    );
    expect(answer).toContain('{"data":{"echo":"a?b"}}');
  });

  test('a body that is not UTF-8 is refused, not changed', async () => {
    const body = Buffer.concat([Buffer.from('{"query":"{ echo(text: \\"'), Buffer.from([0xff, 0xfe]), Buffer.from('\\") }"}')]);
    expect(await exchange(httpPost(body), /\}\s*$/)).toContain('BAD_REQUEST');
  });

  test.each(['PUT', 'DELETE', 'PATCH', 'HEAD'])('%s is refused as what it is', async (method) => {
    const response = await fetch(`${gateway.url}/graphql`, { method, headers: { 'apollo-require-preflight': '1' } });
    expect(response.status).toBe(405);
    await response.text();
  });

  test('names that every object has are names like others', async () => {
    expect(
      await codeOf(
        'query ($constructor: String) { toString: echo(text: $constructor) constructor: room(id: "r1") { keys: id prototype: gift { name } } }',
      ),
    ).toBeNull();
    expect(typeof Object.keys).toBe('function');
  });

  test('a mutation is refused as a whole however its fields are wrapped', async () => {
    for (const query of [
      'mutation { touch ... on Mutation { post(text: "x") } }',
      'mutation { touch ...More } fragment More on Mutation { ... { post(text: "x") } }',
    ]) {
      const response = await fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      });
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
      expect(response.status).toBe(401);
    }
    expect(graph.messaging.calls.filter(({ query }) => query.startsWith('mutation'))).toEqual([]);
  });
});
