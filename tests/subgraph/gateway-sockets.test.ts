import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { withDeadline } from '../support/deadline.ts';
import { expiredToken } from '../support/expired-token.ts';
import { aGateway, type GatewayFixture } from '../support/gateway.ts';
import { aGraph, type TestGraph } from '../support/gateway-graph.ts';
import { range, seqsOf, watch } from '../support/gateway-watcher.ts';
import { heldMegabytes } from '../support/memory.ts';
import { testKeys } from '../support/runtime.ts';

let folder: string;
let graph: TestGraph;
let gateway: GatewayFixture;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fanfare-gateway-'));
  graph = aGraph(testKeys());
  gateway = await aGateway(graph.all, folder);
});
afterEach(async () => {
  await gateway.close();
  await rm(folder, { recursive: true });
});

interface Raw {
  readonly socket: WebSocket;
  readonly messages: readonly { readonly type: string; readonly id?: string; readonly payload?: unknown }[];
  send(message: object | string): void;
  /** Resolves with the first message of that type. */
  message(type: string): Promise<{ readonly type: string; readonly id?: string; readonly payload?: unknown }>;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
}

/** A client that may misbehave. */
const raw = async (url = gateway.url, protocol = 'graphql-transport-ws', init: object | null = {}): Promise<Raw> => {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, protocol);
  const messages: { type: string; id?: string; payload?: unknown }[] = [];
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.once('close', (code, reason) => resolve({ code, reason: String(reason) })),
  );
  socket.on('message', (data) => messages.push(JSON.parse(String(data))));
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('open', resolve));
  const send = (message: object | string): void => socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  const message: Raw['message'] = async (type) => {
    await expect.poll(() => messages.some((each) => each.type === type), { interval: 5 }).toBe(true);
    const found = messages.find((each) => each.type === type);
    if (found === undefined) throw new Error('it was there a moment ago');
    return found;
  };
  if (init !== null) {
    send({ type: 'connection_init', payload: init });
    if (Object.keys(init).length === 0) await message('connection_ack');
  }
  return { socket, messages, send, message, closed: withDeadline(closed, 'the socket was not closed', 20_000) };
};

const room = { roomId: 'r1' };

