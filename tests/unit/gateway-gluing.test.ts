import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { GLUE_MS, GLUE_MS_MAX, GLUED_BYTES_MAX, RING_PAYLOADS_MAX } from '../../gateway/limits.ts';
import { messageTail } from '../../gateway/subscribe/complete.ts';
import { createBatch } from '../../gateway/subscribe/frames.ts';
import type { Outlet } from '../../gateway/subscribe/outlet.ts';
import { Passes } from '../../gateway/subscribe/passes.ts';
import { Readers } from '../../gateway/subscribe/readers.ts';
import { createRing } from '../../gateway/subscribe/ring.ts';
import { type ClientSocket, wrapSocket } from '../../gateway/subscribe/socket.ts';
import { withDeadline } from '../support/deadline.ts';
import { messagesIn } from '../support/frames.ts';

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

describe('frames', () => {
  test('each operation gets every message with its own id, whatever their lengths', () => {
    const length = fc.oneof(fc.nat(300), fc.constantFrom(125, 126, 65_535, 65_536), fc.integer({ min: 65_000, max: 66_000 }));
    const id = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' });
    fc.assert(
      fc.property(fc.array(length, { minLength: 1, maxLength: 6 }), fc.array(id, { minLength: 1, maxLength: 8 }), (lengths, ids) => {
        const heads = lengths.map((each, at) => Buffer.from(`${at}`.padEnd(each, '.')));
        const batch = createBatch(heads);
        expect(batch.count).toBe(heads.length);
        for (const tail of ids.map(messageTail))
          expect(messagesIn(batch.fill(tail))).toEqual(heads.map((head) => `${String(head)}${String(tail)}`));
      }),
      { numRuns: 60 },
    );
  });

  test('bytes that are still needed are not overwritten', () => {
    const batch = createBatch([Buffer.from('head')]);
    const [one, other] = [messageTail('one'), messageTail('two')];
    const kept = batch.fill(one);
    batch.keep(one);
    batch.fill(other);
    expect(messagesIn(kept)).toEqual(['head,"id":"one"}']);
  });
});

/** A ring with readers whose outlets note what they get, and take as much as they are told to. */
const aRoom = (options: { skips?: boolean; payloadsMax?: number } = {}) => {
  const ring = createRing(
    options.payloadsMax ?? RING_PAYLOADS_MAX,
    () => 4_000_000,
    () => undefined,
  );
  const counted = { delivered: 0 };
  const readers = new Readers({
    ring,
    ringBytesMax: () => 4_000_000,
    skips: options.skips ?? false,
    onDelivered: (messages) => {
      counted.delivered += messages;
    },
  });
  const push = (text: string) => {
    ring.push({ head: Buffer.from(text), place: null });
    return readers.pushed(text.length);
  };
  const aReader = (id: string, takesWrites = Number.POSITIVE_INFINITY) => {
    const got = { writes: [] as string[][], fallen: 0, left: takesWrites, drain: (): void => undefined };
    const outlet: Outlet = {
      next: () => undefined,
      send: (batch) => {
        got.left -= 1;
        const tail = messageTail(id);
        got.writes.push(messagesIn(batch.fill(tail)).map((message) => message.slice(0, -tail.length)));
      },
      get writable() {
        return got.left > 0;
      },
      onWritable: (listener) => {
        got.drain = listener;
      },
      onClosing: () => () => undefined,
      fail: () => undefined,
      complete: () => undefined,
      overflow: () => undefined,
    };
    const onFallenOff = (): void => {
      got.fallen += 1;
    };
    const reader = readers.add({ outlet, onFallenOff, index: ring.next });
    return { got, reader };
  };
  return { readers, push, aReader, counted };
};

