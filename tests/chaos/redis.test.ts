import { randomUUID } from 'node:crypto';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postMessage, sendGift, sequenceFaults, topUp, watchRoom } from '../support/clients.ts';
import { redisServerOnPath } from '../support/forms.ts';
import { ledgerFaults } from '../support/ledger.ts';
import { aPlatform, eventually, type Platform } from '../support/platform.ts';
import { untilAccepted } from '../support/retry.ts';
import { DEMO_STREAM, giftsSent, giftsShown } from '../support/room-truth.ts';

const SENDERS = 10;
const GIFTS_PER_SENDER = 60;
const WATCHERS = 10;
/** How soon a room must be live again after Redis is back. */
const LIVE_AGAIN_MS = 3_000;

// Only the split form has Redis; without redis-server on PATH `npm test` has said that this suite does not run.
describe.runIf(redisServerOnPath)('Redis loses everything in the middle of a burst (split)', () => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await aPlatform('split');
  });
  afterAll(() => platform?.close());

  const burst = async (disturb: () => Promise<void>): Promise<void> => {
    const sentBefore = (await giftsSent(platform)).size;
    const watchers = Array.from({ length: WATCHERS }, () => watchRoom(platform.url, DEMO_STREAM));
    await Promise.all(watchers.map((watcher) => watcher.ready));
    let disturbing: Promise<void> | null = null;
    const senders = await Promise.all(
      Array.from({ length: SENDERS }, async (_, index) => {
        const token = await platform.token(`viewer-${String(index + 1).padStart(2, '0')}`);
        await topUp(platform.url, token, 'coins-100');
        return token;
      }),
    );
    const orders: string[] = [];
    await Promise.all(
      senders.map(async (token) => {
        for (let round = 0; round < GIFTS_PER_SENDER; round += 1) {
          const input = { streamId: DEMO_STREAM, giftId: 'rose', quantity: 1, idempotencyKey: randomUUID() };
          const answer = await untilAccepted(() => sendGift(platform.url, token, input));
          orders.push(answer.sendGift.order?.id ?? 'refused');
          if (orders.length >= (SENDERS * GIFTS_PER_SENDER) / 3) disturbing ??= disturb();
        }
      }),
    );
    expect(disturbing).not.toBeNull();
    await disturbing;
    await liveAgain(watchers);
    await eventually('all gifts are in the room', async () => (await giftsShown(platform, DEMO_STREAM)).size >= sentBefore + orders.length);
    const shown = await giftsShown(platform, DEMO_STREAM);
    expect(orders.filter((order) => shown.get(order) !== 1)).toEqual([]);
    await Promise.all(
      watchers.map((watcher) =>
        watcher.until('all gifts', (events) => events.filter((event) => event.orderId !== undefined).length >= orders.length, 30_000),
      ),
    );
    for (const watcher of watchers) {
      expect(sequenceFaults(watcher.events)).toEqual([]);
      expect(watcher.errors).toEqual([]);
    }
    expect(await ledgerFaults((text) => platform.sql('trading', text))).toEqual([]);
    await Promise.all(watchers.map((watcher) => watcher.close()));
  };

  /** A message posted now is on every screen soon. */
  const liveAgain = async (watchers: readonly ReturnType<typeof watchRoom>[]): Promise<void> => {
    const text = `still there? ${randomUUID()}`;
    const alice = await platform.token('alice');
    const start = Date.now();
    const posted = await untilAccepted(() => postMessage(platform.url, alice, { roomId: DEMO_STREAM, text, idempotencyKey: randomUUID() }));
    expect(posted.postMessage.userErrors).toEqual([]);
    await Promise.all(
      watchers.map((watcher) =>
        watcher.until('the message', (events) => events.some((event) => event.message?.text === text), LIVE_AGAIN_MS),
      ),
    );
    expect(Date.now() - start).toBeLessThan(LIVE_AGAIN_MS);
  };

  test('FLUSHALL loses nothing, and rooms are live within 3 s', async () => {
    await burst(async () => {
      const redis = createClient({ url: await platform.redisUrl() });
      await redis.connect();
      await redis.flushAll();
      await redis.close();
    });
  });

  test('kill -9 and a restart of Redis lose nothing, and rooms are live within 3 s', async () => {
    await burst(() => platform.killAndRestart('redis'));
  });
});
