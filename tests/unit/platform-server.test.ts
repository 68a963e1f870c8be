import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { openDatabase } from '#platform/database/open.ts';
import type { Feeds } from '#platform/feed/feed.ts';
import { openFeeds } from '#platform/feed/feeds.ts';
import { IDENTITY_HEADER, type Identity } from '#platform/identity/identity.ts';
import { createIdentityKeys, randomIdentityKey } from '#platform/identity/keys.ts';
import { newId, shardOf } from '#platform/ids.ts';
import { createHttpFeedSource } from '#platform/subgraph/feed-source.ts';
import { createHttpTransport } from '#platform/subgraph/http-transport.ts';
import type { ProcessRuntime } from '#platform/subgraph/runtime.ts';
import { type ServedSubgraph, serveSubgraph } from '#platform/subgraph/server.ts';
import type { RunningSubgraph } from '#platform/subgraph/subgraph.ts';
import { SUBGRAPH_BODY_BYTES_MAX } from '#platform/subgraph/wire.ts';
import { withDeadline } from '../support/deadline.ts';
import { eventually } from '../support/platform.ts';
import { aFeedDatabaseUrl } from '../support/postgres.ts';
import { aRuntime, aService, ask, aUser, subscribeTo, testKeys } from '../support/runtime.ts';
import { aTestSubgraph, type Probe } from '../support/test-subgraph.ts';

const OLGA = aUser('olga', 'ops:read');
const QUERY = JSON.stringify({ query: '{ services { id } }' });
const FOLLOW = 'subscription { alertEvents { id } }';
const FEED = 'room/r1';

let runtime: ProcessRuntime;
let served: ServedSubgraph;
let running: RunningSubgraph;
let probe: Probe;
let feeds: Feeds;
let append: (...kinds: readonly string[]) => Promise<void>;

beforeAll(async () => {
  runtime = await aRuntime();
  const database = await openDatabase({ name: 'feeds', url: await aFeedDatabaseUrl(), telemetry: runtime.telemetry('test') });
  feeds = await openFeeds({ database, bus: runtime.bus, telemetry: runtime.telemetry('test') });
  append = async (...kinds) => {
    const events = kinds.map((kind) => ({ feed: FEED, shard: shardOf('r1'), id: newId(), kind, v: 1, payload: { text: `${kind} 爱` } }));
    await database.transaction('append', (tx) => feeds.append(tx, events));
  };
  ({ running, probe } = await aTestSubgraph(runtime, { feeds }));
  served = await serveSubgraph(running, runtime, { host: '127.0.0.1', port: 0 });
  return async () => {
    await served.close();
    await running.close();
    await feeds.close();
    await database.close();
    await runtime.close();
  };
});

const identityOf = (identity: Identity, target = 'monitoring'): Record<string, string> => ({
  [IDENTITY_HEADER]: testKeys().sign(identity, target),
});

const post = async (
  path: string,
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ status: number; code: unknown; body: unknown }> => {
  const response = await fetch(served.url + path, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
  const answer = (await response.json()) as { errors?: { extensions?: { code?: unknown } }[] };
  return { status: response.status, code: answer.errors?.[0]?.extensions?.code, body: answer };
};

describe('POST /graphql', () => {
  test('answers 401 to a direct call without identity, whatever its body', async () => {
    expect(await post('/graphql', QUERY, {})).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    expect(await post('/graphql', 'not json', {})).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    expect(await post('/graphql', QUERY, { [IDENTITY_HEADER]: 'test.e30.AAAA' })).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    expect(await post('/graphql', QUERY, identityOf(OLGA, 'trading'))).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
  });

  test('answers 401 to a process with other keys', async () => {
    const stranger = createIdentityKeys([randomIdentityKey()]);
    expect(await post('/graphql', QUERY, { [IDENTITY_HEADER]: stranger.sign(OLGA, 'monitoring') })).toMatchObject({
      status: 401,
      code: 'UNAUTHENTICATED',
    });
  });

  test.each<[string, string, Record<string, string>, number, string]>([
    ['a body that is no JSON', '{', {}, 400, 'BAD_REQUEST'],
    ['a body that is no request', '[]', {}, 400, 'BAD_REQUEST'],
    ['variables that are no object', '{"query":"{ a }","variables":[1]}', {}, 400, 'BAD_REQUEST'],
    ['another content type', QUERY, { 'content-type': 'text/plain' }, 400, 'BAD_REQUEST'],
    ['ten megabytes', JSON.stringify({ query: 'x'.repeat(10_000_000) }), {}, 413, 'PAYLOAD_TOO_LARGE'],
  ])('refuses %s', async (_, body, headers, status, code) => {
    expect(await post('/graphql', body, { ...identityOf(OLGA), ...headers })).toMatchObject({ status, code });
  });

  test('refuses a body that grows past the limit without announcing it', async () => {
    const chunk = new TextEncoder().encode('x'.repeat(64 * 1_024));
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent += chunk.length;
        if (sent > SUBGRAPH_BODY_BYTES_MAX + 2 ** 20) return controller.close();
        controller.enqueue(chunk);
      },
    });
    const headers = { 'content-type': 'application/json', ...identityOf(OLGA) };
    const response = await fetch(`${served.url}/graphql`, { method: 'POST', body, headers, duplex: 'half' } as RequestInit);
    expect(response.status).toBe(413);
  });

  test('answers 404 to what is not there, and to GET', async () => {
    for (const path of ['/', '/graphql', '/internal/feeds/pull', '/admin']) expect((await fetch(served.url + path)).status).toBe(404);
  });

  test('a request id that could break a log line is replaced', async () => {
    const answer = await post('/graphql', QUERY, { ...identityOf(OLGA), 'x-request-id': 'a"b' });
    expect(answer.body).toMatchObject({ data: { services: [{ id: expect.stringMatching(/^[0-9a-f-]{36}$/) }] } });
  });
});

