import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Identity } from '#platform/identity/identity.ts';
import { newId, shardOf } from '#platform/ids.ts';
import { returnPieces } from '../../subgraphs/trading/data/backpack.ts';
import { type HoldCommand, type HoldOutcome, openHoldLane, runHoldBatch } from '../../subgraphs/trading/data/holdLane.ts';
import { startHoldPoster } from '../../subgraphs/trading/data/holdPoster.ts';
import { applyStreamNews } from '../../subgraphs/trading/data/streams.ts';
import type { GiftOrder, HoldStatus } from '../../subgraphs/trading/domain/giftOrder.ts';
import { HOLD_GRACE_MS, nextHoldStatus } from '../../subgraphs/trading/domain/hold.ts';
import { fundWallets, giveFreely } from '../support/fund-wallets.ts';
import { aGiftWorld, type GiftWorld } from '../support/gift-world.ts';
import { coinsUnderWay, conservationDrift } from '../support/ledger.ts';
import { eventually } from '../support/platform.ts';
import { aDatabaseUrl } from '../support/postgres.ts';
import { createRandom } from '../support/random.ts';
import { askData, aUser } from '../support/runtime.ts';
import { statementsOf } from '../support/statements.ts';
import { aTelemetry } from '../support/telemetry.ts';
import { aTrading, type TradingFixture } from '../support/trading.ts';

const WINDOW_SECONDS = 60;
/** Lollipops cost 10 coins and can be taken back, roses cost 1 and can't. */
const HELD = `/* test */ UPDATE gift SET cancel_window_seconds = ${WINDOW_SECONDS}, daily_quantity_max = 100 WHERE id = 'lollipop'`;

/** A bundle for as much, which can be taken back, too. */
const BUNDLE = `/* test */ WITH bundle AS (
    INSERT INTO gift (shard, id, name, kind, price_coins, cancel_window_seconds, on_sale_from) VALUES ($1, 'basket', 'Basket', 'BUNDLE', 10, 60, '2026-01-01')
  ) INSERT INTO bundle_item (shard, bundle_id, position, gift_id, quantity) VALUES ($1, 'basket', 0, 'rose', 5)`;

let shop: TradingFixture;

beforeAll(async () => {
  shop = await aTrading();
  await shop.database.query({ text: HELD });
});

afterEach(async () => {
  expect(await shop.faults()).toEqual([]);
});

afterAll(() => shop.close());

interface Cancelled {
  readonly order: { readonly id: string; readonly status: string } | null;
  readonly wallet: { readonly coins: string; readonly bonusCoins: string; readonly heldCoins: string };
  readonly userErrors: readonly { readonly code: string }[];
}

const cancel = async (senderId: string, orderId: string, idempotencyKey: string = randomUUID()): Promise<Cancelled> => {
  const query = `mutation ($input: CancelGiftInput!) { cancelGift(input: $input) {
    order { id status } wallet { coins bonusCoins heldCoins } userErrors { code } } }`;
  const variables = { input: { orderId, idempotencyKey } };
  const as = aUser(senderId, 'gifts:send', 'wallet:read');
  return (await askData<{ cancelGift: Cancelled }>(shop.trading, { as, query, variables })).cancelGift;
};
const codes = ({ userErrors }: Cancelled): readonly string[] => userErrors.map(({ code }) => code);

const statusAs = async (as: Identity, id: string): Promise<string | null> => {
  const query = 'query ($id: ID!) { giftOrder(id: $id) { status } }';
  return (
    (await askData<{ giftOrder: { status: string } | null }>(shop.trading, { as, query, variables: { id } })).giftOrder?.status ?? null
  );
};
const statusOf = (id: string): Promise<string | null> => statusAs(aUser('operator-olga', 'ops:read'), id);

/** A lollipop that its sender may still take back. */
const aHeldGift = async ({ coins = 30n, quantity = 1, giftId = 'lollipop' } = {}) => {
  const [senderId, stream] = [await shop.aWallet({ coins }), await shop.aStream()];
  const { order } = await shop.send(senderId, { streamId: stream.streamId, giftId, quantity });
  return { senderId, ...stream, id: order?.id ?? '' };
};

