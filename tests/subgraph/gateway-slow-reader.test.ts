import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { ClientCommands } from '../../bench/fanout/clients.ts';
import type { CounterCommands } from '../../bench/fanout/counters.ts';
import { ROOM_ID, WATCH } from '../../bench/fanout/events.ts';
import type { GatewayCommands } from '../../bench/fanout/gateway.ts';
import type { RoomCommands } from '../../bench/fanout/room.ts';
import { percentile } from '../../bench/support/bench.ts';
import { type Child, startChild } from '../../bench/support/child.ts';
import { withDeadline } from '../support/deadline.ts';
import { TEST_IDENTITY_KEYS } from '../support/runtime.ts';

const CLIENTS = 20;
const COUNTERS = 979;
const PAIRS = 5;
const RATE = { perSecond: 40, seconds: 1 };
/** A room that the slow reader alone follows: its long events fill the buffers of both systems. */
const SIDE_ROOM_ID = '01980000-0000-7000-8000-000000000002';
const LONG_TEXT = 200_000;
const LONG_EVENTS_MAX = 200;
/** A long event that was not written within this time waits for a full socket. */
const WRITTEN_MS_MAX = 2_000;

const file = (name: string): string => fileURLToPath(new URL(`../../bench/fanout/${name}`, import.meta.url));

/** A gateway of its own with 999 subscribers in other processes. */
const aCrowd = async (messagingUrl: string, dataDir: string) => {
  const gateway = startChild<GatewayCommands>(file('gateway.ts'));
  const clients = startChild<ClientCommands>(file('clients.ts'));
  const counters = startChild<CounterCommands>(file('counters.ts'));
  const stop = async (): Promise<void> => void (await Promise.all([gateway, clients, counters].map((child) => child.stop())));
  const url = await gateway.ask('open', { messagingUrl, identityKeys: TEST_IDENTITY_KEYS, dataDir });
  await Promise.all([clients.ask('open', { url, clients: CLIENTS }), counters.ask('open', { url, counters: COUNTERS })]);
  return { url, gateway, clients, counters, stop };
};

type Crowd = Awaited<ReturnType<typeof aCrowd>>;

let dataDir: string;
let room: Child<RoomCommands>;
let crowds: readonly [Crowd, Crowd];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'fanfare-slow-'));
  room = startChild<RoomCommands>(file('room.ts'));
  const messagingUrl = await room.ask('open', TEST_IDENTITY_KEYS);
  crowds = await Promise.all([aCrowd(messagingUrl, dataDir), aCrowd(messagingUrl, dataDir)]);
});
afterAll(async () => {
  await Promise.all([room, ...crowds].map((each) => each.stop()));
  await rm(dataDir, { recursive: true, force: true });
});

const deliveredBy = async ({ url }: Crowd): Promise<number> => {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(/^fanfare_delivered_total(?:\{[^}]*\})? (\d+)/m.exec(metrics)?.[1] ?? 0);
};

/** Joins the crowd, stops reading and follows a side room until its socket is full. */
const aSlowReader = async (crowd: Crowd) => {
  const socket = new WebSocket(`${crowd.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  openSlowReaders.add(socket);
  const seqs: number[] = [];
  const placed = Promise.withResolvers<void>();
  const send = (message: object): void => socket.send(JSON.stringify(message));
  const follow = (id: string, roomId: string): void => send({ id, type: 'subscribe', payload: { query: WATCH, variables: { roomId } } });
  socket.once('open', () => send({ type: 'connection_init' }));
  socket.on('message', (data) => {
    const { type, id, payload } = JSON.parse(String(data));
    if (type === 'connection_ack') follow('side', SIDE_ROOM_ID);
    if (type !== 'next') return;
    if (id === 'side' && payload.data.roomEvents.__typename === 'PositionEvent') follow('room', ROOM_ID);
    if (id !== 'room') return;
    seqs.push(payload.data.roomEvents.seq);
    placed.resolve();
  });
  await withDeadline(placed.promise, 'no position');
  socket.pause();
  const isWritten = async (events: number): Promise<boolean> => {
    const deadlineMs = performance.now() + WRITTEN_MS_MAX;
    while ((await deliveredBy(crowd)) < events) if (performance.now() > deadlineMs) return false;
    return true;
  };
  const before = await deliveredBy(crowd);
  for (let sent = 1; ; sent += 1) {
    expect(sent).toBeLessThan(LONG_EVENTS_MAX);
    await room.ask('append', { roomId: SIDE_ROOM_ID, textLength: LONG_TEXT });
    if (!(await isWritten(before + sent))) return { socket, seqs };
  }
};

const openSlowReaders = new Set<WebSocket>();
afterEach(() => {
  for (const socket of openSlowReaders) socket.terminate();
  openSlowReaders.clear();
});

// Both crowds get the same events at the same time, so that whatever else the machine does falls on both; what still hits only one of them gets another try.
test('a slow reader among 1,000 never delays the others, memory stays bounded, and it gets everything when it reads again', {
  retry: 1,
}, async () => {
  const [crowd, quick] = crowds;
  const slow = await aSlowReader(crowd);
  const [from = Number.NaN] = slow.seqs;
  let total = from;
  const p99sMs = async (): Promise<readonly [number, number]> => {
    await Promise.all(crowds.flatMap(({ clients, counters }) => [clients.ask('begin', null), counters.ask('begin', null)]));
    const events = await room.ask('emit', RATE);
    total += events;
    const measured = async ({ clients, counters }: Crowd): Promise<number> => {
      await expect.poll(async () => (await clients.ask('progress', null)).least, { interval: 10 }).toBe(events);
      await expect.poll(async () => (await counters.ask('counted', null)).least, { interval: 10 }).toBe(events);
      const { latenciesMs, repeated, reordered } = await clients.ask('checked', null);
      expect([repeated, reordered]).toEqual([0, 0]);
      return percentile(latenciesMs, 0.99);
    };
    return Promise.all([measured(crowd), measured(quick)]);
  };
  const deliveredBefore = await deliveredBy(crowd);
  await p99sMs(); // Until everything is compiled.
  // Its socket is full indeed: all but the slow one were served.
  expect((await deliveredBy(crowd)) - deliveredBefore).toBe((total - from) * (CLIENTS + COUNTERS));
  const before = await crowd.gateway.heldMegabytes();
  const ratios: number[] = [];
  for (let pair = 0; pair < PAIRS; pair += 1) {
    const [withSlowMs, withoutMs] = await p99sMs();
    ratios.push(withSlowMs / withoutMs);
  }
  expect(percentile(ratios, 0.5)).toBeLessThan(1.5);
  expect((await crowd.gateway.heldMegabytes()) - before).toBeLessThan(3);
  expect(slow.seqs).toEqual([from]);
  slow.socket.resume();
  await expect.poll(() => slow.seqs.at(-1)).toBe(total);
  expect(slow.seqs).toEqual(Array.from({ length: total - from + 1 }, (_, index) => from + index));
});