describe('health and metrics', () => {
  test('live and ready are separate', async () => {
    probe.ready = false;
    const statuses = await Promise.all(['/health/live', '/health/ready'].map(async (path) => (await fetch(served.url + path)).status));
    probe.ready = true;
    expect(statuses).toEqual([200, 503]);
    expect((await fetch(`${served.url}/health/ready`)).status).toBe(200);
  });

  test('metrics are Prometheus text and count operations', async () => {
    await post('/graphql', QUERY, identityOf(OLGA));
    const response = await fetch(`${served.url}/metrics`);
    expect(response.headers.get('content-type')).toContain('text/plain');
    expect(await response.text()).toMatch(/fanfare_requests_total\{service="monitoring",type="query"\} [1-9]/);
  });
});

describe('POST /internal/feeds/pull', () => {
  const pull = (body: object, headers: Record<string, string> = identityOf(aService('messaging'))) =>
    post('/internal/feeds/pull', JSON.stringify(body), headers);
  const request = { feeds: [{ feed: FEED, after: null }], limit: 10, waitMs: 0 };

  test('is for services only', async () => {
    expect(await pull(request, {})).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    expect(await pull(request, identityOf(OLGA))).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    expect(await pull(request, identityOf({ kind: 'audience', audience: 'everyone' }))).toMatchObject({ status: 403, code: 'FORBIDDEN' });
  });

  test.each<[string, object]>([
    ['no feed', { ...request, feeds: [] }],
    ['257 feeds', { ...request, feeds: Array.from({ length: 257 }, (_, index) => ({ feed: `room/${index}`, after: null })) }],
    ['a limit of 0', { ...request, limit: 0 }],
    ['a limit of 1,001', { ...request, limit: 1_001 }],
    ['a wait of 21 s', { ...request, waitMs: 21_000 }],
    ['a feed without a name', { ...request, feeds: [{ feed: '', after: null }] }],
  ])('refuses %s', async (_, body) => {
    expect(await pull(body)).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
  });

  test('reads another process’s log exactly as its owner does, and waits for what is not there yet', async () => {
    const source = createHttpFeedSource('monitoring', served.url, { identityKeys: testKeys(), service: 'messaging' });
    onTestFinished(() => source.close());
    const signal = new AbortController().signal;
    await append('first', 'second');
    const [remote, local] = await Promise.all([source.pull(request, signal), feeds.pull(request, signal)]);
    expect(remote).toEqual(local);
    expect(remote.feeds[0]?.events.map((event) => event.kind)).toEqual(['first', 'second']);
    const waiting = source.pull({ ...request, feeds: [{ feed: FEED, after: remote.feeds[0]?.cursor ?? null }], waitMs: 10_000 }, signal);
    await append('third');
    expect((await withDeadline(waiting, 'the long poll did not answer')).feeds[0]?.events.map((event) => event.kind)).toEqual(['third']);
  });

  test('a long poll ends when its caller leaves', async () => {
    const source = createHttpFeedSource('monitoring', served.url, { identityKeys: testKeys(), service: 'messaging' });
    onTestFinished(() => source.close());
    const leaving = new AbortController();
    const pulled = source.pull({ ...request, feeds: [{ feed: 'room/silent', after: null }], waitMs: 20_000 }, leaving.signal);
    leaving.abort(new Error('enough'));
    await expect(withDeadline(pulled, 'it did not end')).rejects.toThrow('enough');
  });

  test('a process that is asked to end does not wait for long polls: their callers hear that it is away', async () => {
    const leaving = await serveSubgraph(running, runtime, { host: '127.0.0.1', port: 0 });
    const source = createHttpFeedSource('monitoring', leaving.url, { identityKeys: testKeys(), service: 'messaging' });
    onTestFinished(() => source.close());
    const arrived = vi.spyOn(feeds, 'pull');
    const pulled = source.pull({ ...request, feeds: [{ feed: 'room/silent', after: null }], waitMs: 20_000 }, new AbortController().signal);
    const refused = expect(pulled).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
    await vi.waitFor(() => expect(arrived).toHaveBeenCalled());
    await withDeadline(leaving.close(), 'it did not end', 2_000);
    await refused;
  });

  test('a refusal arrives as what it is', async () => {
    const source = createHttpFeedSource('monitoring', served.url, {
      identityKeys: createIdentityKeys([randomIdentityKey()]),
      service: 'messaging',
    });
    onTestFinished(() => source.close());
    await expect(source.pull(request, new AbortController().signal)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

describe('graphql-ws at /graphql', () => {
  /** A bare socket: what stock clients would not send can be sent. */
  const connect = async (
    parameters: object | undefined,
  ): Promise<{ socket: WebSocket; messages: { type?: string; payload?: unknown }[]; closed: Promise<number> }> => {
    const socket = new WebSocket(served.url.replace('http', 'ws').concat('/graphql'), 'graphql-transport-ws');
    onTestFinished(() => socket.terminate());
    const messages: { type?: string }[] = [];
    socket.on('message', (text) => messages.push(JSON.parse(String(text)) as { type?: string }));
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    socket.send(JSON.stringify({ type: 'connection_init', payload: parameters }));
    return { socket, messages, closed };
  };
  const gateway = { identity: testKeys().sign(aService('gateway'), 'monitoring') };

  test.each<[string, object | undefined, number]>([
    ['without identity', undefined, 4401],
    ['with a forged identity', { identity: 'test.e30.AAAA' }, 4401],
    ['with a person’s identity', { identity: testKeys().sign(OLGA, 'monitoring') }, 4403],
  ])('closes a socket opened %s', async (_, parameters, code) => {
    const { closed } = await connect(parameters);
    expect(await withDeadline(closed, 'it was not closed')).toBe(code);
  });

  test.each<[string, object, string]>([
    ['without extensions', { query: FOLLOW }, 'UNAUTHENTICATED'],
    ['with a forged identity', { query: FOLLOW, extensions: { identity: 'test.e30.AAAA', requestId: 'r' } }, 'UNAUTHENTICATED'],
    ['without a query', { query: '', extensions: { ...gateway, requestId: 'r' } }, 'BAD_REQUEST'],
  ])('refuses an operation %s and keeps the socket', async (_, payload, code) => {
    const { socket, messages } = await connect(gateway);
    await eventually('it is acknowledged', () => messages.length === 1);
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload }));
    await eventually('it is refused and completed', () => messages.at(-1)?.type === 'complete');
    expect(messages.at(-2)).toMatchObject({ type: 'next', payload: { errors: [{ extensions: { code } }] } });
    expect(socket.readyState).toBe(WebSocket.OPEN);
  });

  test.each<[string, number, (socket: WebSocket) => void]>([
    ['sends too much at once', 1009, (socket) => socket.send('x'.repeat(SUBGRAPH_BODY_BYTES_MAX + 1))],
    ['sends no JSON', 4400, (socket) => socket.send('nonsense')],
    ['sends a message that only servers send', 4500, (socket) => socket.send('{"type":"connection_ack"}')],
  ])('closes a socket that %s, and says so in the log alone', async (_, code, misbehave) => {
    const printed = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    onTestFinished(() => printed.mockRestore());
    const { socket, messages, closed } = await connect(gateway);
    await eventually('it is acknowledged', () => messages.length === 1);
    misbehave(socket);
    expect(await withDeadline(closed, 'it was not closed')).toBe(code);
    expect(printed).not.toHaveBeenCalled();
  });

  test('answers 404 to an upgrade elsewhere', async () => {
    const socket = new WebSocket(`${served.url.replace('http', 'ws')}/elsewhere`, 'graphql-transport-ws');
    const [error] = await new Promise<[Error]>((resolve) => socket.once('error', (...args) => resolve(args)));
    expect(error.message).toContain('404');
  });
});

describe('a subgraph that cannot be reached', () => {
  /** A server that the transport takes for a subgraph. */
  const aServer = async (handle: (server: Server) => void): Promise<string> => {
    const server = createServer();
    const sockets = new Set<Socket>();
    server.on('connection', (socket) => sockets.add(socket));
    handle(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const reach = (url: string) => {
    const transport = createHttpTransport('monitoring', url, { identityKeys: testKeys(), service: 'gateway', timeoutMs: 200 });
    onTestFinished(() => transport.close());
    return { name: 'monitoring' as const, transport };
  };
  const question = { as: OLGA, query: '{ services { id } }' };

  test('is unavailable when nothing listens, for queries, subscriptions and readiness alike', async () => {
    const dead = reach('http://127.0.0.1:1');
    await expect(ask(dead, question)).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE', retryAfterMs: expect.any(Number) });
    await expect(subscribeTo(dead, { as: OLGA, query: FOLLOW }).next()).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
    await expect(dead.transport.checkReady?.()).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
  });

  test('is unavailable when something else answers', async () => {
    const url = await aServer((server) => server.on('request', (_, response) => response.writeHead(502).end('<html>Bad gateway</html>')));
    await expect(ask(reach(url), question)).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
  });

  test('is unavailable when the connection breaks in the middle of an answer', async () => {
    const url = await aServer((server) =>
      server.on('request', (_, response) => {
        response.writeHead(200, { 'content-length': 100 }).write('{"data":');
        setImmediate(() => response.destroy());
      }),
    );
    await expect(ask(reach(url), question)).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
  });

  test('times out when no answer comes', async () => {
    const url = await aServer((server) => server.on('request', () => undefined));
    await expect(ask(reach(url), question)).rejects.toMatchObject({ code: 'TIMEOUT', retryAfterMs: expect.any(Number) });
  });

  test('is unavailable to its subscribers when their socket dies, and serves them again over a new one', async () => {
    const transport = createHttpTransport('monitoring', served.url, { identityKeys: testKeys(), service: 'gateway' });
    onTestFinished(() => transport.close());
    const remote = { name: 'monitoring' as const, transport };
    const broken = subscribeTo(remote, { as: OLGA, query: FOLLOW }).next();
    const told = expect(broken).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
    await eventually('it follows', () => probe.followers() === 1);
    await served.close();
    await told;
    await eventually('nobody follows', () => probe.followers() === 0);
    served = await serveSubgraph(running, runtime, { host: '127.0.0.1', port: served.port });
    const again = subscribeTo(remote, { as: OLGA, query: FOLLOW });
    const next = again.next();
    await eventually('it follows again', () => probe.followers() === 1);
    probe.push({ id: 'e1' });
    expect(await next).toEqual({ data: { alertEvents: { id: 'e1' } } });
    await again.end();
    await eventually('nobody follows any more', () => probe.followers() === 0);
  });

  test('cuts a reader off that falls a thousand events behind, instead of keeping everything or dropping something', async () => {
    const transport = createHttpTransport('monitoring', served.url, { identityKeys: testKeys(), service: 'gateway' });
    onTestFinished(() => transport.close());
    const slow = subscribeTo({ name: 'monitoring', transport }, { as: OLGA, query: FOLLOW });
    const first = slow.next();
    await eventually('it follows', () => probe.followers() === 1);
    for (let seq = 0; seq < 2_500; seq += 1) probe.push({ id: `e${seq}` });
    expect(await first).toEqual({ data: { alertEvents: { id: 'e0' } } });
    await eventually('the socket was left', () => probe.followers() === 0);
    const rest: unknown[] = [];
    const drain = async (): Promise<void> => {
      for (;;) rest.push((await slow.next()).data);
    };
    await expect(drain()).rejects.toMatchObject({
      code: 'SUBGRAPH_UNAVAILABLE',
      message: expect.stringContaining('Resume from the last cursor'),
    });
    expect(rest).toEqual(rest.map((_, index) => ({ alertEvents: { id: `e${index + 1}` } })));
    expect(rest.length).toBeLessThanOrEqual(1_001);
  });
});
