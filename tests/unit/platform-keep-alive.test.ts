import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { keepAlive } from '#platform/keep-alive.ts';
import { withDeadline } from '../support/deadline.ts';

test('who answers pings stays; who does not answer one by the next is cut', async () => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  server.on('connection', (socket) => {
    const stop = keepAlive(socket, 40);
    socket.once('close', stop);
  });
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const [mute, awake] = [new WebSocket(url, { autoPong: false }), new WebSocket(url)];
  let pings = 0;
  awake.on('ping', () => {
    pings += 1;
  });
  const [code] = (await withDeadline(once(mute, 'close'), 'the mute socket is cut')) as [number];
  expect(code).toBe(1006);
  await expect.poll(() => pings).toBeGreaterThan(5);
  expect(awake.readyState).toBe(WebSocket.OPEN);
  awake.terminate();
  server.close();
});
