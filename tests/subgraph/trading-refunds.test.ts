import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { FeedEvent } from '#platform/feed/feed.ts';
import { newId } from '#platform/ids.ts';
import { creditGifts, startCreditConsumer } from '../../subgraphs/trading/data/credits.ts';
import { writeBook } from '../../subgraphs/trading/data/ledger.ts';
import { openRefundLane, type RefundCommand, runRefunds, submitRefund } from '../../subgraphs/trading/data/refunds.ts';
import { seedCatalogue } from '../../subgraphs/trading/data/seed.ts';
import { applyStreamNews } from '../../subgraphs/trading/data/streams.ts';
import { lockWallets } from '../../subgraphs/trading/data/wallets.ts';
import type { GiftOrder } from '../../subgraphs/trading/domain/giftOrder.ts';
import { openBook } from '../../subgraphs/trading/domain/ledger.ts';
import { GIFT_FEEDS } from '../../subgraphs/trading/events.ts';
import { crashing } from '../support/crashing-database.ts';
import { fundWallets, giveFreely } from '../support/fund-wallets.ts';
import { aGiftWorld, type GiftWorld } from '../support/gift-world.ts';
import { coinsUnderWay, conservationDrift, ledgerFaults } from '../support/ledger.ts';
import { eventually } from '../support/platform.ts';
import { aDatabaseUrl } from '../support/postgres.ts';
import { createRandom } from '../support/random.ts';
import { ask, askData, aUser } from '../support/runtime.ts';
import { statementsOf } from '../support/statements.ts';
import { aTelemetry } from '../support/telemetry.ts';
import { aTrading, type TradingFixture } from '../support/trading.ts';

const CAUGHT_UP_DEADLINE_MS = 20_000;

let shop: TradingFixture;

beforeAll(async () => {
  shop = await aTrading();
});

afterEach(async () => {
  expect(await shop.faults()).toEqual([]);
});

afterAll(() => shop.close());

interface Refunded {
  readonly order: { readonly id: string; readonly status: string } | null;
  readonly userErrors: readonly { readonly code: string }[];
}

const anOperator = (name = 'olga') => aUser(`operator-${name}`, 'ops:read', 'ops:write');
const refundQuestion = (
  orderId: string,
  input: { readonly reason?: string; readonly idempotencyKey?: string } = {},
  as = anOperator(),
) => ({
  as,
  query: 'mutation ($input: RefundGiftInput!) { refundGift(input: $input) { order { id status } userErrors { code message field } } }',
  variables: { input: { orderId, reason: 'sent by a child', idempotencyKey: randomUUID(), ...input } },
});
const refund = async (...question: Parameters<typeof refundQuestion>): Promise<Refunded> =>
  (await askData<{ refundGift: Refunded }>(shop.trading, refundQuestion(...question))).refundGift;
const codes = ({ userErrors }: Refunded): readonly string[] => userErrors.map(({ code }) => code);

/** An order of that many roses that has been credited. */
const aSettledOrder = async (senderId: string, stream: { readonly streamId: string; readonly streamerId: string }, quantity: number) => {
  const { order } = await shop.send(senderId, { streamId: stream.streamId, quantity });
  const id = order?.id ?? '';
  await eventually('the gift is credited', async () => (await shown(id)).status === 'SETTLED');
  return id;
};

interface Shown {
  readonly status: string;
  readonly refund: {
    readonly reason: string;
    readonly returnedAt: string | null;
    readonly diamonds: string;
    readonly diamondsLost: string;
  } | null;
}

const shown = async (id: string): Promise<Shown> => {
  const query = 'query ($id: ID!) { giftOrder(id: $id) { status refund { reason returnedAt diamonds diamondsLost operatorId } } }';
  return (await askData<{ giftOrder: Shown }>(shop.trading, { as: anOperator(), query, variables: { id } })).giftOrder;
};

const isBack = (id: string): Promise<void> =>
  eventually('everything is back', async () => ((await shown(id)).refund?.returnedAt ?? null) !== null);

