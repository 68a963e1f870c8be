import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { StatementSocket } from '#platform/database/socket.ts';

test('what is written in one turn, statement by statement, is held until the turn ends and arrives in order', async () => {
  const received: string[] = [];
  const server = createServer((peer) => {
    peer.setEncoding('utf8').on('data', (text: string) => received.push(text));
    peer.on('end', () => peer.end());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const socket = new StatementSocket();
  socket.connect(address.port, '127.0.0.1');
  await once(socket, 'connect');

  const state = (statement: string): void => {
    socket.cork();
    for (const part of statement) socket.write(part);
    socket.uncork();
  };
  state('one ');
  state('two ');
  socket.write('three ');
  expect(socket.writableCorked).toBe(1);
  await new Promise((resolve) => process.nextTick(resolve));
  expect(socket.writableCorked).toBe(0);
  state('four');
  // Whoever ends at once loses nothing.
  socket.end();
  await once(socket, 'close');
  expect(received.join('')).toBe('one two three four');
  server.close();
});