describe('passes', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('a lone event goes at once; what comes within the next 50 ms leaves in one write, in order', () => {
    const { push, aReader, counted } = aRoom();
    const readers = ['a', 'a much longer id'].map((id) => aReader(id));
    push('1');
    for (const { got } of readers) expect(got.writes).toEqual([['1']]);
    for (const text of ['2', '3', '4']) push(text);
    vi.advanceTimersByTime(GLUE_MS - 1);
    for (const { got } of readers) expect(got.writes).toHaveLength(1);
    vi.advanceTimersByTime(1);
    for (const { got } of readers) expect(got.writes).toEqual([['1'], ['2', '3', '4']]);
    expect(counted.delivered).toBe(8);
    vi.advanceTimersByTime(GLUE_MS);
    push('5');
    for (const { got } of readers) expect(got.writes.at(-1)).toEqual(['5']);
  });

  test.each([
    [GLUE_MS / 2, GLUE_MS],
    [GLUE_MS * 0.8, GLUE_MS * 1.6],
    [GLUE_MS * 4, GLUE_MS_MAX],
  ])(
    'a pass that takes %d ms is followed by the next %d ms after it began: writing leaves time for other work, and nobody waits without end',
    (tookMs, laterMs) => {
      const beganAtMs: number[] = [];
      // Where time passes only when it is told to, a visit tells it.
      const visit = (): void => {
        beganAtMs.push(performance.now());
        if (beganAtMs.length === 1) vi.advanceTimersByTime(tookMs);
      };
      const passes = new Passes({ members: new Set(['a']), visit, onBegin: () => undefined, onEnd: () => undefined });
      passes.wake();
      passes.wake();
      vi.advanceTimersByTime(GLUE_MS_MAX);
      const [first = 0, second = 0] = beganAtMs;
      expect([beganAtMs.length, second - first]).toEqual([2, Math.max(laterMs, tookMs)]);
      passes.stop();
    },
  );

  test('a reader that has to go gets what waits; one that comes gets nothing twice', () => {
    const { readers, push, aReader } = aRoom();
    const leaving = aReader('a');
    for (const text of ['1', '2', '3']) push(text);
    const joining = aReader('b');
    expect(readers.flush(leaving.reader)).toBe(true);
    readers.remove(leaving.reader);
    vi.advanceTimersByTime(GLUE_MS);
    expect(leaving.got.writes).toEqual([['1'], ['2', '3']]);
    expect(joining.got.writes).toEqual([]);
  });

  test('one write carries a bounded number of bytes, and the rest follows at once', () => {
    const { push, aReader } = aRoom();
    const { got } = aReader('a');
    push('first');
    const half = 'x'.repeat(GLUED_BYTES_MAX / 2);
    for (const _ of range(5)) push(half);
    vi.advanceTimersByTime(GLUE_MS);
    expect(got.writes.map((texts) => texts.length)).toEqual([1, 2, 2, 1]);
  });

  test('a full socket is left alone until it has drained, and its reader falls off the ring only when that has gone on without it', () => {
    const { push, aReader } = aRoom({ payloadsMax: 4 });
    const [slow, fast] = [aReader('slow', 1), aReader('fast')];
    for (const text of ['1', '2', '3']) {
      push(text);
      vi.advanceTimersByTime(GLUE_MS);
    }
    expect(slow.got.writes).toEqual([['1']]);
    slow.got.left = 1;
    slow.got.drain();
    expect(slow.got.writes).toEqual([['1'], ['2', '3']]);
    for (const text of ['4', '5', '6', '7', '8']) {
      push(text);
      vi.advanceTimersByTime(GLUE_MS);
    }
    expect([slow.got.fallen, slow.got.writes.length, fast.got.fallen]).toEqual([1, 2, 0]);
    expect(fast.got.writes.flat()).toEqual(['1', '2', '3', '4', '5', '6', '7', '8']);
  });

  test('who is late for a state gets the newest value alone', () => {
    const { push, aReader } = aRoom({ skips: true, payloadsMax: 1 });
    const { got } = aReader('a');
    for (const text of ['1', '2', '3', '4']) push(text);
    vi.advanceTimersByTime(GLUE_MS);
    expect([got.writes, got.fallen]).toEqual([[['1'], ['4']], 0]);
  });
});

