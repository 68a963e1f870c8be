import { setImmediate as untilNextTurn } from 'node:timers/promises';
import { buildSchema, type ExecutionArgs, parse } from 'graphql';
import { makeServer } from 'graphql-ws';
import { expect, test } from 'vitest';
import { createDormant, type Dormant } from '../../gateway/subscribe/dormant.ts';
import { type Receive, withReusableIds } from '../../gateway/subscribe/reuse.ts';

const schema = buildSchema('type Query { a: Int } type Subscription { a: Int }');

/** One acknowledged socket. Each operation waits until it is prepared. */
const aSocket = async () => {
  const sent: { readonly type: string; readonly id?: string }[] = [];
  const duplicates: string[] = [];
  const preparing: PromiseWithResolvers<ExecutionArgs>[] = [];
  const open = new Set<Dormant>();
  const socket = { isOpen: true };
  const server = makeServer({
    onSubscribe: () => {
      const prepared = Promise.withResolvers<ExecutionArgs>();
      preparing.push(prepared);
      return prepared.promise;
    },
    subscribe: () => {
      const dormant: Dormant = createDormant(() => open.delete(dormant));
      open.add(dormant);
      return dormant.iterator;
    },
  });
  let receive: Receive = async () => undefined;
  const closed = server.opened(
    {
      protocol: 'graphql-transport-ws',
      send: async (data) => void sent.push(JSON.parse(data)),
      close: () => undefined,
      onMessage: (callback) => {
        receive = callback;
      },
    },
    {},
  );
  const take = withReusableIds(
    receive,
    () => socket.isOpen,
    (id) => duplicates.push(id),
  );
  await take('{"type":"connection_init"}');
  sent.length = 0;
  return {
    sent,
    duplicates,
    open,
    subscribe: () => void take(JSON.stringify({ id: 'one', type: 'subscribe', payload: { query: 'subscription { a }' } })),
    complete: () => void take(JSON.stringify({ id: 'one', type: 'complete' })),
    /** All that wait to be prepared are. */
    prepare: async () => {
      for (const { resolve } of preparing.splice(0)) resolve({ schema, document: parse('subscription { a }') });
      await untilNextTurn();
    },
    close: async () => {
      socket.isOpen = false;
      await closed(1000, '');
      await untilNextTurn();
    },
  };
};

test('an id that is used again while its first operation was still being prepared has one operation, which ends with the socket', async () => {
  const socket = await aSocket();
  socket.subscribe();
  socket.complete();
  socket.subscribe();
  await socket.prepare();
  await socket.prepare();
  expect(socket.open.size).toBe(1);
  expect(socket.sent).toEqual([]);
  await socket.close();
  expect(socket.open.size).toBe(0);
});

test('an id that is used again in one breath with the completion of its operation is not completed for the new one', async () => {
  const socket = await aSocket();
  socket.subscribe();
  await socket.prepare();
  socket.complete();
  socket.subscribe();
  await socket.prepare();
  await socket.prepare();
  expect(socket.open.size).toBe(1);
  expect(socket.sent).toEqual([]);
});

test('an operation that waits for its id is taken back, and does not begin on a socket that has closed', async () => {
  const socket = await aSocket();
  socket.subscribe();
  socket.complete();
  socket.subscribe();
  socket.complete();
  await socket.prepare();
  await socket.prepare();
  expect(socket.open.size).toBe(0);
  socket.subscribe();
  socket.complete();
  socket.subscribe();
  await socket.close();
  await socket.prepare();
  await socket.prepare();
  expect(socket.open.size).toBe(0);
  expect(socket.duplicates).toEqual([]);
});

test('an id that two operations want while a third has it is a duplicate', async () => {
  const socket = await aSocket();
  socket.subscribe();
  socket.complete();
  socket.subscribe();
  socket.subscribe();
  expect(socket.duplicates).toEqual(['one']);
});