describe('refundGift', () => {
  test('gives coins back as coins, bonus coins as bonus coins and pieces as pieces, and takes back what the receiver earned', async () => {
    const [alice, stream] = [await shop.aWallet({ coins: 10n }), await shop.aStream()];
    await giveFreely(shop.database, alice, { bonusCoins: 3n, giftId: 'rose', pieces: 2 });
    const id = await aSettledOrder(alice, stream, 10);
    expect([await shop.coinsOf(alice), await shop.diamondsOf(stream.streamerId)]).toEqual([5n, 5n]);
    expect(await refund(id)).toEqual({ order: { id, status: 'REFUNDED' }, userErrors: [] });
    await isBack(id);
    expect([await shop.coinsOf(alice), await shop.diamondsOf(stream.streamerId)]).toEqual([10n, 0n]);
    const rows = await shop.database.query({
      text: '/* test */ SELECT bonus_coins, backpack_pieces FROM wallet WHERE owner_id = $1',
      values: [alice],
    });
    expect(rows).toEqual([{ bonus_coins: 3n, backpack_pieces: 2 }]);
    expect(await shown(id)).toMatchObject({ status: 'REFUNDED', refund: { reason: 'sent by a child', diamonds: '5', diamondsLost: '0' } });
  });

  test('by two operators at once happens once, and one of them is told so', async () => {
    const [alice, stream] = [await shop.aWallet({ coins: 5n }), await shop.aStream()];
    const id = await aSettledOrder(alice, stream, 5);
    const answers = await Promise.all(['olga', 'otto', 'olga'].map((name) => refund(id, {}, anOperator(name))));
    expect(answers.map(codes).sort()).toEqual([[], ['ALREADY_REFUNDED'], ['ALREADY_REFUNDED']]);
    await isBack(id);
    expect([await shop.coinsOf(alice), await shop.diamondsOf(stream.streamerId)]).toEqual([5n, 0n]);
  });

  test('with the same key answers the same for ever, and with another reason is a conflict', async () => {
    const [alice, stream, idempotencyKey] = [await shop.aWallet({ coins: 5n }), await shop.aStream(), randomUUID()];
    const id = await aSettledOrder(alice, stream, 5);
    const first = await Promise.all([refund(id, { idempotencyKey }), refund(id, { idempotencyKey })]);
    expect([...first, await refund(id, { idempotencyKey })].map(codes)).toEqual([[], [], []]);
    expect(codes(await refund(id, { idempotencyKey, reason: 'another' }))).toEqual(['IDEMPOTENCY_CONFLICT']);
    expect(codes(await refund(id, { idempotencyKey }, anOperator('otto')))).toEqual(['ALREADY_REFUNDED']);
    await isBack(id);
    expect(await shop.coinsOf(alice)).toBe(5n);
  });

  test('of no order, or without a reason, is refused', async () => {
    expect(codes(await refund(newId()))).toEqual(['ORDER_NOT_FOUND']);
    expect(codes(await refund('no id at all'))).toEqual(['ORDER_NOT_FOUND']);
    for (const reason of ['', '  ', 'x'.repeat(501)]) expect(codes(await refund(newId(), { reason }))).toEqual(['REASON_INVALID']);
  });

  test('is for operators who may write', async () => {
    const { errors } = await ask(shop.trading, refundQuestion(newId(), {}, aUser('operator-olga', 'ops:read')));
    expect(errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
  });

  test('is shown to the receiver with its reason, without what operators alone may know', async () => {
    const [alice, stream] = [await shop.aWallet({ coins: 1n }), await shop.aStream()];
    const id = await aSettledOrder(alice, stream, 1);
    await refund(id);
    const as = aUser(stream.streamerId, 'wallet:read');
    const query = (field: string) => `query ($id: ID!) { giftOrder(id: $id) { status refund { ${field} } } }`;
    expect(await askData(shop.trading, { as, query: query('reason'), variables: { id } })).toEqual({
      giftOrder: { status: 'REFUNDED', refund: { reason: 'sent by a child' } },
    });
    for (const field of ['operatorId', 'diamondsLost']) {
      const { errors } = await ask(shop.trading, { as, query: query(field), variables: { id } });
      expect(errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
    }
  });
});

describe('the lane of refunds', () => {
  let world: GiftWorld;
  beforeAll(async () => {
    world = await aGiftWorld(shop.databaseUrl);
  });
  afterAll(() => world.close());

  const telemetry = aTelemetry('trading');
  const nobody = { publish: () => undefined };
  const aSentOrder = async (quantity = 1, streamerId?: string): Promise<GiftOrder> => {
    const [senderId, { streamId }] = [
      await shop.aWallet({ coins: 50n }),
      await shop.aStream(streamerId === undefined ? {} : { streamerId }),
    ];
    const outcome = await world.lane.submit({ senderId, streamId, giftId: 'rose', quantity, idempotencyKey: randomUUID() });
    if (!outcome.ok) throw new Error(outcome.error.message);
    return outcome.order;
  };
  const commandFor = (order: GiftOrder, idempotencyKey: string = randomUUID()): RefundCommand => ({
    order,
    operatorId: 'operator-olga',
    idempotencyKey,
    reason: 'a test',
  });
  const allEvents = async (): Promise<readonly FeedEvent[]> => {
    const request = { feeds: GIFT_FEEDS.map((feed) => ({ feed, after: null })), limit: 1_000, waitMs: 0 };
    return (await world.feeds.pull(request, AbortSignal.timeout(5_000))).feeds.flatMap(({ events }) => events);
  };

  test('refuses an order that is not credited yet for now: BUSY, with a time, and the same key does it later', async () => {
    const lane = openRefundLane({ database: world.database, feeds: world.feeds, telemetry, walletHints: nobody, orderHints: nobody });
    // An order of tomorrow: nobody knows it, so nobody credits it.
    const order = { ...(await aSentOrder()), id: newId() };
    await expect(submitRefund(lane, commandFor(order), new AbortController().signal)).rejects.toMatchObject({
      code: 'BUSY',
      retryAfterMs: expect.any(Number),
    });
    await lane.close();
  });

  test('10 refunds take as many statements as one', async () => {
    const orders = await Promise.all(Array.from({ length: 11 }, () => aSentOrder()));
    await Promise.all(orders.map(({ id }) => eventually('credited', async () => (await shown(id)).status === 'SETTLED')));
    const tagsOf = async (batch: readonly RefundCommand[]): Promise<readonly string[]> => {
      const OURS =
        /lockWallets|readSettlements|insertRefunds|updateWallets|insertWalletEntries|postToSystemAccounts|addToGiftTotals|appendAll/;
      const texts = await statementsOf(OURS, () =>
        world.database.transaction('test', (tx) => runRefunds(tx, world.feeds, batch, new Date())),
      );
      return texts
        .flatMap((text) => /\/\* (\w+) \*\//.exec(text)?.[1] ?? [])
        .filter((tag) => tag !== 'lockWallets' && tag !== 'updateWallets');
    };
    const [first, ...others] = orders.map((order) => commandFor(order));
    if (first === undefined) throw new Error('no order');
    const one = await tagsOf([first]);
    expect(one.filter((tag) => tag === 'insertRefunds')).toHaveLength(1);
    const many = await tagsOf(others);
    expect(many.filter((tag) => tag === 'insertRefunds' || tag === 'readSettlements')).toEqual(['readSettlements', 'insertRefunds']);
    await Promise.all(orders.map(({ id }) => isBack(id)));
  });

  test('events that are handed over again give nothing back twice', async () => {
    const order = await aSentOrder(7);
    await eventually('credited', async () => (await shown(order.id)).status === 'SETTLED');
    await refund(order.id);
    await isBack(order.id);
    const events = (await allEvents()).filter(({ payload }) => payload['orderId'] === order.id);
    expect(events.map(({ kind }) => kind).sort()).toEqual(['gift.refunded', 'gift.sent']);
    const again = await world.database.transaction('again', (tx) => creditGifts(tx, [...events, ...events], new Date()));
    expect(again).toEqual({ credited: [], returned: [] });
    expect(await shop.coinsOf(order.senderId)).toBe(50n);
  });

  test('what the receiver no longer has is the platform’s loss', async () => {
    const order = await aSentOrder(9);
    await eventually('credited', async () => (await shown(order.id)).status === 'SETTLED');
    const spend = (amount: bigint) =>
      world.database.transaction('spend', async (tx) => {
        const book = openBook(await lockWallets(tx, [order.receiverId]), new Date());
        const { shard } = book.post({ ownerId: order.receiverId, currency: 'DIAMONDS', amount, causeId: null });
        book.postSystem({ shard, accountId: 'spent-by-a-test', currency: 'DIAMONDS', amount: -amount });
        await writeBook(tx, book.close(), newId());
      });
    await spend(-5n);
    await refund(order.id);
    await isBack(order.id);
    expect(await shown(order.id)).toMatchObject({ refund: { diamonds: '4', diamondsLost: '5' } });
    expect([await shop.coinsOf(order.senderId), await shop.diamondsOf(order.receiverId)]).toEqual([50n, 0n]);
    // The ledger is whole; that the wallet holds fewer diamonds than its gifts earned is what this test did.
    expect((await shop.faults()).map((fault) => fault.split(':')[0])).toEqual(['a receiver has not earned what was credited']);
    await spend(5n);
  });
});

test('processes that die at any moment of 60 refunds lose nothing and give nothing back twice', async () => {
  const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  const url = await aDatabaseUrl('trading');
  const calm = await aGiftWorld(url);
  const random = createRandom(seed);
  const mishaps: string[] = [];
  const telemetry = aTelemetry('trading');
  const nobody = { publish: () => undefined };
  const users = Array.from({ length: 20 }, (_, index) => `user-${index}`);
  await fundWallets(calm.database, users, 100n);
  const orders = await sendAround(calm, users, 60);
  const calmCredits = calm.startCredits();
  await calmCredits.caughtUp(AbortSignal.timeout(CAUGHT_UP_DEADLINE_MS));
  await calmCredits.close();

  // Operators ask again and again until everything is refunded, with new processes whenever one has died.
  const open = new Map(orders.map((order) => [order.id, { order, idempotencyKey: randomUUID() }]));
  for (let round = 0; open.size > 0 && round < 300; round += 1) {
    const process_ = crashing(
      calm.database,
      () => random,
      0.4,
      (mishap) => mishaps.push(mishap),
    );
    const { database } = process_;
    const lane = openRefundLane({ database, feeds: calm.feeds, telemetry, walletHints: nobody, orderHints: nobody });
    const credits = startCreditConsumer({ database, source: calm.feeds, telemetry, walletHints: nobody, orderHints: nobody });
    const asked = [...open.values()].slice(0, 1 + random.below(9));
    await Promise.race([
      process_.dead,
      Promise.allSettled(
        asked.map(async ({ order, idempotencyKey }) => {
          const outcome = await lane.submit({ order, operatorId: 'olga', idempotencyKey, reason: `seed ${seed}` });
          if (outcome.ok) open.delete(order.id);
        }),
      ),
    ]);
    void lane.close();
    await credits.close();
  }
  expect(open.size).toBe(0);
  const last = calm.startCredits();
  await last.caughtUp(AbortSignal.timeout(CAUGHT_UP_DEADLINE_MS));
  expect(await ledgerFaults(calm.sql)).toEqual([]);
  expect([await coinsUnderWay(calm.sql), await conservationDrift(calm.sql)]).toEqual([0n, 0n]);
  const wallets = await calm.sql<{ coins: bigint; diamonds: bigint }>('/* test */ SELECT coins, diamonds FROM wallet');
  for (const wallet of wallets) expect(wallet.diamonds).toBe(0n);
  expect(wallets.filter(({ coins }) => coins === 100n)).toHaveLength(users.length);
  expect(mishaps.length).toBeGreaterThan(0);
  await calm.close();
}, 60_000);

/** Everybody sends roses to everybody. */
const sendAround = async (world: GiftWorld, users: readonly string[], count: number): Promise<readonly GiftOrder[]> => {
  await seedCatalogue(world.database);
  const streams = users.map((streamerId) => ({ id: newId(), streamerId, status: 'LIVE' as const, version: 1 }));
  await world.database.transaction('streams', (tx) => applyStreamNews(tx, streams, new Date()));
  const outcomes = await Promise.all(
    Array.from({ length: count }, (_, index) => {
      const [senderId = '', streamId = ''] = [users[index % users.length], streams[(index * 7 + 3) % streams.length]?.id];
      return world.lane.submit({ senderId, streamId, giftId: 'rose', quantity: 1, idempotencyKey: `key-${index}` });
    }),
  );
  return outcomes.flatMap((outcome) => (outcome.ok ? [outcome.order] : []));
};
