import { randomUUID } from 'node:crypto';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seededRandom } from '../../start/demo/random.ts';
import { type GiftInput, postMessage, sendGift, sequenceFaults, topUp, watchRoom } from '../support/clients.ts';
import { platformForms } from '../support/forms.ts';
import { ledgerFaults } from '../support/ledger.ts';
import { aPlatform, eventually, type Platform, type PlatformForm } from '../support/platform.ts';
import { untilAccepted } from '../support/retry.ts';
import { DEMO_STREAM, giftsSent, giftsShown, roomLog } from '../support/room-truth.ts';

const SEED = Number(process.env['SEED'] ?? 20_261_122);
/** Sockets die while so many people send so much. */
const CUTS = { senders: 50, giftsEach: 40, messagesEach: 40, watchers: 20, everyMs: 60 } as const;
/** Processes are killed while so many people send so much, once a third of it is acknowledged. */
const KILLS = { senders: 20, giftsEach: 60 } as const;
/** The same for Redis. */
const FLUSHES = { senders: 10, giftsEach: 60, watchers: 10 } as const;
/** How soon a room must be live again after Redis is back. */
const LIVE_AGAIN_MS = 3_000;

/** Two thousand gifts and messages, a part that comes back and everybody's catching up: some seconds each, on a busy machine a minute. */
const DISASTER_MS_MAX = 180_000;

/** In one process, killing a part is killing all. */
const partsOf = (form: PlatformForm): readonly string[] => (form === 'embedded' ? ['everything'] : ['trading', 'messaging', 'gateway']);

// One platform for one disaster after the other: whoever is struck next must have come back from what happened before. Only the split form has Redis;
// without redis-server on PATH `npm test` has said that this suite runs without it.
describe.each(platformForms)('in the middle of a burst (%s)', (form) => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await aPlatform(form);
  });
  afterAll(() => platform?.close());

  test('sockets die at random under 2,000 gifts and 2,000 messages from 50 senders: every resumed sequence is contiguous and equals the log', {
    timeout: DISASTER_MS_MAX,
  }, async () => {
    const random = seededRandom(SEED);
    const before = (await giftsShown(platform, DEMO_STREAM)).size;
    const watchers = Array.from({ length: CUTS.watchers }, () => watchRoom(platform.url, DEMO_STREAM));
    await Promise.all(watchers.map((watcher) => watcher.ready));
    let cuts = 0;
    const cutting = setInterval(() => {
      watchers[Math.floor(random() * watchers.length)]?.cut();
      cuts += 1;
    }, CUTS.everyMs);

    const sent = await Promise.all(
      Array.from({ length: CUTS.senders }, (_, index) => busySender(platform, `viewer-${String(index + 1).padStart(2, '0')}`)),
    );
    clearInterval(cutting);
    const orders = sent.flatMap((each) => each.orderIds);
    expect(orders).toHaveLength(CUTS.senders * CUTS.giftsEach);

    await eventually('all gifts are in the room', async () => (await giftsShown(platform, DEMO_STREAM)).size >= before + orders.length);
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
    await Promise.all(watchers.map((watcher) => watcher.close()));
  });

  test.each(partsOf(form))(
    'kill -9 of %s: every acknowledged gift is in the ledger and in the room once; a retry with the same key settles the others',
    { timeout: DISASTER_MS_MAX },
    async (part) => {
      const before = new Set((await giftsSent(platform)).keys());
      const watcher = watchRoom(platform.url, DEMO_STREAM);
      await watcher.ready;
      const senders = await Promise.all(
        Array.from({ length: KILLS.senders }, async (_, index) => {
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
        if (acknowledged >= (KILLS.senders * KILLS.giftsEach) / 3 && killing === null) killing = platform.killAndRestart(part);
      };
      await Promise.all(
        senders.map(async (token) => {
          for (let round = 0; round < KILLS.giftsEach; round += 1) {
            await send(token, { streamId: DEMO_STREAM, giftId: 'rose', quantity: 1, idempotencyKey: randomUUID() });
          }
        }),
      );
      expect(killing).not.toBeNull();
      await killing;

      const orders = [...firstAnswers.values()];
      expect(new Set(orders).size).toBe(KILLS.senders * KILLS.giftsEach);
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

  const testRedis = form === 'split' ? test : null;
  testRedis?.('FLUSHALL of Redis loses nothing, and rooms are live within 3 s', { timeout: DISASTER_MS_MAX }, async () => {
    await burst(platform, async () => {
      const redis = createClient({ url: await platform.redisUrl() });
      await redis.connect();
      await redis.flushAll();
      await redis.close();
    });
  });

  testRedis?.('kill -9 and a restart of Redis lose nothing, and rooms are live within 3 s', { timeout: DISASTER_MS_MAX }, async () => {
    await burst(platform, () => platform.killAndRestart('redis'));
  });
});

/** Sends its gifts and messages one after the other, as a person would, in turn. */
async function busySender(platform: Platform, user: string): Promise<{ orderIds: string[] }> {
  const token = await platform.token(user);
  await topUp(platform.url, token, 'coins-100');
  const orderIds: string[] = [];
  for (let round = 0; round < Math.max(CUTS.giftsEach, CUTS.messagesEach); round += 1) {
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

/** Gifts that go on while something happens to Redis: nothing is lost, and the room is live again soon. */
const burst = async (platform: Platform, disturb: () => Promise<void>): Promise<void> => {
  const sentBefore = (await giftsSent(platform)).size;
  const watchers = Array.from({ length: FLUSHES.watchers }, () => watchRoom(platform.url, DEMO_STREAM));
  await Promise.all(watchers.map((watcher) => watcher.ready));
  let disturbing: Promise<void> | null = null;
  const senders = await Promise.all(
    Array.from({ length: FLUSHES.senders }, async (_, index) => {
      const token = await platform.token(`viewer-${String(index + 1).padStart(2, '0')}`);
      await topUp(platform.url, token, 'coins-100');
      return token;
    }),
  );
  const orders: string[] = [];
  await Promise.all(
    senders.map(async (token) => {
      for (let round = 0; round < FLUSHES.giftsEach; round += 1) {
        const input = { streamId: DEMO_STREAM, giftId: 'rose', quantity: 1, idempotencyKey: randomUUID() };
        const answer = await untilAccepted(() => sendGift(platform.url, token, input));
        orders.push(answer.sendGift.order?.id ?? 'refused');
        if (orders.length >= (FLUSHES.senders * FLUSHES.giftsEach) / 3) disturbing ??= disturb();
      }
    }),
  );
  expect(disturbing).not.toBeNull();
  await disturbing;
  await liveAgain(platform, watchers);
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
const liveAgain = async (platform: Platform, watchers: readonly ReturnType<typeof watchRoom>[]): Promise<void> => {
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
