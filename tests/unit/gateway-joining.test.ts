import { expect, test } from 'vitest';
import type { Place, UpstreamItem } from '../../gateway/subscribe/events.ts';
import { Joining } from '../../gateway/subscribe/joining.ts';
import type { Outlet } from '../../gateway/subscribe/outlet.ts';
import { createRing, type Ring } from '../../gateway/subscribe/ring.ts';
import { createSlots } from '../../gateway/subscribe/slots.ts';
import { withDeadline } from '../support/runtime.ts';

const place = (cursor: string): Place => ({ cursor, id: cursor, seq: 0, at: '' });
const entry = (cursor: string) => ({ head: Buffer.from(cursor), place: place(cursor) });
const event = (cursor: string): UpstreamItem => ({ type: 'event', place: place(cursor), version: null, payload: {} });

/** A joiner that has read these cursors its own way, and waits for more. */
const aJoiner = async (ring: Ring, cursors: readonly string[]) => {
  const sent: string[] = [];
  const all = Promise.withResolvers<void>();
  const outlet: Outlet = {
    next: (head) => {
      sent.push(String(head));
      if (sent.length === cursors.length) all.resolve();
    },
    send: () => undefined,
    writable: true,
    onWritable: () => undefined,
    onClosing: () => () => undefined,
    fail: all.reject,
    complete: () => undefined,
    overflow: () => undefined,
  };
  async function* replay(signal: AbortSignal): AsyncGenerator<UpstreamItem> {
    yield* cursors.map(event);
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
  }
  const joining = new Joining({
    ring,
    outlet,
    slots: createSlots(1, 1),
    signal: new AbortController().signal,
    replay,
    complete: async (item) => ({ item, entry: entry('place' in item ? (item.place?.cursor ?? '') : '') }) as never,
    position: ({ cursor }) => Buffer.from(cursor),
  });
  await withDeadline(all.promise, 'the joiner did not read');
  return { joining, sent };
};

const aRing = (): Ring => {
  const ring = createRing(
    10,
    () => 1_000_000,
    () => undefined,
  );
  ring.restart(place('a:0'));
  return ring;
};

test('a joiner that is ahead of the ring goes on where the ring reaches it', async () => {
  const ring = aRing();
  const { joining, sent } = await aJoiner(ring, ['a:1', 'a:2']);
  for (const cursor of ['a:1', 'a:2', 'a:3']) {
    ring.push(entry(cursor));
    joining.pushed(place(cursor));
  }
  expect(await withDeadline(joining.met, 'they never met')).toBe(2);
  expect(sent).toEqual(['a:1', 'a:2']);
});

test('a joiner that is ahead of a ring that is reset goes on with the reset', async () => {
  const ring = aRing();
  const { joining } = await aJoiner(ring, ['a:1', 'a:2']);
  ring.push(entry('a:1'));
  joining.pushed(place('a:1'));
  const index = ring.push(entry('b:0'));
  ring.restart(place('b:0'));
  joining.restarted(index);
  expect(await withDeadline(joining.met, 'it waits for ever')).toBe(1);
});
