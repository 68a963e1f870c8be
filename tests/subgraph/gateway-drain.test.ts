import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Store } from '#platform/store/store.ts';
import { withDeadline } from '../support/deadline.ts';
import { aGateway } from '../support/gateway.ts';
import { aGraph, type TestGraph } from '../support/gateway-graph.ts';
import { range } from '../support/gateway-watcher.ts';
import { anOpenSocket, aRawSocket } from '../support/raw-socket.ts';
import { aRuntime, testKeys } from '../support/runtime.ts';

let folder: string;
let graph: TestGraph;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fanfare-gateway-'));
  graph = aGraph(testKeys());
});
afterEach(() => rm(folder, { recursive: true }));

const subscribe = {
  id: '1',
  type: 'subscribe',
  payload: { query: 'subscription { roomEvents(roomId: "r1") { seq ... on ChatEvent { text } } }' },
};

/** A connection that sends what it is told and reads only when it is told. */
const stalled = async (port: number, bytes: string) => {
  const socket = connect(port, '127.0.0.1');
  opened.push(socket);
  const seen = { bytes: 0, closed: false };
  socket.on('error', () => undefined);
  socket.once('close', () => {
    seen.closed = true;
  });
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  socket.on('data', (chunk) => {
    seen.bytes += chunk.length;
  });
  socket.pause();
  socket.write(bytes);
  return { socket, seen };
};

/** A gateway that waits for nothing has gone down long before. */
const NOTHING_HAPPENS_MS = 700;
/** Connections that `stalled` has opened. */
const opened: Socket[] = [];

