import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { inOrder } from '../../gateway/subscribe/inOrder.ts';
import { createSlots } from '../../gateway/subscribe/slots.ts';

async function* numbers(count: number, failAfter?: number): AsyncGenerator<number, void> {
  for (let at = 0; at < count; at += 1) {
    if (at === failAfter) throw new Error('the source failed');
    yield at;
  }
}

describe('working at the same time, handing over in order', () => {
  test('results come in the order of the items, and never more than allowed are under way', async () => {
    let [underWay, most] = [0, 0];
    const handed: number[] = [];
    await inOrder(
      numbers(40),
      4,
      async (item) => {
        underWay += 1;
        most = Math.max(most, underWay);
        await wait(item % 3 === 0 ? 8 : 1);
        underWay -= 1;
        return item;
      },
      (item) => void handed.push(item),
    );
    expect(handed).toEqual(Array.from({ length: 40 }, (_, index) => index));
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(4);
  });

  test('when the source fails, what came before is handed over first', async () => {
    const handed: number[] = [];
    const work = inOrder(
      numbers(10, 5),
      16,
      async (item) => {
        await wait(5);
        return item;
      },
      (item) => void handed.push(item),
    );
    await expect(work).rejects.toThrow('the source failed');
    expect(handed).toEqual([0, 1, 2, 3, 4]);
  });

  test('when one piece of work fails, nothing after it is handed over', async () => {
    const handed: number[] = [];
    const work = inOrder(
      numbers(10),
      3,
      async (item) => {
        if (item === 4) throw new Error('work failed');
        return item;
      },
      (item) => void handed.push(item),
    );
    await expect(work).rejects.toThrow('work failed');
    expect(handed).toEqual([0, 1, 2, 3]);
  });
});

describe('slots', () => {
  test('as many as allowed go on at once, the others in order; giving one back twice counts once', async () => {
    const slots = createSlots(2, 10);
    const [first, second] = [await slots.acquire(), await slots.acquire()];
    const order: string[] = [];
    const waiting = ['a', 'b'].map(async (name) => {
      const release = await slots.acquire();
      order.push(name);
      return release;
    });
    await wait(5);
    expect(order).toEqual([]);
    first();
    first();
    const releaseA = await waiting[0];
    expect(order).toEqual(['a']);
    releaseA?.();
    await waiting[1];
    second();
    expect(order).toEqual(['a', 'b']);
  });

  test('too many that wait are told BUSY', async () => {
    const slots = createSlots(1, 1);
    await slots.acquire();
    void slots.acquire();
    await expect(slots.acquire()).rejects.toMatchObject({ code: 'BUSY', retryAfterMs: 1_000 });
  });
});
