import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { newId } from '#platform/ids.ts';
import type { GiftOutcome } from '../../subgraphs/trading/data/giftBatchState.ts';
import { seedCatalogue } from '../../subgraphs/trading/data/seed.ts';
import { applyStreamNews } from '../../subgraphs/trading/data/streams.ts';
import type { GiftCommand, GiftWish } from '../../subgraphs/trading/domain/gift.ts';
import { comboOf } from '../../subgraphs/trading/domain/giftOrder.ts';
import { fundWallets } from '../support/fund-wallets.ts';
import { aGiftWorld, type GiftWorld } from '../support/gift-world.ts';
import { aDatabaseUrl } from '../support/postgres.ts';

// As many as processes of trading might meet over one key: each has its own pool, lanes and clock.
const PROCESSES = 16;

let worlds: readonly GiftWorld[];

const first = (): GiftWorld => worlds[0] as GiftWorld;

beforeAll(async () => {
  const url = await aDatabaseUrl('trading');
  worlds = await Promise.all(Array.from({ length: PROCESSES }, () => aGiftWorld(url)));
  await seedCatalogue(first().database);
});

afterEach(async () => {
  expect(await first().faults()).toEqual([]);
  await setPolicy('day_coins_max = NULL, session_coins_max = NULL, velocity_orders_max = NULL');
});

afterAll(async () => {
  await Promise.all(worlds.map((world) => world.close()));
});

const setPolicy = async (set: string): Promise<void> => {
  await first().sql(`/* setPolicy */ UPDATE trading_policy SET ${set}`);
};

const aSender = async (coins: bigint): Promise<string> => {
  const sender = `user-${randomUUID()}`;
  await fundWallets(first().database, [sender], coins);
  return sender;
};

const aLiveStream = async (): Promise<string> => {
  const stream = { id: newId(), streamerId: `streamer-${randomUUID()}`, status: 'LIVE' as const, version: 1 };
  await first().database.transaction('aLiveStream', (tx) => applyStreamNews(tx, [stream], new Date()));
  return stream.id;
};

const aRose = (senderId: string, streamId: string, over: Partial<GiftCommand> = {}): GiftCommand => ({
  senderId,
  streamId,
  giftId: 'rose',
  quantity: 1,
  idempotencyKey: randomUUID(),
  ...over,
});

/** Sends each of these from the next process, all at once. */
const fromEverywhere = (commands: readonly GiftCommand[]): Promise<readonly GiftOutcome[]> =>
  Promise.all(commands.map((command, index) => (worlds[index % PROCESSES] as GiftWorld).lane.submit(command)));

const verdicts = (outcomes: readonly GiftOutcome[]): readonly string[] =>
  outcomes.map((outcome) => (outcome.ok ? 'OK' : outcome.error.code));
const count = (outcomes: readonly GiftOutcome[], code: string): number => verdicts(outcomes).filter((verdict) => verdict === code).length;

test('one key from 16 processes at once is one order, paid once, and everybody is told of the same', async () => {
  const [sender, streamId] = [await aSender(10n), await aLiveStream()];
  const rose = aRose(sender, streamId, { quantity: 3 });
  const outcomes = await fromEverywhere(Array.from({ length: 3 * PROCESSES }, () => rose));
  expect(new Set(outcomes.map((outcome) => (outcome.ok ? outcome.order.id : outcome.error.code))).size).toBe(1);
  expect(outcomes.filter((outcome) => outcome.ok && !outcome.repeated)).toHaveLength(1);
  expect(outcomes.every((outcome) => outcome.wallet.coins === 7n)).toBe(true);
});