/** Ends windows: what is due is posted by itself. */
const endWindow = (id: string, ago = '1 second', expired = '5 minutes') =>
  shop.database.query({
    text: `/* test */ UPDATE gift_hold SET posts_at = now() - $2::interval, expires_at = now() - $2::interval + $3::interval WHERE order_id = $1`,
    values: [id, ago, expired],
  });

/** The contents of its events. */
const eventsOf = async (orderId: string): Promise<readonly unknown[]> => {
  const text = `/* test */ SELECT payload->'contents' AS contents FROM feed_event WHERE id = $1`;
  return (await shop.database.query<{ contents: unknown }>({ text, values: [orderId] })).map(({ contents }) => contents);
};

describe('a gift that can be taken back', () => {
  test('is paid and waits: nobody sees it, and its coins are shown as held', async () => {
    const { senderId, streamerId, id } = await aHeldGift();
    expect([await statusOf(id), await shop.coinsOf(senderId), await eventsOf(id)]).toEqual(['PENDING', 20n, []]);
    expect(await shop.diamondsOf(streamerId)).toBe(0n);
    expect(await statusAs(aUser(streamerId, 'wallet:read'), id)).toBeNull();
    expect(codes(await cancel('mallory', id))).toEqual(['ORDER_NOT_FOUND']);
    const { wallet } = await cancel(senderId, newId());
    expect(wallet).toEqual({ coins: '20', bonusCoins: '0', heldCoins: '10' });
  });

  test('comes back whole, once, and a repeated key answers the same', async () => {
    const [senderId, { streamId }, key] = [await shop.aWallet({ coins: 30n }), await shop.aStream(), randomUUID()];
    await giveFreely(shop.database, senderId, { bonusCoins: 4n, giftId: 'lollipop', pieces: 1 });
    const { order } = await shop.send(senderId, { streamId, giftId: 'lollipop', quantity: 2 });
    const id = order?.id ?? '';
    expect(await shop.coinsOf(senderId)).toBe(24n);
    const answers = await Promise.all([cancel(senderId, id, key), cancel(senderId, id, key), cancel(senderId, id)]);
    expect(answers.map(codes)).toEqual([[], [], ['ALREADY_CANCELLED']]);
    expect(await cancel(senderId, id, key)).toEqual({
      order: { id, status: 'CANCELLED' },
      wallet: { coins: '30', bonusCoins: '4', heldCoins: '0' },
      userErrors: [],
    });
    expect(codes(await cancel(senderId, newId(), key))).toEqual(['IDEMPOTENCY_CONFLICT']);
    const rows = await shop.database.query({
      text: '/* test */ SELECT backpack_pieces FROM wallet WHERE owner_id = $1',
      values: [senderId],
    });
    expect(rows).toEqual([{ backpack_pieces: 1 }]);
    expect(await eventsOf(id)).toEqual([]);
  });

  test('brings no piece back whose time is past by then: it has expired in the backpack', async () => {
    const [senderId, { streamId }] = [await shop.aWallet({ coins: 0n }), await shop.aStream()];
    await giveFreely(shop.database, senderId, { bonusCoins: 0n, giftId: 'lollipop', pieces: 2 });
    const { order } = await shop.send(senderId, { streamId, giftId: 'lollipop', quantity: 2 });
    await shop.database.query({
      text: `/* test */ UPDATE backpack_lot SET expires_at = now() - interval '1 second' WHERE owner_id = $1`,
      values: [senderId],
    });
    await cancel(senderId, order?.id ?? '');
    const text = `/* test */ SELECT l.pieces_left, l.used, l.expired, w.backpack_pieces FROM backpack_lot l JOIN wallet w USING (owner_id) WHERE owner_id = $1`;
    const lot = { pieces_left: 0, used: 0, expired: 2, backpack_pieces: 0 };
    expect(await shop.database.query({ text, values: [senderId] })).toEqual([lot]);
    const again = [{ id: order?.id ?? '', senderId }];
    expect(await shop.database.transaction('test', (tx) => returnPieces(tx, again, new Date()))).toEqual(new Map());
    expect(await shop.database.query({ text, values: [senderId] })).toEqual([lot]);
  });

  test('is sent by itself when its time is over, and can’t be taken back then', async () => {
    await shop.database.query({ text: BUNDLE, values: [shardOf('basket')] });
    const { senderId, streamerId, id } = await aHeldGift({ giftId: 'basket' });
    // What was ordered is what is sent, whatever has become of the bundle.
    await shop.database.query({ text: `/* test */ UPDATE bundle_item SET quantity = 9 WHERE bundle_id = 'basket'` });
    await endWindow(id);
    await eventually('the gift is credited', async () => (await statusOf(id)) === 'SETTLED');
    expect([await shop.diamondsOf(streamerId), await eventsOf(id)]).toEqual([10n, [[{ giftId: 'rose', quantity: 5 }]]]);
    expect(codes(await cancel(senderId, id))).toEqual(['WINDOW_OVER']);
    expect((await cancel(senderId, newId())).wallet.heldCoins).toBe('0');
  });

  test('is given back when nobody could send it in time', async () => {
    const { senderId, id } = await aHeldGift();
    await endWindow(id, '20 minutes', '10 minutes');
    await eventually('the gift has expired', async () => (await statusOf(id)) === 'EXPIRED');
    expect([await shop.coinsOf(senderId), await eventsOf(id)]).toEqual([30n, []]);
    expect(codes(await cancel(senderId, id))).toEqual(['ALREADY_CANCELLED']);
  });

  test('gives back what it counted against limits, and lowers no combo', async () => {
    const { senderId, streamId, id } = await aHeldGift({ coins: 100n, quantity: 2 });
    const counted = async () => {
      const text = `/* test */ SELECT w.day_coins, s.coins, s.combo_count, g.pieces FROM wallet w JOIN sender_stream s ON s.sender_id = w.owner_id
        JOIN sender_gift g ON g.sender_id = w.owner_id WHERE w.owner_id = $1`;
      return (await shop.database.query({ text, values: [senderId] }))[0];
    };
    expect(await counted()).toEqual({ day_coins: 20n, coins: 20n, combo_count: 2, pieces: 2 });
    await cancel(senderId, id);
    expect(await counted()).toEqual({ day_coins: 0n, coins: 0n, combo_count: 2, pieces: 0 });
    await shop.send(senderId, { streamId, giftId: 'lollipop' });
    expect(await counted()).toEqual({ day_coins: 10n, coins: 10n, combo_count: 3, pieces: 1 });
  });

  test('can’t be refunded while it waits (BUSY, until when), nor after it was taken back', async () => {
    const { senderId, id } = await aHeldGift();
    const refund = () =>
      askData<{ refundGift: { userErrors: { code: string }[] } }>(shop.trading, {
        as: aUser('operator-olga', 'ops:write'),
        query: 'mutation ($input: RefundGiftInput!) { refundGift(input: $input) { userErrors { code } } }',
        variables: { input: { orderId: id, reason: 'a test', idempotencyKey: 'one key' } },
      });
    await expect(refund()).rejects.toThrow(/BUSY.*retryAfterMs/);
    await cancel(senderId, id);
    expect((await refund()).refundGift.userErrors).toEqual([{ code: 'ORDER_CANCELLED' }]);
  });

  test('one that is sent at once can’t be', async () => {
    const [senderId, { streamId }] = [await shop.aWallet({ coins: 1n }), await shop.aStream()];
    const { order } = await shop.send(senderId, { streamId });
    expect(codes(await cancel(senderId, order?.id ?? ''))).toEqual(['NOT_CANCELLABLE']);
  });
});

