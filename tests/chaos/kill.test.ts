import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GiftInput, sendGift, sequenceFaults, topUp, watchRoom } from '../support/clients.ts';
import { platformForms } from '../support/forms.ts';
import { ledgerFaults } from '../support/ledger.ts';
import { aPlatform, eventually, type Platform, type PlatformForm } from '../support/platform.ts';
import { untilAccepted } from '../support/retry.ts';
import { DEMO_STREAM, giftsSent, giftsShown } from '../support/room-truth.ts';

const SENDERS = 20;
const GIFTS_PER_SENDER = 60;
/** Acknowledged gifts after which the process is killed: in the middle of the burst. */
const KILL_AFTER = (SENDERS * GIFTS_PER_SENDER) / 3;

/** In one process, killing a part is killing all. */
const partsOf = (form: PlatformForm): readonly string[] => (form === 'embedded' ? ['everything'] : ['trading', 'messaging', 'gateway']);

describe.each(platformForms)('kill -9 in the middle of a burst (%s)', (form) => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await aPlatform(form);
  });
  afterAll(() => platform?.close());

  // One platform for all: whoever is killed next must have come back from what happened before.
  test.each(partsOf(form))(
    'of %s: every acknowledged gift is in the ledger and in the room once; a retry with the same key settles the others',
    async (part) => {
      const before = new Set((await giftsSent(platform)).keys());
      const watcher = watchRoom(platform.url, DEMO_STREAM);
      await watcher.ready;
      const senders = await Promise.all(
        Array.from({ length: SENDERS }, async (_, index) => {
          const token = await platform.token(`viewer-${String(index + 1).padStart(2, '0')}`);
          await topUp(platform.url, token, 'coins-100');
          return token;
        }),
      );
      let acknowledged = 0;
      let killing: Promise<void> | null = null;
      const firstAnswers = new Map<string, string>(); // key → order id, as first acknowledged
      const retried = new Set<string>();
      const send = async (token: string, input: GiftInput): Promise<void> => {
        let tries = 0;
        const answer = await untilAccepted(() => {
          tries += 1;
          return sendGift(platform.url, token, input);
        });
        if (tries > 1) retried.add(input.idempotencyKey);
        const orderId = answer.sendGift.order?.id;
        if (orderId === undefined) throw new Error(`refused: ${JSON.stringify(answer)}`);
        firstAnswers.set(input.idempotencyKey, orderId);
        acknowledged += 1;
        if (acknowledged >= KILL_AFTER && killing === null) killing = platform.killAndRestart(part);
      };
      await Promise.all(
        senders.map(async (token) => {
          for (let round = 0; round < GIFTS_PER_SENDER; round += 1) {
            await send(token, { streamId: DEMO_STREAM, giftId: 'rose', quantity: 1, idempotencyKey: randomUUID() });
          }
        }),
      );
      expect(killing).not.toBeNull();
      await killing;

      const orders = [...firstAnswers.values()];
      expect(new Set(orders).size).toBe(SENDERS * GIFTS_PER_SENDER);
      await eventually(
        'all gifts are in the room',
        async () => (await giftsShown(platform, DEMO_STREAM)).size >= before.size + orders.length,
      );
      const [sent, shown] = [await giftsSent(platform), await giftsShown(platform, DEMO_STREAM)];
      expect(orders.filter((order) => sent.get(order) !== 1 || shown.get(order) !== 1)).toEqual([]);
      expect([...sent.keys()].filter((order) => !before.has(order))).toHaveLength(orders.length);
      await watcher.until('all gifts', (events) => events.filter((event) => event.orderId !== undefined).length >= orders.length, 30_000);
      expect(sequenceFaults(watcher.events)).toEqual([]);
      expect(await ledgerFaults((text) => platform.sql('trading', text))).toEqual([]);
      if (part !== 'messaging') expect(retried.size).toBeGreaterThan(0);
      await watcher.close();
    },
  );
});
