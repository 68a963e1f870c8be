import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { newId, shardOf } from '#platform/ids.ts';
import { startTrading } from '../../subgraphs/trading/server.ts';
import { fundWallets } from '../support/fund-wallets.ts';
import { eventually } from '../support/platform.ts';
import { aRuntime, aService, ask, askData, aUser } from '../support/runtime.ts';
import { statementsOf } from '../support/statements.ts';
import { aTrading, type SendPayload, sendRaw, type TradingFixture } from '../support/trading.ts';

let shop: TradingFixture;

beforeAll(async () => {
  shop = await aTrading();
});

// Whatever a test did, the books are whole after it.
afterEach(async () => {
  expect(await shop.faults()).toEqual([]);
});

afterAll(() => shop.close());

const codes = (payload: SendPayload): readonly string[] => payload.userErrors.map((error) => error.code);

const aGiftOnSale = async (price: bigint): Promise<string> => {
  const id = `gift-${randomUUID()}`;
  await shop.database.query({
    text: "/* aGiftOnSale */ INSERT INTO gift (shard, id, name, price_coins, on_sale_from) VALUES ($1, $2, 'Test gift', $3, now() - interval '1 day')",
    values: [shardOf(id), id, price],
  });
  return id;
};
const withdraw = (id: string): Promise<unknown> =>
  shop.database.query({ text: "/* withdraw */ UPDATE gift SET on_sale_until = now() - interval '1 second' WHERE id = $1", values: [id] });
const reprice = (id: string, price: bigint): Promise<unknown> =>
  shop.database.query({
    text: '/* reprice */ UPDATE gift SET price_coins = $2, price_version = price_version + 1 WHERE id = $1',
    values: [id, price],
  });

const ORDER =
  'query ($id: ID!) { giftOrder(id: $id) { id status settledAt coins quantity gift { id name } sender { id } receiver { id } stream { id } } }';
interface Order {
  readonly id: string;
  readonly status: string;
  readonly settledAt: string | null;
}
const orderAs = async (userId: string, id: string): Promise<Order | null> =>
  (await askData<{ giftOrder: Order | null }>(shop.trading, { as: aUser(userId, 'wallet:read'), query: ORDER, variables: { id } }))
    .giftOrder;
const untilSettled = (userId: string, orderId: string): Promise<void> =>
  eventually('the order is settled', async () => (await orderAs(userId, orderId))?.status === 'SETTLED');