test('the state of a hold is what its clock says, and final once it has left PENDING', () => {
  const wish = fc.record({ wish: fc.constantFrom('CANCEL' as const, 'END' as const), atMs: fc.constantFrom(0, 9, 10, 11, 29, 30, 31, 40) });
  fc.assert(
    fc.property(fc.array(wish, { maxLength: 8 }), (wishes) => {
      const [postsAt, expiresAt] = [new Date(10), new Date(30)];
      let status: HoldStatus = 'PENDING';
      let told: HoldStatus | null = null;
      for (const { wish, atMs } of wishes) {
        status = nextHoldStatus({ status, postsAt, expiresAt }, wish, new Date(atMs));
        // The rule in other words: the first wish that its time allows decides.
        if (told === null && wish === 'CANCEL' && atMs < 10) told = 'VOIDED';
        if (told === null && wish === 'END' && atMs >= 10) told = atMs < 30 ? 'POSTED' : 'EXPIRED';
        expect(status).toBe(told ?? 'PENDING');
      }
    }),
  );
});

describe('the lane of holds', () => {
  let world: GiftWorld;
  beforeAll(async () => {
    const url = await aDatabaseUrl('trading');
    world = await aGiftWorld(url);
    const scene = await aTrading({ databaseUrl: url });
    await scene.close();
    await world.sql(HELD);
  });
  afterEach(async () => {
    expect(await world.faults()).toEqual([]);
    expect(await conservationDrift(world.sql)).toBe(0n);
  });
  afterAll(() => world.close());

  /** Lollipops of many senders, all of them held. */
  const heldGifts = async (count: number): Promise<readonly GiftOrder[]> => {
    const senders = Array.from({ length: Math.ceil(count / 5) }, () => `user-${randomUUID()}`);
    await fundWallets(world.database, senders, 50n);
    const stream = { id: newId(), streamerId: `streamer-${randomUUID()}`, status: 'LIVE' as const, version: 1 };
    await world.database.transaction('stream', (tx) => applyStreamNews(tx, [stream], new Date()));
    const outcomes = await Promise.all(
      Array.from({ length: count }, (_, index) =>
        world.lane.submit({
          senderId: senders[index % senders.length] ?? '',
          streamId: stream.id,
          giftId: 'lollipop',
          quantity: 1,
          idempotencyKey: randomUUID(),
        }),
      ),
    );
    return outcomes.flatMap((outcome) => (outcome.ok ? [outcome.order] : []));
  };
  const run = (batch: readonly HoldCommand[], now: Date) =>
    world.database.transaction('test', (tx) => runHoldBatch(tx, world.feeds, batch, now));
  const end = ({ id, senderId }: GiftOrder): HoldCommand => ({ kind: 'END', senderId, orderId: id });
  const takeBack = ({ id, senderId }: GiftOrder): HoldCommand => ({ kind: 'CANCEL', senderId, orderId: id, idempotencyKey: randomUUID() });

  test('however many end at once, it takes the same statements', async () => {
    const [first, ...others] = await heldGifts(21);
    if (first === undefined) throw new Error('nothing is held');
    const later = new Date(Date.now() + (WINDOW_SECONDS + 1) * 1_000);
    // The shop of the other tests looks for its own in the meantime.
    const OURS =
      /lockWallets|findAnswers|readHolds|endHolds|readGiftOrders|insertAnswers|takeFrom|updateWallets|insertWalletEntries|postToSystem|appendAll/;
    const tagsOf = async (batch: readonly HoldCommand[], now: Date) =>
      (await statementsOf(OURS, () => run(batch, now))).flatMap((text) => /\/\* (\w+) \*\//.exec(text)?.[1] ?? []);
    const sent = ['lockWallets', 'readHolds', 'readGiftOrders', 'endHolds', 'updateWallets', 'postToSystemAccounts', 'appendAll'];
    expect(await tagsOf([end(first)], later)).toEqual(sent);
    expect(await tagsOf(others.slice(0, 10).map(end), later)).toEqual(sent);
    const back = ['lockWallets', 'findAnswers', 'readHolds', 'readGiftOrders', 'insertAnswers', 'endHolds', 'takeFromSenderStreams'];
    expect(await tagsOf(others.slice(10).map(takeBack), new Date())).toEqual([
      ...back,
      'takeFromSenderGifts',
      'updateWallets',
      'insertWalletEntries',
      'postToSystemAccounts',
      'appendAll',
    ]);
  });

  test('100 holds under 600 random wishes from 6 hands at once, by clocks that disagree: each ends once, legally, and stays so', async () => {
    const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));
    const random = createRandom(seed);
    const orders = await heldGifts(100);
    const startMs = Date.now();
    const seen = new Map<string, { readonly kind: string; readonly at: Date; readonly outcome: HoldOutcome }[]>();
    const hand = async (): Promise<void> => {
      for (let round = 0; round < 10; round += 1) {
        const chosen = Array.from({ length: 10 }, () => orders[random.below(orders.length)]).flatMap((order) => order ?? []);
        const batch = chosen.map((order) => (random.chance(0.5) ? takeBack(order) : end(order)));
        const at = new Date(startMs + random.below(WINDOW_SECONDS * 1_000 * 2) + (random.chance(0.1) ? HOLD_GRACE_MS : 0));
        const { outcomes } = await run(batch, at);
        for (const [index, outcome] of outcomes.entries()) {
          const command = batch[index];
          if (command === undefined) continue;
          const ofOrder = seen.get(command.orderId) ?? [];
          ofOrder.push({ kind: command.kind, at, outcome });
          seen.set(command.orderId, ofOrder);
        }
      }
    };
    await Promise.all(Array.from({ length: 6 }, hand));
    const final = new Map(
      (
        await world.sql<{ order_id: string; status: HoldStatus; ended_at: Date | null; posts_at: Date; expires_at: Date }>(
          '/* test */ SELECT order_id, status, ended_at, posts_at, expires_at FROM gift_hold',
        )
      ).map((row) => [row.order_id, row]),
    );
    for (const [orderId, wishes] of seen) {
      const row = final.get(orderId);
      if (row === undefined) throw new Error(`hold ${orderId} is gone, seed ${seed}`);
      const statuses = new Set(wishes.flatMap(({ outcome }) => outcome.hold?.status ?? []));
      // Every hand saw it open or as it ended in the end, and no other way.
      for (const status of statuses) expect(['PENDING', row.status], `seed ${seed}`).toContain(status);
      if (row.status === 'PENDING') continue;
      const kind = row.status === 'VOIDED' ? 'CANCEL' : 'END';
      const deciders = wishes.filter((wish) => wish.kind === kind && wish.at.getTime() === row.ended_at?.getTime());
      expect(deciders.length, `seed ${seed}`).toBeGreaterThan(0);
      const open = { status: 'PENDING' as const, postsAt: row.posts_at, expiresAt: row.expires_at };
      expect(nextHoldStatus(open, kind, row.ended_at ?? new Date(0)), `seed ${seed}`).toBe(row.status);
      const done = wishes.filter(({ kind: wished, outcome }) => wished === 'CANCEL' && outcome.error === null);
      expect(done, `seed ${seed}`).toHaveLength(row.status === 'VOIDED' ? 1 : 0);
    }
  });

  test('taken back and sent at the same moment by two processes: one of them, and the coins are where it says', async () => {
    const orders = await heldGifts(100);
    const parts = { database: world.database, feeds: world.feeds, telemetry: aTelemetry('trading') };
    const nobody = { publish: () => undefined };
    const lanes = [1, 2].map(() => openHoldLane({ ...parts, walletHints: nobody, orderHints: nobody }));
    const [one, two] = lanes;
    if (one === undefined || two === undefined) throw new Error('no lanes');
    const posters = lanes.map((lane) =>
      startHoldPoster({ ...parts, partition: { index: 0, database: world.database }, lane, intervalMs: 5 }),
    );
    // Windows of all lengths up to a moment from now: some are taken back in time, some are not.
    await world.sql(`/* test */ UPDATE gift_hold SET posts_at = now() + random() * interval '300 milliseconds' WHERE status = 'PENDING'`);
    const answers: HoldOutcome[] = [];
    // One wave after the other, so that senders ask all the time while the windows close.
    for (let wave = 0; wave < orders.length; wave += 10) {
      const asked = orders.slice(wave, wave + 10).map((order, index) => (index % 2 === 0 ? one : two).submit(takeBack(order)));
      answers.push(...(await Promise.all(asked)));
    }
    await eventually('all have ended', async () => {
      const rows = await world.sql<object>(`/* test */ SELECT FROM gift_hold WHERE status = 'PENDING'`);
      return rows.length === 0;
    });
    await Promise.all(posters.map((poster) => poster.close()));
    await Promise.all(lanes.map((lane) => lane.close()));
    const rows = await world.sql<{ order_id: string; status: HoldStatus }>('/* test */ SELECT order_id, status FROM gift_hold');
    const ended = new Map(rows.map((row) => [row.order_id, row.status]));
    for (const [index, order] of orders.entries()) {
      const { error } = answers[index] ?? { error: null };
      expect([error?.code ?? null, ended.get(order.id)]).toEqual(error === null ? [null, 'VOIDED'] : ['WINDOW_OVER', 'POSTED']);
    }
    const credits = world.startCredits();
    await credits.caughtUp(AbortSignal.timeout(10_000));
    expect(await coinsUnderWay(world.sql)).toBe(0n);
  });
});
