import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Place } from '../../gateway/subscribe/events.ts';
import { createRing, type Ring } from '../../gateway/subscribe/ring.ts';

const place = (cursor: string): Place => ({ cursor, id: cursor, seq: 0, at: '' });
const entry = (cursor: string | null, bytes = 10) => ({ head: Buffer.alloc(bytes), place: cursor === null ? null : place(cursor) });
const aRing = (payloadsMax: number, bytesMax = 1_000_000): { readonly ring: Ring; readonly bytes: () => number } => {
  let bytes = 0;
  const ring = createRing(
    payloadsMax,
    () => bytesMax,
    (delta) => {
      bytes += delta;
    },
  );
  return { ring, bytes: () => bytes };
};

describe('what is kept', () => {
  test('the newest payloads, and the place just before them', () => {
    const { ring } = aRing(3);
    ring.restart(place('0'));
    for (const cursor of ['1', '2', '3', '4', '5']) ring.push(entry(cursor));
    expect([ring.first, ring.next, ring.newest?.cursor]).toEqual([2, 5, '5']);
    expect([ring.after('1'), ring.after('0')]).toEqual([undefined, undefined]);
    expect(['2', '3', '4', '5'].map((cursor) => ring.after(cursor)?.index)).toEqual([2, 3, 4, 5]);
  });

  test('no more bytes than allowed, but the newest payload always', () => {
    const { ring, bytes } = aRing(100, 50);
    for (const cursor of ['1', '2', '3']) ring.push(entry(cursor, 20));
    expect([ring.first, ring.bytes, bytes()]).toEqual([1, 40, 40]);
    ring.push(entry('4', 500));
    expect([ring.first, ring.next, ring.bytes, bytes()]).toEqual([3, 4, 500, 500]);
  });

  test('after a restart nothing before it is found, and what follows is', () => {
    const { ring } = aRing(10);
    ring.restart(place('a0'));
    ring.push(entry('a1'));
    ring.push(entry('reset'));
    ring.restart(place('reset'));
    ring.push(entry('b1'));
    expect(['a0', 'a1', 'reset', 'b1'].map((cursor) => ring.after(cursor)?.index)).toEqual([undefined, undefined, 2, 3]);
    expect(ring.get(0)).toBeDefined();
  });
});

test('whoever reads on after a cursor that the ring knows finds exactly what was pushed after it', () => {
  const step = fc.oneof(
    { weight: 8, arbitrary: fc.constant('push') },
    { weight: 1, arbitrary: fc.constant('placeless') },
    { weight: 1, arbitrary: fc.constant('restart') },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 8 }), (steps, payloadsMax) => {
      const { ring } = aRing(payloadsMax);
      const pushed: (string | null)[] = [];
      const known: { cursor: string; index: number }[] = [{ cursor: 'start', index: 0 }];
      ring.restart(place('start'));
      steps.forEach((what, at) => {
        const cursor = what === 'placeless' ? null : `c${at}`;
        pushed.push(cursor);
        ring.push(entry(cursor));
        if (cursor !== null) known.push({ cursor, index: pushed.length });
        if (what !== 'restart' || cursor === null) return;
        ring.restart(place(cursor));
        known.splice(0, known.length - 1);
      });
      for (const { cursor, index } of known) {
        const found = ring.after(cursor);
        if (found === undefined) continue;
        expect(found.index).toBe(index);
        expect(found.index).toBeGreaterThanOrEqual(ring.first);
        expect(pushed.slice(index).map((_, offset) => ring.get(index + offset)?.place?.cursor ?? null)).toEqual(pushed.slice(index));
      }
      // What was restarted from, or pushed last with a place, is always found.
      const newest = known.at(-1);
      if (newest !== undefined && newest.index >= ring.first && pushed.slice(newest.index).every((cursor) => cursor !== null))
        expect(ring.after(newest.cursor)).toBeDefined();
    }),
  );
});