describe('operations', () => {
  test('queries and mutations go the same way as over HTTP', async () => {
    const client = gateway.client(await gateway.token('alice'));
    const once = async (query: string): Promise<unknown> => {
      for await (const result of client.iterate({ query })) return result;
      return null;
    };
    expect(await once('{ me { name wallet } }')).toEqual({ data: { me: { name: 'name of alice', wallet: 100 } } });
    expect(await once('mutation { post(text: "hi") }')).toEqual({ data: { post: true } });
    expect(await once('{ a: fault(how: "internal") }')).toMatchObject({
      data: { a: null },
      errors: [{ path: ['a'], extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: expect.any(String) } }],
    });
  });

  test.each([
    [
      'a personal field inside what all share',
      'subscription { roomEvents(roomId: "r1") { ... on ChatEvent { room { canPost } } } }',
      'PERSONAL_FIELD_IN_BROADCAST',
    ],
    [
      'a personal field behind a fragment',
      'subscription { ...S } fragment S on Subscription { roomEvents(roomId: "r1") { ...E } } fragment E on ChatEvent { room { canPost } }',
      'PERSONAL_FIELD_IN_BROADCAST',
    ],
    ['a personal subscription without a token', 'subscription { inbox { seq } }', 'UNAUTHENTICATED'],
    ['two fields at once', 'subscription { titleChanged { text } roomEvents(roomId: "r1") { seq } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['a directive at the root', 'subscription { titleChanged @include(if: true) { text } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['an unknown field', 'subscription { nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ['no GraphQL', 'subscription {', 'GRAPHQL_PARSE_FAILED'],
    ['a missing variable', 'subscription S($id: ID!) { roomEvents(roomId: $id) { seq } }', 'BAD_USER_INPUT'],
    [
      'too many aliases',
      `{ rooms { ${range(1, 120)
        .map((index) => `a${index}: id`)
        .join(' ')} } }`,
      'COST_EXCEEDED',
    ],
  ])('%s is refused with its code, and the socket goes on', async (_, query, code) => {
    const socket = await raw();
    socket.send({ id: '1', type: 'subscribe', payload: { query } });
    expect(await socket.message('error')).toMatchObject({ id: '1', payload: [{ extensions: { code, requestId: expect.any(String) } }] });
    socket.send({ id: '2', type: 'subscribe', payload: { query: '{ echo }' } });
    expect(await socket.message('next')).toMatchObject({ id: '2', payload: { data: { echo: 'x' } } });
    socket.socket.close();
  });

  test('an operation can be completed before and after it has begun, and nothing comes after that', async () => {
    const socket = await raw();
    const query = 'subscription { roomEvents(roomId: "r1") { seq } }';
    socket.send({ id: '1', type: 'subscribe', payload: { query } });
    socket.send({ id: '1', type: 'complete' });
    socket.send({ id: '"2\\', type: 'subscribe', payload: { query } });
    expect(await socket.message('next')).toMatchObject({ id: '"2\\', payload: { data: { roomEvents: { seq: 0 } } } });
    socket.send({ id: '"2\\', type: 'complete' });
    socket.send({ id: '3', type: 'subscribe', payload: { query: '{ echo }' } });
    await socket.message('complete');
    const before = socket.messages.length;
    graph.log.append();
    socket.send({ id: '4', type: 'subscribe', payload: { query: '{ echo }' } });
    await expect.poll(() => socket.messages.slice(before).map(({ id, type }) => `${id} ${type}`)).toEqual(['4 next', '4 complete']);
    socket.socket.close();
  });

  test('more operations on one socket than it may carry are RATE_LIMITED', async () => {
    const socket = await raw();
    for (const index of range(1, 101))
      socket.send({ id: String(index), type: 'subscribe', payload: { query: 'subscription { titleChanged { text } }' } });
    expect(await socket.message('error')).toMatchObject({ id: '101', payload: [{ extensions: { code: 'RATE_LIMITED' } }] });
    socket.socket.close();
  });
});

describe('how a socket ends', () => {
  test('when its token expires in mid-connection: 4403, and the stock client comes back with a new one and its cursor', async () => {
    const issued: string[] = [];
    const closes: number[] = [];
    const client = gateway.client(null, {
      retryAttempts: 5,
      retryWait: () => Promise.resolve(),
      connectionParams: async () => {
        issued.push(await gateway.token('alice', undefined, issued.length === 0 ? 1 : 60));
        return { authorization: `Bearer ${issued.at(-1)}` };
      },
      on: { closed: (event) => closes.push((event as CloseEvent).code) },
    });
    const watcher = watch(client, room);
    graph.log.append();
    await watcher.until('a position', (events) => events.length > 0);
    let last = 1;
    const append = (): void => {
      graph.log.append();
      last += 1;
    };
    while (closes.length === 0) {
      append();
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    for (const _ of range(1, 5)) append();
    await watcher.until('the last event', (events) => events.at(-1)?.cursor === graph.log.head);
    expect([closes, issued.length]).toEqual([[4403], 2]);
    const first = watcher.events[0]?.seq ?? -1;
    expect(seqsOf(watcher)).toEqual(range(first + 1, last));
  });

  test.each([
    ['malformed', 'Bearer nonsense', 4401, /^UNAUTHORIZED: The token is refused: it is malformed/],
    ['no bearer token', 'Basic eA==', 4401, /^UNAUTHORIZED: The authorization is malformed/],
    ['a number', 7, 4401, /^UNAUTHORIZED/],
  ])('when its token is %s', async (_, authorization, code, reason) => {
    const { closed } = await raw(gateway.url, undefined, { authorization });
    expect(await closed).toMatchObject({ code, reason: expect.stringMatching(reason) });
  });

  test('when its token has expired before: 4403', async () => {
    const { closed } = await raw(gateway.url, undefined, {
      authorization: `Bearer ${await expiredToken(folder)}`,
    });
    expect(await closed).toEqual({ code: 4403, reason: 'TOKEN_EXPIRED' });
  });

  test.each<[string, number, (socket: Raw) => void]>([
    ['sends no JSON', 4400, (socket) => socket.send('nonsense')],
    ['sends what only servers send', 4400, (socket) => socket.send({ id: '1', type: 'next', payload: {} })],
    ['begins twice', 4429, (socket) => socket.send({ type: 'connection_init' })],
    [
      'uses an id twice',
      4409,
      (socket) => {
        for (const id of ['1', '1']) socket.send({ id, type: 'subscribe', payload: { query: 'subscription { titleChanged { text } }' } });
      },
    ],
    ['sends a message that is too big', 1009, (socket) => socket.send('x'.repeat(300_000))],
  ])('when the client %s: %i', async (_, code, misbehave) => {
    const socket = await raw();
    misbehave(socket);
    expect((await socket.closed).code).toBe(code);
  });

  test('when the client subscribes before it was acknowledged, or never begins, or speaks another protocol', async () => {
    const early = await raw(gateway.url, undefined, null);
    early.send({ id: '1', type: 'subscribe', payload: { query: '{ echo }' } });
    const silent = await raw(gateway.url, undefined, null);
    const foreign = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-ws');
    foreign.on('error', () => undefined);
    const foreignClosed = new Promise((resolve) => foreign.once('close', resolve));
    expect((await early.closed).code).toBe(4401);
    expect((await silent.closed).code).toBe(4408);
    expect(await foreignClosed).not.toBe(1000);
  });

  test('when too many are open already: 1013, and a place becomes free again', async () => {
    const small = await aGateway(graph.all, folder, { socketsMax: 3, socketsPerAddressMax: 2 });
    const [first] = [await raw(small.url), await raw(small.url)];
    expect((await (await raw(small.url, undefined, null)).closed).code).toBe(1013);
    first.socket.close();
    await first.closed;
    const next = await raw(small.url);
    expect(next.messages[0]?.type).toBe('connection_ack');
    await small.close();
  });

  test('when the gateway goes down: 1012, and requests under way are finished', async () => {
    const other = await aGateway(graph.all, folder);
    const socket = await raw(other.url);
    graph.delaysMs.set('rose', 400);
    const slow = fetch(`${other.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ rooms { gift { name } } }"}',
    });
    await expect.poll(() => graph.trading.calls.length).toBe(1);
    const down = other.close();
    expect(await socket.closed).toEqual({ code: 1012, reason: 'SERVICE_RESTART' });
    const answer = await slow;
    expect([answer.status, await answer.json()]).toMatchObject([200, { data: { rooms: [{ gift: { name: 'name of rose' } }, {}, {}] } }]);
    await down;
    await expect(fetch(`${other.url}/health/live`)).rejects.toThrow();
  });

  test('what waits to leave together with later events is sent before the close', async () => {
    const other = await aGateway(graph.all, folder);
    const socket = await raw(other.url);
    const query = 'subscription W($after: Cursor) { e: roomEvents(roomId: "r1", after: $after) { seq } }';
    const seqsFor = (id: string): readonly number[] =>
      socket.messages
        .filter((message) => message.type === 'next' && message.id === id)
        .map(({ payload }) => (payload as { data: { e: { seq: number } } }).data.e.seq);
    for (const id of ['one', 'another']) socket.send({ id, type: 'subscribe', payload: { query } });
    await expect.poll(() => ['one', 'another'].map(seqsFor)).toEqual([[0], [0]]);
    for (const _ of range(1, 6)) graph.log.append();
    // A joiner reads from the ring at once: when it has event 6, the others have it or wait for the next pass.
    socket.send({ id: 'joiner', type: 'subscribe', payload: { query, variables: { after: '1:0' } } });
    await expect.poll(() => seqsFor('joiner').at(-1), { interval: 1 }).toBe(6);
    await other.close();
    for (const id of ['one', 'another']) expect(seqsFor(id)).toEqual(range(0, 6));
  });
});

describe('a reader that is too slow', () => {
  test('it is closed with 1013 while the others get everything, and memory stays bounded', async () => {
    const slow = await raw();
    const quick = watch(gateway.client(), room);
    const query = 'subscription { e: roomEvents(roomId: "r1") { __typename cursor seq ... on ChatEvent { text } } }';
    slow.send({ id: '1', type: 'subscribe', payload: { query } });
    await slow.message('next');
    await quick.until('a position', (events) => events.length > 0);
    slow.socket.pause();
    const before = heldMegabytes();
    // Far more than the socket's buffers and the ring hold together.
    for (const batch of range(1, 30)) {
      for (const _ of range(1, 50)) graph.log.append({ text: 'x'.repeat(16_000) });
      await quick.until('the batch', (events) => (events.at(-1)?.seq ?? 0) >= batch * 50);
    }
    // The test itself holds 24 MB twice (its log, and what the quick one received), the two channels' rings 4 MB each. What the slow one did not take would be another 24.
    expect(heldMegabytes() - before).toBeLessThan(80);
    slow.socket.resume();
    expect(await slow.closed).toEqual({ code: 1013, reason: 'TRY_AGAIN_LATER' });
    // What it did get is without a gap: it can resume after its last cursor.
    const seqs = slow.messages
      .filter(({ type }) => type === 'next')
      .map(({ payload }) => (payload as { data: { e: { seq: number } } }).data.e.seq);
    expect(seqs).toEqual(range(0, seqs.length - 1));
    expect(seqs.length).toBeLessThan(1_500);
    expect(seqsOf(quick)).toEqual(range(1, 1_500));
  });

  test('a pause that the ring covers costs nothing: it gets all of it afterwards', async () => {
    const slow = await raw();
    slow.send({
      id: '1',
      type: 'subscribe',
      payload: { query: 'subscription { e: roomEvents(roomId: "r1") { seq ... on ChatEvent { text } } }' },
    });
    await slow.message('next');
    slow.socket.pause();
    for (const _ of range(1, 900)) graph.log.append({ text: 'x'.repeat(3_000) });
    await new Promise((resolve) => setTimeout(resolve, 500));
    slow.socket.resume();
    await expect.poll(() => slow.messages.length).toBe(902);
    slow.socket.close();
  });
});
