import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, sendGift, sequenceFaults, topUp, watchRoom } from '../support/clients.ts';
import { redisServerOnPath } from '../support/forms.ts';
import { ledgerFaults } from '../support/ledger.ts';
import { aPlatform, eventually, type Platform } from '../support/platform.ts';
import { untilAccepted } from '../support/retry.ts';
import { DEMO_STREAM, giftsShown } from '../support/room-truth.ts';

const SENDERS = 10;
const GIFTS_PER_SENDER = 60;

// Two consumers within one process are covered by tests/unit/consumer-*; this is two processes of each subgraph, which need Redis.
describe.runIf(redisServerOnPath)('two processes of each subgraph consume the same feeds (split)', () => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await aPlatform('split', {}, ['--replicas', '2']);
  });
  afterAll(() => platform?.close());

  test('one of each is killed in the middle of a burst and comes back: every effect happened exactly once', async () => {
    const luna = await platform.token('luna');
    const diamonds = async (): Promise<bigint> =>
      BigInt(
        (await ask<{ me: { wallet: { diamonds: string } } }>(platform.url, '{ me { wallet { diamonds } } }', {}, luna)).me.wallet.diamonds,
      );
    const before = await diamonds();
    const watcher = watchRoom(platform.url, DEMO_STREAM);
    await watcher.ready;
    const orders: string[] = [];
    let killing: Promise<unknown> | null = null;
    await Promise.all(
      Array.from({ length: SENDERS }, async (_, index) => {
        const token = await platform.token(`viewer-${String(index + 1).padStart(2, '0')}`);
        await topUp(platform.url, token, 'coins-100');
        for (let round = 0; round < GIFTS_PER_SENDER; round += 1) {
          const input = { streamId: DEMO_STREAM, giftId: 'rose', quantity: 1, idempotencyKey: randomUUID() };
          const answer = await untilAccepted(() => sendGift(platform.url, token, input));
          orders.push(answer.sendGift.order?.id ?? 'refused');
          if (orders.length >= (SENDERS * GIFTS_PER_SENDER) / 3)
            killing ??= Promise.all([platform.killAndRestart('messaging-2'), platform.killAndRestart('trading-2')]);
        }
      }),
    );
    expect(killing).not.toBeNull();
    await killing;
    await eventually('every gift is credited', async () => (await diamonds()) - before >= BigInt(orders.length));
    expect((await diamonds()) - before).toBe(BigInt(orders.length));
    await watcher.until('all gifts', (events) => events.filter((event) => event.orderId !== undefined).length >= orders.length, 30_000);
    const shown = await giftsShown(platform, DEMO_STREAM);
    expect(orders.filter((order) => shown.get(order) !== 1)).toEqual([]);
    expect(sequenceFaults(watcher.events)).toEqual([]);
    expect(await ledgerFaults((text) => platform.sql('trading', text))).toEqual([]);
    await watcher.close();
  });
});
