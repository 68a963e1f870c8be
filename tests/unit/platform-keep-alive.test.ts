import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { keepAlive } from '#platform/keep-alive.ts';
import { withDeadline } from '../support/deadline.ts';

const EVERY_MS = 40;

test('who answers pings stays; who does not answer one by the next is cut', async () => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  // Time passes only when all that is under way has arrived: a machine that pauses cuts nobody.
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  let heard = Promise.withResolvers<void>();
  server.on('connection', (socket) => {
    const stop = keepAlive(socket, EVERY_MS);
    socket.once('close', stop);
    socket.on('pong', () => heard.resolve());
  });
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const [mute, awake] = [new WebSocket(url, { autoPong: false }), new WebSocket(url)];
  await Promise.all([once(mute, 'open'), once(awake, 'open')]);
  const cut = once(mute, 'close');
  for (let round = 0; round < 4; round += 1) {
    heard = Promise.withResolvers();
    vi.advanceTimersByTime(EVERY_MS);
    await withDeadline(heard.promise, 'the ping is answered');
  }
  const [code] = (await withDeadline(cut, 'the mute socket is cut')) as [number];
  expect(code).toBe(1006);
  expect(awake.readyState).toBe(WebSocket.OPEN);
  awake.terminate();
  server.close();
});