const postOf = (query: string, headers = ''): string => {
  const body = JSON.stringify({ query });
  return `POST /graphql HTTP/1.1\r\nhost: x\r\n${headers}content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
};

/** More than what the kernel takes of an answer that nobody reads: 37.7 MB at most where its buffers are as large as they come (tcp_rmem 33.5 MB and tcp_wmem 4.2 MB). */
const IDLE_ANSWER_BYTES = 43_000_000;
/** Long enough for a slow reader to take it for several times as long as an idle one is waited for. */
const SLOW_ANSWER_BYTES = 22_500_000;
/** A refusal is shorter; what the kernel takes at least of an answer is longer. */
const REFUSAL_BYTES_MAX = 10_000;

/** A store that, once it is told to, gives no tokens until it is released. */
const withheld = (store: Store) => {
  let asked: () => void = () => undefined;
  let holding = false;
  const gate = Promise.withResolvers<void>();
  return {
    store: {
      ...store,
      takeTokens: async (...args: Parameters<Store['takeTokens']>) => {
        if (holding) {
          asked();
          await gate.promise;
        }
        return store.takeTokens(...args);
      },
    },
    taking: (): Promise<void> => {
      holding = true;
      return new Promise((resolve) => {
        asked = resolve;
      });
    },
    release: gate.resolve,
  };
};

describe('going down', () => {
  test('sockets are closed with 1012 one after the other, and each is served until its turn comes', async () => {
    const gateway = await aGateway(graph.all, folder, { env: { SHUTDOWN_SECONDS: '10' }, drainSocketsPerSecond: 50 });
    const sockets = await Promise.all(range(1, 100).map(() => anOpenSocket(gateway.url)));
    for (const socket of sockets) socket.send(subscribe);
    await Promise.all(sockets.map((socket) => socket.next(({ type }) => type === 'next')));
    const beganAtMs = performance.now();
    const down = gateway.close();
    // Who is still there in the middle of it still gets what happens.
    await Promise.race(sockets.map(({ closed }) => closed));
    graph.log.append({ text: 'while it goes down' });
    const served = await Promise.all(
      sockets.map((socket) => Promise.race([socket.next(({ type }) => type === 'next').then(() => true), socket.closed.then(() => false)])),
    );
    const ends = await Promise.all(sockets.map(({ closed }) => closed));
    await down;
    expect(new Set(ends.map(({ code }) => code))).toEqual(new Set([1012]));
    const times = ends.map(({ atMs }) => atMs - beganAtMs).sort((one, other) => one - other);
    // 50 per second: these take about 2 s.
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(1_000);
    expect(served.filter(Boolean).length).toBeGreaterThan(20);
    expect(performance.now() - beganAtMs).toBeLessThan(9_000);
  });

  test('a client that reads nothing does not hold it up for the whole SHUTDOWN_SECONDS', async () => {
    const gateway = await aGateway(graph.all, folder, { env: { SHUTDOWN_SECONDS: '60' } });
    const reader = await anOpenSocket(gateway.url);
    reader.send(subscribe);
    await reader.next(({ type }) => type === 'next');
    reader.socket.pause();
    for (const _ of range(1, 300)) graph.log.append({ text: 'x'.repeat(20_000) });
    await stalled(gateway.port, 'GET /nowhere HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n');
    const silent = await aRawSocket(gateway.url, null);
    silent.socket.pause();
    const beganAtMs = performance.now();
    await gateway.close();
    expect(performance.now() - beganAtMs).toBeLessThan(10_000);
    reader.socket.terminate();
    silent.socket.terminate();
  });

  test('operations whose clients have hung up are waited for, over HTTP and over a socket', async () => {
    for (const over of ['http', 'socket'] as const) {
      const runtime = await aRuntime({ env: { DATA_DIR: folder }, process: 'gateway' });
      const { store, taking, release } = withheld(runtime.store);
      const gateway = await aGateway(graph.all, folder, { runtime: { ...runtime, store }, env: { SHUTDOWN_SECONDS: '20' } });
      const socket = over === 'socket' ? await anOpenSocket(gateway.url) : null;
      const held = taking();
      if (socket !== null) socket.send({ id: '1', type: 'subscribe', payload: { query: '{ echo(text: "left") }' } });
      else void (await stalled(gateway.port, postOf('{ echo(text: "left") }')));
      await withDeadline(held, 'the operation did not get as far as its rate');
      let down = false;
      const closing = gateway.close().then(() => {
        down = true;
      });
      if (socket === null) for (const hanging of opened.splice(0)) hanging.destroy();
      else socket.socket.terminate();
      await expect
        .poll(() =>
          fetch(gateway.url).then(
            () => 'there',
            () => 'gone',
          ),
        )
        .toBe('gone');
      // That nothing happens can only be waited for.
      await Promise.race([closing, sleep(NOTHING_HAPPENS_MS)]);
      expect(down, over).toBe(false);
      release();
      await withDeadline(closing, 'it did not go down');
      await runtime.close();
    }
  });
});

describe('limits', () => {
  test('a gateway that is too busy sends a new socket away to try again later, and refuses an operation beside others', async () => {
    const overload = { now: false, close: () => undefined };
    const gateway = await aGateway(graph.all, folder, { overload });
    const [fresh, used] = [await anOpenSocket(gateway.url), await anOpenSocket(gateway.url)];
    used.send(subscribe);
    await used.next(({ type }) => type === 'next');
    overload.now = true;
    fresh.send(subscribe);
    expect(await fresh.closed).toMatchObject({ code: 1013 });
    used.send({ ...subscribe, id: '2' });
    expect(await used.next(({ id }) => id === '2')).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'BUSY' } }] });
    graph.log.append({ text: 'still there' });
    expect(await used.next(({ type }) => type === 'next')).toMatchObject({
      id: '1',
      payload: { data: { roomEvents: { text: 'still there' } } },
    });
    await gateway.close();
  });

  test('one user has so many sockets and no more; others, and callers without a token, are not counted', async () => {
    const gateway = await aGateway(graph.all, folder, { socketsPerUserMax: 2 });
    const as = async (user: string): Promise<object> => ({ authorization: `Bearer ${await gateway.token(user)}` });
    const [first] = [await anOpenSocket(gateway.url, await as('alice')), await anOpenSocket(gateway.url, await as('alice'))];
    const third = await aRawSocket(gateway.url, await as('alice'));
    expect(await third.closed).toMatchObject({ code: 1013, reason: 'TRY_AGAIN_LATER: One user has too many sockets open.' });
    for (const params of [await as('luna'), {}, {}, {}]) await anOpenSocket(gateway.url, params);
    first.socket.close();
    await first.closed;
    await anOpenSocket(gateway.url, await as('alice'));
    await gateway.close();
  });

  test('an HTTP client that does not take its answer is cut off; one that takes it slowly gets all of it', async () => {
    const gateway = await aGateway(graph.all, folder, { answerTakeTimeoutMs: 2_000 });
    const askFor = (bytes: number) => stalled(gateway.port, postOf(`{ long(bytes: ${bytes}) }`, 'connection: close\r\n'));
    const [idle, slow] = [await askFor(IDLE_ANSWER_BYTES), await askFor(SLOW_ANSWER_BYTES)];
    // One chunk of 64 KB at a time: all of it takes more than three times the limit. An idle one is cut off after twice the limit at most: the time begins anew at the last
    // bytes that the kernel took.
    slow.socket.on('data', () => {
      slow.socket.pause();
      setTimeout(() => slow.socket.resume(), 20);
    });
    slow.socket.resume();
    await expect.poll(() => slow.seen.closed).toBe(true);
    expect(slow.seen.bytes).toBeGreaterThan(SLOW_ANSWER_BYTES);
    idle.socket.resume();
    await withDeadline(
      new Promise<void>((resolve) => (idle.seen.closed ? resolve() : idle.socket.once('close', () => resolve()))),
      'it was not cut off',
    );
    expect(idle.seen.bytes).toBeLessThan(IDLE_ANSWER_BYTES);
    // It was this answer that was cut off, and not a refusal that was read to its end.
    expect(idle.seen.bytes).toBeGreaterThan(REFUSAL_BYTES_MAX);
    await gateway.close();
  });
});