describe('sending a gift', () => {
  test('debits the sender once, credits the receiver once, and settles the order', async () => {
    const [sender, stream] = [await shop.aWallet({ coins: 100n }), await shop.aStream()];
    const { order, wallet, userErrors } = await shop.send(sender, { streamId: stream.streamId, giftId: 'lollipop', quantity: 3 });
    expect(userErrors).toEqual([]);
    expect(order).toMatchObject({ status: 'ACCEPTED', coins: '30', quantity: 3, gift: { id: 'lollipop', priceCoins: '10' } });
    expect(wallet).toEqual({ coins: '70', version: 2 });
    await untilSettled(sender, order?.id ?? '');
    expect([await shop.coinsOf(sender), await shop.diamondsOf(stream.streamerId), await shop.coinsOf(stream.streamerId)]).toEqual([
      70n,
      30n,
      0n,
    ]);
  });

  test('two gifts that together exceed the balance: the first is paid, the second is refused', async () => {
    const [sender, { streamId }] = [await shop.aWallet({ coins: 10n }), await shop.aStream()];
    const [first, second] = await Promise.all([shop.send(sender, { streamId, quantity: 7 }), shop.send(sender, { streamId, quantity: 7 })]);
    expect([codes(first), codes(second)]).toEqual([[], ['INSUFFICIENT_COINS']]);
    expect(second.wallet?.coins).toBe('3');
    expect(await shop.coinsOf(sender)).toBe(3n);
  });

  test('a refusal for want of coins does not keep a smaller gift from going through', async () => {
    const [sender, { streamId }] = [await shop.aWallet({ coins: 10n }), await shop.aStream()];
    const payloads = await Promise.all([8, 5, 2].map((quantity) => shop.send(sender, { streamId, quantity })));
    expect(payloads.map(codes)).toEqual([[], ['INSUFFICIENT_COINS'], []]);
    expect(await shop.coinsOf(sender)).toBe(0n);
  });

  test('somebody who never had a wallet is refused for want of coins and sees an empty one', async () => {
    const { streamId } = await shop.aStream();
    const payload = await shop.send(`newcomer-${randomUUID()}`, { streamId });
    expect(codes(payload)).toEqual(['INSUFFICIENT_COINS']);
    expect(payload.wallet).toEqual({ coins: '0', version: 0 });
  });

  test('each refusal has its code, its field and the wallet, and changes nothing', async () => {
    const [live, over, streamer] = [await shop.aStream(), await shop.aStream({ status: 'ENDED' }), await shop.aWallet({ coins: 5n })];
    const own = await shop.aStream({ streamerId: streamer });
    const cases: readonly [string, Promise<SendPayload>][] = [
      ['GIFT_NOT_FOUND', shop.send(streamer, { streamId: live.streamId, giftId: 'no-such-gift' })],
      ['GIFT_NOT_ON_SALE', shop.send(streamer, { streamId: live.streamId, giftId: 'snowflake' })],
      ['STREAM_NOT_FOUND', shop.send(streamer, { streamId: newId() })],
      ['STREAM_NOT_FOUND', shop.send(streamer, { streamId: 'not an id' })],
      ['STREAM_NOT_LIVE', shop.send(streamer, { streamId: over.streamId })],
      ['SELF_GIFT', shop.send(streamer, { streamId: own.streamId })],
      ['INSUFFICIENT_COINS', shop.send(streamer, { streamId: live.streamId, quantity: 6 })],
    ];
    for (const [code, answer] of cases) {
      const payload = await answer;
      expect(codes(payload)).toEqual([code]);
      expect(payload.order).toBeNull();
      expect(payload.wallet).toEqual({ coins: '5', version: 1 });
    }
  });

  test('quantities outside 1 to 9999 are refused before anything is looked up', async () => {
    const [sender, { streamId }] = [await shop.aWallet({ coins: 5n }), await shop.aStream()];
    for (const quantity of [0, -1, 10_000, 1_000_000_000]) {
      const statements = await statementsOf(async () => {
        const payload = await shop.send(sender, { streamId, quantity });
        expect(payload).toMatchObject({ order: null, wallet: null });
        expect(codes(payload)).toEqual(['QUANTITY_OUT_OF_RANGE']);
      });
      expect(statements.filter((text) => text.includes('lockWallets'))).toEqual([]);
    }
  });

  test('NUL, lone surrogates and keys that are empty or too long are refused as input', async () => {
    const [sender, { streamId }] = [await shop.aWallet({ coins: 5n }), await shop.aStream()];
    for (const idempotencyKey of ['a\0b', '\ud800', '', 'k'.repeat(129)]) {
      const { errors } = await sendRaw(shop.trading, sender, { streamId, idempotencyKey });
      expect(errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
    }
    expect(await shop.coinsOf(sender)).toBe(5n);
  });

  test('nobody sends without a token, without the scope, or as a service', async () => {
    const { streamId } = await shop.aStream();
    const variables = { input: { streamId, giftId: 'rose', idempotencyKey: randomUUID() } };
    const query = 'mutation ($input: SendGiftInput!) { sendGift(input: $input) { order { id } } }';
    const codeAs = async (as?: Parameters<typeof ask>[1]['as']) =>
      (await ask(shop.trading, { query, variables, ...(as === undefined ? {} : { as }) })).errors?.[0]?.extensions['code'];
    expect(await codeAs()).toBe('UNAUTHENTICATED');
    expect(await codeAs(aUser('alice', 'wallet:read'))).toBe('FORBIDDEN');
    expect(await codeAs(aService('messaging', 'gifts:send'))).toBe('FORBIDDEN');
  });
});

describe('an idempotency key', () => {
  test('sent twice, at once or later, charges once and gives the same order', async () => {
    const [sender, { streamId }] = [await shop.aWallet({ coins: 10n }), await shop.aStream()];
    const input = { streamId, idempotencyKey: randomUUID() };
    const twins = await Promise.all([shop.send(sender, input), shop.send(sender, input), shop.send(sender, input)]);
    const later = await shop.send(sender, input);
    expect(new Set([...twins, later].map((payload) => payload.order?.id)).size).toBe(1);
    expect([...twins, later].flatMap(codes)).toEqual([]);
    expect(await shop.coinsOf(sender)).toBe(9n);
  });

  test('with other input is a conflict, at once and later, and the first answer stands', async () => {
    const [sender, { streamId }] = [await shop.aWallet({ coins: 10n }), await shop.aStream()];
    const idempotencyKey = randomUUID();
    const [first, second] = await Promise.all([
      shop.send(sender, { streamId, idempotencyKey }),
      shop.send(sender, { streamId, idempotencyKey, quantity: 2 }),
    ]);
    expect([codes(first), codes(second)]).toEqual([[], ['IDEMPOTENCY_CONFLICT']]);
    expect(codes(await shop.send(sender, { streamId, idempotencyKey, giftId: 'lollipop' }))).toEqual(['IDEMPOTENCY_CONFLICT']);
    expect((await shop.send(sender, { streamId, idempotencyKey })).order?.id).toBe(first.order?.id);
    expect(await shop.coinsOf(sender)).toBe(9n);
  });

  test('belongs to its user: another user’s same key is another wish', async () => {
    const [one, other, { streamId }] = [await shop.aWallet({ coins: 1n }), await shop.aWallet({ coins: 1n }), await shop.aStream()];
    const input = { streamId, idempotencyKey: randomUUID() };
    const [first, second] = [await shop.send(one, input), await shop.send(other, input)];
    expect([codes(first), codes(second)]).toEqual([[], []]);
    expect(first.order?.id).not.toBe(second.order?.id);
  });

  test('send, withdraw, end, retry gives the stored answer at the old price', async () => {
    const [sender, stream, giftId] = [await shop.aWallet({ coins: 100n }), await shop.aStream(), await aGiftOnSale(7n)];
    const input = { streamId: stream.streamId, giftId, idempotencyKey: randomUUID() };
    const first = await shop.send(sender, input);
    await reprice(giftId, 50n);
    await withdraw(giftId);
    await shop.setStream(stream, 'ENDED', 2);
    const again = await shop.send(sender, input);
    expect([again.order?.id, again.order?.coins, codes(again)]).toEqual([first.order?.id, '7', []]);
    expect(await shop.coinsOf(sender)).toBe(93n);
  });

  test('a stored refusal stays refused after its reason is gone', async () => {
    const [sender, { streamId }] = [await shop.aWallet({ coins: 0n }), await shop.aStream()];
    const input = { streamId, idempotencyKey: randomUUID() };
    expect(codes(await shop.send(sender, input))).toEqual(['INSUFFICIENT_COINS']);
    await fundWallets(shop.database, [sender], 10n);
    expect(codes(await shop.send(sender, input))).toEqual(['INSUFFICIENT_COINS']);
    expect(codes(await shop.send(sender, { streamId }))).toEqual([]);
    expect(await shop.coinsOf(sender)).toBe(9n);
  });
});

describe('an order', () => {
  test('is seen by its sender and its receiver and by nobody else', async () => {
    const [sender, stream] = [await shop.aWallet({ coins: 1n }), await shop.aStream()];
    const id = (await shop.send(sender, { streamId: stream.streamId })).order?.id ?? '';
    const seen = {
      id,
      coins: '1',
      gift: { id: 'rose', name: 'Rose' },
      sender: { id: sender },
      receiver: { id: stream.streamerId },
      stream: { id: stream.streamId },
    };
    expect(await orderAs(sender, id)).toMatchObject(seen);
    expect(await orderAs(stream.streamerId, id)).toMatchObject(seen);
    expect(await orderAs('mallory', id)).toBeNull();
    expect(await orderAs(sender, newId())).toBeNull();
    expect(await orderAs(sender, 'not an id')).toBeNull();
    // A reference, as a gateway brings it from another subgraph's answer, opens no other way.
    const query =
      'query ($id: ID!) { _entities(representations: [{ __typename: "GiftOrder", id: $id }]) { ... on GiftOrder { id coins } } }';
    const referred = (who?: ReturnType<typeof aUser>) =>
      askData<object>(shop.trading, { ...(who === undefined ? {} : { as: who }), query, variables: { id } });
    for (const who of [aUser(sender), aUser(stream.streamerId), aUser('olga', 'ops:read')])
      expect(await referred(who)).toEqual({ _entities: [{ id, coins: '1' }] });
    for (const who of [aUser('mallory', 'wallet:read'), undefined]) expect(await referred(who)).toEqual({ _entities: [null] });
  });

  test('keeps the price it was bought at', async () => {
    const [sender, { streamId }, giftId] = [await shop.aWallet({ coins: 10n }), await shop.aStream(), await aGiftOnSale(4n)];
    const id = (await shop.send(sender, { streamId, giftId })).order?.id ?? '';
    await reprice(giftId, 9n);
    expect(await orderAs(sender, id)).toMatchObject({ coins: '4' });
    const [row] = await shop.database.query<object>({
      text: '/* test */ SELECT price_version, price_coins FROM gift_order WHERE id = $1',
      values: [id],
    });
    expect(row).toEqual({ price_version: 1, price_coins: 4n });
  });

  test('orders are listed newest first, page by page, without a gap', async () => {
    const [sender, { streamId }] = [await shop.aWallet({ coins: 10n }), await shop.aStream()];
    const sent: string[] = [];
    for (let count = 0; count < 5; count += 1) sent.push((await shop.send(sender, { streamId })).order?.id ?? '');
    const query = `query ($id: ID!, $first: Int!, $after: Cursor) { _entities(representations: [{ __typename: "User", id: $id }]) { ... on User {
      wallet { orders(first: $first, after: $after) { nodes { id } pageInfo { hasNextPage hasPreviousPage endCursor } } } } } }`;
    interface Page {
      readonly nodes: readonly { readonly id: string }[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly hasPreviousPage: boolean; readonly endCursor: string };
    }
    const page = async (first: number, after: string | null): Promise<Page> => {
      const data = await askData<{ _entities: [{ wallet: { orders: Page } }] }>(shop.trading, {
        as: aUser(sender, 'wallet:read'),
        query,
        variables: { id: sender, first, after },
      });
      return data._entities[0].wallet.orders;
    };
    const first = await page(3, null);
    const second = await page(3, first.pageInfo.endCursor);
    expect([...first.nodes, ...second.nodes].map((order) => order.id)).toEqual(sent.toReversed());
    expect([
      first.pageInfo.hasNextPage,
      first.pageInfo.hasPreviousPage,
      second.pageInfo.hasNextPage,
      second.pageInfo.hasPreviousPage,
    ]).toEqual([true, false, false, true]);
    const bad = await ask(shop.trading, { as: aUser(sender, 'wallet:read'), query, variables: { id: sender, first: 101, after: null } });
    expect(bad.errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
    const forged = await ask(shop.trading, {
      as: aUser(sender, 'wallet:read'),
      query,
      variables: { id: sender, first: 1, after: 'nonsense' },
    });
    expect(forged.errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
  });
});

test('mutual gifts from two processes at once neither deadlock nor lose a coin', async () => {
  const [one, other] = [await shop.aWallet({ coins: 300n }), await shop.aWallet({ coins: 300n })];
  const [ofOne, ofOther] = [await shop.aStream({ streamerId: one }), await shop.aStream({ streamerId: other })];
  const runtime = await aRuntime({ databaseUrls: { trading: shop.databaseUrl } });
  const twin = await startTrading(runtime);
  const deadlocks = async (): Promise<bigint> => {
    const [row] = await shop.database.query<{ deadlocks: bigint }>({
      text: '/* test */ SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()',
    });
    return row?.deadlocks ?? 0n;
  };
  const before = await deadlocks();
  const payloads = await Promise.all(
    Array.from({ length: 400 }, async (_, index) => {
      const [sender, streamId] = index % 2 === 0 ? [one, ofOther.streamId] : [other, ofOne.streamId];
      const process = index % 4 < 2 ? shop.trading : twin;
      const { data } = await sendRaw(process, sender, { streamId });
      return (data as { sendGift: SendPayload }).sendGift;
    }),
  );
  expect(payloads.flatMap(codes)).toEqual([]);
  await eventually(
    'both are credited',
    async () => (await shop.diamondsOf(one)) === 200n && (await shop.diamondsOf(other)) === 200n,
    15_000,
  );
  expect([await shop.coinsOf(one), await shop.coinsOf(other)]).toEqual([100n, 100n]);
  expect(await deadlocks()).toBe(before);
  await twin.close();
  await runtime.close();
});

test('the totals of a stream count pieces and coins of its credited gifts', async () => {
  const [sender, { streamId }] = [await shop.aWallet({ coins: 100n }), await shop.aStream()];
  const query =
    'query ($id: ID!) { _entities(representations: [{ __typename: "Stream", id: $id }]) { ... on Stream { giftTotals { gifts coins asOf } } } }';
  interface Totals {
    readonly giftTotals: { readonly gifts: number; readonly coins: string; readonly asOf: string } | null;
  }
  const totals = async (): Promise<Totals['giftTotals']> =>
    (await askData<{ _entities: [Totals] }>(shop.trading, { query, variables: { id: streamId } }))._entities[0].giftTotals;
  expect(await totals()).toBeNull();
  const startedAt = Date.now();
  await Promise.all([shop.send(sender, { streamId, quantity: 3 }), shop.send(sender, { streamId, giftId: 'lollipop', quantity: 2 })]);
  await eventually('the totals are there', async () => (await totals())?.gifts === 5);
  const seen = await totals();
  expect(seen?.coins).toBe('23');
  expect(Date.parse(seen?.asOf ?? '')).toBeGreaterThanOrEqual(startedAt - 1);
});