test('one key of several gifts, and the same key of one gift, from 16 processes: one of the two wins, whole', async () => {
  const [sender, streamId] = [await aSender(100n), await aLiveStream()];
  const idempotencyKey = randomUUID();
  const { senderId: _, idempotencyKey: __, ...item } = aRose(sender, streamId);
  const wish: GiftWish = { senderId: sender, idempotencyKey, claims: { minor: false, region: null }, mode: 'ATOMIC', items: [item, item] };
  const [bulk, single] = await Promise.all([
    Promise.all(worlds.map((world) => world.bulk.submit(wish))),
    Promise.all(worlds.map((world) => world.lane.submit(aRose(sender, streamId, { idempotencyKey })))),
  ]);
  const ofBulk = new Set(bulk.map((outcomes) => verdicts(outcomes).join()));
  const ofSingle = new Set(verdicts(single));
  const bulkWon = ofBulk.has('OK,OK');
  expect([[...ofBulk], [...ofSingle]]).toEqual(
    bulkWon ? [['OK,OK'], ['IDEMPOTENCY_CONFLICT']] : [['IDEMPOTENCY_CONFLICT,IDEMPOTENCY_CONFLICT'], ['OK']],
  );
  const [row] = await first().sql<{ orders: bigint }>(
    `/* orders */ SELECT count(*) AS orders FROM gift_order WHERE sender_id = '${sender}'`,
  );
  expect(row?.orders).toBe(bulkWon ? 2n : 1n);
});

test('a combo from two devices over two processes counts every piece once, in one combo', async () => {
  const [sender, streamId] = [await aSender(1_000n), await aLiveStream()];
  const taps = Array.from({ length: 120 }, (_, index) => aRose(sender, streamId, { quantity: 1 + (index % 3) }));
  const outcomes = await Promise.all(taps.map((tap, index) => (worlds[index % 2] as GiftWorld).lane.submit(tap)));
  const orders = outcomes.flatMap((outcome) => (outcome.ok ? [outcome.order] : []));
  const steps = orders.map((order) => ({ ...comboOf(order), quantity: order.quantity })).toSorted((a, b) => a.count - b.count);
  expect(new Set(steps.map(({ id }) => id)).size).toBe(1);
  // Each count is the one before it and the order's own pieces: nobody's piece is lost, and none counts twice.
  let counted = 0;
  for (const { count: reached, quantity } of steps) {
    expect(reached).toBe(counted + quantity);
    counted = reached;
  }
  expect(counted).toBe(240);
});

test('a day’s limit, a stream’s limit and the number of orders hold exactly under gifts from 16 processes', async () => {
  const streams = await Promise.all(Array.from({ length: 4 }, aLiveStream));
  const tap = async (sender: string, streamId: (index: number) => string | undefined) =>
    fromEverywhere(Array.from({ length: 160 }, (_, index) => aRose(sender, streamId(index) ?? '')));
  await setPolicy('day_coins_max = 60');
  const ofDay = await tap(await aSender(500n), (index) => streams[index % 4]);
  expect([count(ofDay, 'OK'), count(ofDay, 'DAY_LIMIT')]).toEqual([60, 100]);
  await setPolicy('day_coins_max = NULL, session_coins_max = 17');
  const ofSession = await tap(await aSender(500n), () => streams[0]);
  expect([count(ofSession, 'OK'), count(ofSession, 'SESSION_LIMIT')]).toEqual([17, 143]);
  await setPolicy('session_coins_max = NULL, velocity_orders_max = 23, velocity_window_seconds = 3600');
  const quick = await tap(await aSender(500n), (index) => streams[index % 4]);
  expect([count(quick, 'OK'), count(quick, 'TOO_MANY_ORDERS')]).toEqual([23, 137]);
});

test('wishes of several gifts from 16 processes over one purse: each is whole, and the purse is spent to the last coin that fits', async () => {
  const [sender, streamId] = [await aSender(100n), await aLiveStream()];
  const { senderId: _, idempotencyKey: __, ...item } = aRose(sender, streamId, { quantity: 3 });
  const wishes = Array.from({ length: 48 }, (): GiftWish => {
    const idempotencyKey = randomUUID();
    return { senderId: sender, idempotencyKey, claims: { minor: false, region: null }, mode: 'ATOMIC', items: [item, item, item] };
  });
  const outcomes = await Promise.all(wishes.map((wish, index) => (worlds[index % PROCESSES] as GiftWorld).bulk.submit(wish)));
  expect(outcomes.filter((gifts) => gifts.every(({ ok }) => ok))).toHaveLength(11);
  expect(outcomes.filter((gifts) => gifts.every(({ ok }) => !ok))).toHaveLength(37);
  const [row] = await first().sql<{ coins: bigint }>(`/* left */ SELECT coins FROM wallet WHERE owner_id = '${sender}'`);
  expect(row?.coins).toBe(1n);
});