test('a burst of many times the ring makes its source wait, and pushes nobody off', async () => {
  const { push, aReader } = aRoom();
  const readers = range(200).map((index) => aReader(`reader ${index}`));
  const total = RING_PAYLOADS_MAX * 5;
  let waits = 0;
  for (const index of range(total)) {
    const room = push(String(index));
    if (room === undefined) continue;
    waits += 1;
    await room;
  }
  await expect.poll(() => readers.at(-1)?.got.writes.flat().length).toBe(total);
  for (const { got } of readers) expect([got.fallen, got.writes.flat().every((text, index) => text === String(index))]).toEqual([0, true]);
  expect(waits).toBeGreaterThan(10);
});

describe('one socket', () => {
  let server: ReturnType<typeof createServer>;
  let client: WebSocket;
  let socket: ClientSocket;

  beforeEach(async () => {
    server = createServer();
    const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, clientTracking: false });
    const wrapped = Promise.withResolvers<ClientSocket>();
    server.on('upgrade', (request, connection: Duplex, head) =>
      sockets.handleUpgrade(request, connection, head, (accepted) =>
        wrapped.resolve(wrapSocket(accepted, connection, '127.0.0.1', wrapped.reject)),
      ),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    socket = await withDeadline(wrapped.promise, 'no socket');
  });
  afterEach(async () => {
    client.terminate();
    server.close();
    await once(server, 'close');
  });

  const texts = (count: number): Promise<readonly string[]> => {
    const got: string[] = [];
    const all = Promise.withResolvers<readonly string[]>();
    client.on('message', (data) => {
      got.push(String(data));
      if (got.length === count) all.resolve(got);
    });
    client.once('close', () => all.resolve(got));
    return withDeadline(all.promise, `${count} messages`);
  };

  test('frames of ours, messages of the protocol and the close arrive in the order in which they were written', async () => {
    const got = texts(7);
    const closed = once(client, 'close');
    const frame = (text: string): Buffer => createBatch([Buffer.from(text)]).fill(Buffer.alloc(0));
    socket.gather(frame('1'));
    socket.gather(frame('2'));
    void socket.send('3');
    socket.write(frame('4'));
    socket.onClosing(() => socket.write(frame('6')));
    void socket.send('5');
    socket.close(1012, 'going down');
    socket.write(frame('never'));
    void socket.send('never');
    expect(await got).toEqual(['1', '2', '3', '4', '5', '6']);
    expect((await withDeadline(closed, 'no close')).map(String)).toEqual(['1012', 'SERVICE_RESTART: going down']);
  });

  test('a reason that is too long for a close frame is cut', async () => {
    const closed = once(client, 'close');
    socket.end(4409, `Subscriber for ${'é'.repeat(128)} already exists`);
    expect((await withDeadline(closed, 'no close')).map(String)).toEqual(['4409', `Subscriber for ${'é'.repeat(54)}`]);
  });

  test('bytes that the network has not taken stay as they were, though others are filled with other ids meanwhile', async () => {
    const batch = createBatch([Buffer.from('x'.repeat(60_000))]);
    const ids = range(200).map((index) => String(index).padStart(4, '0'));
    client.pause();
    let kept = 0;
    for (const id of ids) {
      const tail = messageTail(id);
      if (socket.write(batch.fill(tail))) continue;
      batch.keep(tail);
      kept += 1;
    }
    expect(kept).toBeGreaterThan(0);
    expect(socket.writable).toBe(false);
    const writable = new Promise<void>((resolve) => socket.onWritable(resolve));
    const got = texts(ids.length);
    client.resume();
    expect((await got).map((text) => text.slice(-6, -2))).toEqual(ids);
    await withDeadline(writable, 'it never drained');
  });
});
