import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seededRandom } from '../../start/demo/random.ts';
import { postMessage, sendGift, sequenceFaults, topUp, watchRoom } from '../support/clients.ts';
import { platformForms } from '../support/forms.ts';
import { ledgerFaults } from '../support/ledger.ts';
import { aPlatform, eventually, type Platform } from '../support/platform.ts';
import { untilAccepted } from '../support/retry.ts';
import { DEMO_STREAM, giftsShown, roomLog } from '../support/room-truth.ts';

const SENDERS = 50;
const GIFTS_PER_SENDER = 40;
const MESSAGES_PER_SENDER = 40;
const WATCHERS = 20;
const CUT_EVERY_MS = 60;
const SEED = Number(process.env['SEED'] ?? 20_261_122);

describe.each(platformForms)('sockets die at random (%s)', (form) => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await aPlatform(form);
  });
  afterAll(() => platform?.close());

  test('2,000 gifts and 2,000 messages from 50 senders: every resumed sequence is contiguous and equals the log', {
    timeout: 180_000,
  }, async () => {
    const random = seededRandom(SEED);
    const watchers = Array.from({ length: WATCHERS }, () => watchRoom(platform.url, DEMO_STREAM));
    await Promise.all(watchers.map((watcher) => watcher.ready));
    let cuts = 0;
    const cutting = setInterval(() => {
      watchers[Math.floor(random() * watchers.length)]?.cut();
      cuts += 1;
    }, CUT_EVERY_MS);

    const sent = await Promise.all(
      Array.from({ length: SENDERS }, (_, index) => busySender(platform, `viewer-${String(index + 1).padStart(2, '0')}`)),
    );
    clearInterval(cutting);
    const orders = sent.flatMap((each) => each.orderIds);
    expect(orders).toHaveLength(SENDERS * GIFTS_PER_SENDER);

    await eventually('all gifts are in the room', async () => (await giftsShown(platform, DEMO_STREAM)).size >= orders.length);
    const log = await roomLog(platform, DEMO_STREAM);
    const head = Number(log.at(-1)?.seq);
    await Promise.all(watchers.map((watcher) => watcher.until('the head', (events) => events.at(-1)?.seq === head, 30_000)));

    expect(cuts).toBeGreaterThan(20);
    for (const watcher of watchers) {
      expect(sequenceFaults(watcher.events)).toEqual([]);
      expect(watcher.payloads.filter((payload) => payload.__typename === 'ResetEvent')).toEqual([]);
      const first = watcher.events[0]?.seq ?? 0;
      expect(watcher.events.map((event) => event.id)).toEqual(log.filter((event) => Number(event.seq) >= first).map((event) => event.id));
    }
    const shown = await giftsShown(platform, DEMO_STREAM);
    expect(orders.filter((order) => shown.get(order) !== 1)).toEqual([]);
    expect(await ledgerFaults((text) => platform.sql('trading', text))).toEqual([]);
  });
});

/** Sends its gifts and messages one after the other, as a person would, in turn. */
async function busySender(platform: Platform, user: string): Promise<{ orderIds: string[] }> {
  const token = await platform.token(user);
  await topUp(platform.url, token, 'coins-100');
  const orderIds: string[] = [];
  for (let round = 0; round < Math.max(GIFTS_PER_SENDER, MESSAGES_PER_SENDER); round += 1) {
    const gift = { streamId: DEMO_STREAM, giftId: 'rose', quantity: 1, idempotencyKey: randomUUID() };
    const answer = await untilAccepted(() => sendGift(platform.url, token, gift));
    if (answer.sendGift.order !== null) orderIds.push(answer.sendGift.order.id);
    const message = { roomId: DEMO_STREAM, text: `${user} says ${round}`, idempotencyKey: randomUUID() };
    const posted = await untilAccepted(
      () => postMessage(platform.url, token, message),
      (data) => data.postMessage.userErrors[0]?.code === 'RATE_LIMITED',
    );
    expect(posted.postMessage.userErrors).toEqual([]);
  }
  return { orderIds };
}
