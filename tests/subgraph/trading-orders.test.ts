import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '#platform/ids.ts';
import { eventually } from '../support/platform.ts';
import { ask, askData, aUser, subscribeTo } from '../support/runtime.ts';
import { statementsOf } from '../support/statements.ts';
import { aTrading, type TradingFixture } from '../support/trading.ts';

let shop: TradingFixture;

beforeAll(async () => {
  shop = await aTrading();
});

afterEach(async () => {
  expect(await shop.faults()).toEqual([]);
});

afterAll(() => shop.close());

const OPERATOR = aUser('operator-olga', 'ops:read');

interface Page {
  readonly nodes: readonly { readonly id: string; readonly status: string }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

const ORDERS = `query ($filter: GiftOrderFilter!, $first: Int!, $after: Cursor) {
  giftOrders(filter: $filter, first: $first, after: $after) { nodes { id status } pageInfo { hasNextPage endCursor } } }`;

const find = async (
  filter: { readonly userId: string } & Readonly<Record<string, unknown>>,
  page: { readonly first?: number; readonly after?: string | null } = {},
): Promise<Page> => {
  const variables = { filter, first: 20, after: null, ...page };
  return (await askData<{ giftOrders: Page }>(shop.trading, { as: OPERATOR, query: ORDERS, variables })).giftOrders;
};

/** Sends that many roses one by one, and answers with the orders' ids when all are settled, the newest first. */
const settledOrders = async (senderId: string, streamId: string, count: number): Promise<readonly string[]> => {
  const ids: string[] = [];
  for (let sent = 0; sent < count; sent += 1) ids.push((await shop.send(senderId, { streamId })).order?.id ?? '');
  await eventually('the orders are settled', async () => {
    const { nodes } = await find({ userId: senderId, role: 'SENDER' }, { first: 100 });
    return nodes.filter(({ id, status }) => ids.includes(id) && status === 'SETTLED').length === count;
  });
  return ids.sort().reverse();
};

describe('giftOrders', () => {
  test('finds what somebody sent and what they received, in one list by time', async () => {
    const [alice, bob] = [await shop.aWallet({ coins: 5n }), await shop.aWallet({ coins: 5n })];
    const [ofAlice, ofBob] = [await shop.aStream({ streamerId: alice }), await shop.aStream({ streamerId: bob })];
    const sent = await settledOrders(alice, ofBob.streamId, 2);
    const received = await settledOrders(bob, ofAlice.streamId, 1);
    const idsOf = async (filter: Readonly<Record<string, unknown>>) => (await find({ userId: alice, ...filter })).nodes.map(({ id }) => id);
    expect(await idsOf({})).toEqual([...sent, ...received].sort().reverse());
    expect(await idsOf({ role: 'SENDER' })).toEqual(sent);
    expect(await idsOf({ role: 'RECEIVER' })).toEqual(received);
  });

  test('shows page after page without a gap or a repeat', async () => {
    const [alice, stream] = [await shop.aWallet({ coins: 5n }), await shop.aStream()];
    const sent = await settledOrders(alice, stream.streamId, 5);
    const seen: string[] = [];
    let after: string | null = null;
    for (let pages = 0; pages < 3; pages += 1) {
      const page: Page = await find({ userId: alice }, { first: 2, after });
      seen.push(...page.nodes.map(({ id }) => id));
      expect(page.pageInfo.hasNextPage).toBe(pages < 2);
      after = page.pageInfo.endCursor;
    }
    expect(seen).toEqual(sent);
  });

  test('finds the order of a key, and none for a key that was refused or never used', async () => {
    const [alice, stream, key, refused] = [await shop.aWallet({ coins: 1n }), await shop.aStream(), randomUUID(), randomUUID()];
    const { order } = await shop.send(alice, { streamId: stream.streamId, idempotencyKey: key });
    await shop.send(alice, { streamId: stream.streamId, idempotencyKey: refused });
    const idsOf = async (idempotencyKey: string) => (await find({ userId: alice, idempotencyKey })).nodes.map(({ id }) => id);
    expect(await idsOf(key)).toEqual([order?.id]);
    expect(await idsOf(refused)).toEqual([]);
    expect(await idsOf('never used')).toEqual([]);
  });

  test('keeps to a time', async () => {
    const [alice, stream] = [await shop.aWallet({ coins: 5n }), await shop.aStream()];
    const [id] = await settledOrders(alice, stream.streamId, 1);
    const [hourAgo, inAnHour] = [-1, 1].map((hours) => new Date(Date.now() + hours * 3_600_000).toISOString());
    const idsOf = async (filter: Readonly<Record<string, unknown>>) =>
      (await find({ userId: alice, ...filter })).nodes.map((order) => order.id);
    expect(await idsOf({ from: hourAgo, until: inAnHour })).toEqual([id]);
    expect(await idsOf({ from: inAnHour })).toEqual([]);
    expect(await idsOf({ until: hourAgo })).toEqual([]);
  });

  test('is for operators only', async () => {
    const variables = { filter: { userId: 'alice' }, first: 1, after: null };
    const { errors } = await ask(shop.trading, { as: aUser('alice', 'wallet:read'), query: ORDERS, variables });
    expect(errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
  });

  test('of 50 orders takes as many statements as of one', async () => {
    const [alice, bob, stream] = [await shop.aWallet({ coins: 50n }), await shop.aWallet({ coins: 1n }), await shop.aStream()];
    await Promise.all(Array.from({ length: 50 }, () => shop.send(alice, { streamId: stream.streamId })));
    await shop.send(bob, { streamId: stream.streamId });
    const count = async (userId: string): Promise<number> => {
      const OURS = /readGiftOrders|readSettlements|readPayments|"gift_order"|"gift_credit"/;
      const query = `query ($filter: GiftOrderFilter!) { giftOrders(filter: $filter, first: 100) { nodes { status receipt { payments { amount } } } } }`;
      const statements = await statementsOf(OURS, () =>
        askData(shop.trading, { as: OPERATOR, query, variables: { filter: { userId, role: 'SENDER' } } }),
      );
      return statements.length;
    };
    expect(await count(alice)).toBe(4);
    expect(await count(bob)).toBe(4);
  });
});

describe('a receipt', () => {
  const RECEIPT = `query ($id: ID!) { giftOrder(id: $id) { receipt {
    number coins lines { quantity priceCoins priceVersion coins gift { id } } payments { means amount balanceAfter } refund { id } } } }`;
  const receiptFor = async (as: ReturnType<typeof aUser>, id: string): Promise<unknown> => {
    const data = await askData<{ giftOrder: { receipt: unknown } | null }>(shop.trading, { as, query: RECEIPT, variables: { id } });
    return data.giftOrder?.receipt ?? null;
  };

  test('says what was bought, how it was paid and what was left, however much was paid since', async () => {
    const [alice, stream] = [await shop.aWallet({ coins: 100n }), await shop.aStream()];
    const { order } = await shop.send(alice, { streamId: stream.streamId, giftId: 'lollipop', quantity: 3 });
    await shop.send(alice, { streamId: stream.streamId, quantity: 7 });
    const receipt = {
      number: order?.id,
      coins: '30',
      lines: [{ quantity: 3, priceCoins: '10', priceVersion: 1, coins: '30', gift: { id: 'lollipop' } }],
      payments: [{ means: 'COINS', amount: '30', balanceAfter: '70' }],
      refund: null,
    };
    expect(await receiptFor(aUser(alice, 'wallet:read'), order?.id ?? '')).toEqual(receipt);
    expect(await receiptFor(OPERATOR, order?.id ?? '')).toEqual(receipt);
  });

  test('shows a receiver how it was paid, not what the sender has left, and nothing to anybody else', async () => {
    const [alice, stream] = [await shop.aWallet({ coins: 9n }), await shop.aStream()];
    const { order } = await shop.send(alice, { streamId: stream.streamId });
    expect(await receiptFor(aUser(stream.streamerId, 'wallet:read'), order?.id ?? '')).toMatchObject({
      payments: [{ means: 'COINS', amount: '1', balanceAfter: null }],
    });
    expect(await receiptFor(aUser('mallory', 'wallet:read'), order?.id ?? '')).toBeNull();
  });
});

describe('orderChanged', () => {
  const QUERY = 'subscription ($id: ID!) { orderChanged(orderId: $id) { id status settledAt refund { returnedAt } } }';
  interface Seen {
    readonly status: string;
    readonly refund: { readonly returnedAt: string | null } | null;
  }
  const follow = (as: ReturnType<typeof aUser>, id: string) => subscribeTo(shop.trading, { as, query: QUERY, variables: { id } });
  const seenIn = (payload: { readonly data?: unknown }): Seen => (payload.data as { orderChanged: Seen }).orderChanged;
  /** What a follower is shown until that status, each once and in this order. */
  const until = async (follower: ReturnType<typeof follow>, isLast: (seen: Seen) => boolean): Promise<readonly string[]> => {
    const statuses: string[] = [];
    for (;;) {
      const seen = seenIn(await follower.next());
      statuses.push(seen.status);
      if (isLast(seen)) return statuses;
    }
  };
  const refund = (orderId: string) =>
    askData(shop.trading, {
      as: aUser('operator-olga', 'ops:write'),
      query: 'mutation ($input: RefundGiftInput!) { refundGift(input: $input) { userErrors { code } } }',
      variables: { input: { orderId, reason: 'a test', idempotencyKey: randomUUID() } },
    });

  test('shows sender and operators an order as it is and what becomes of it, forwards only, and its receiver once it cannot be taken back', async () => {
    await shop.database.query({ text: `/* test */ UPDATE gift SET cancel_window_seconds = 60 WHERE id = 'lollipop'` });
    const [alice, stream] = [await shop.aWallet({ coins: 10n }), await shop.aStream()];
    const { order } = await shop.send(alice, { streamId: stream.streamId, giftId: 'lollipop' });
    const id = order?.id ?? '';
    const receiverFollows = () => follow(aUser(stream.streamerId, 'wallet:read'), id);
    const [sender, operator] = [follow(aUser(alice, 'wallet:read'), id), follow(OPERATOR, id)];
    for (const each of [sender, operator]) expect(seenIn(await each.next()).status).toBe('PENDING');
    expect(await receiverFollows().ended()).toBe(true);
    await shop.database.query({ text: '/* test */ UPDATE gift_hold SET posts_at = now() WHERE order_id = $1', values: [id] });
    for (const each of [sender, operator]) {
      const statuses = await until(each, ({ status }) => status === 'SETTLED');
      expect(['ACCEPTED', 'SETTLED'].slice(-statuses.length)).toEqual(statuses);
    }
    const receiver = receiverFollows();
    expect(seenIn(await receiver.next()).status).toBe('SETTLED');
    await refund(id);
    for (const each of [sender, receiver, operator]) {
      const statuses = await until(each, (seen) => (seen.refund?.returnedAt ?? null) !== null);
      expect(new Set(statuses)).toEqual(new Set(['REFUNDED']));
      await each.end();
    }
    await shop.database.query({ text: `/* test */ UPDATE gift SET cancel_window_seconds = 0 WHERE id = 'lollipop'` });
  });

  test('ends at once for everybody else, as for an order that does not exist', async () => {
    const [alice, stream] = [await shop.aWallet({ coins: 1n }), await shop.aStream()];
    const { order } = await shop.send(alice, { streamId: stream.streamId });
    for (const [as, id] of [
      [aUser('mallory', 'wallet:read'), order?.id ?? ''],
      [aUser(alice, 'wallet:read'), newId()],
      [aUser(alice, 'wallet:read'), 'no id'],
    ] as const)
      expect(await follow(as, id).ended()).toBe(true);
  });

  test('of 40 orders that settle reads with a handful of queries', async () => {
    const [alice, stream] = [await shop.aWallet({ coins: 40n }), await shop.aStream()];
    const orders = await Promise.all(Array.from({ length: 40 }, () => shop.send(alice, { streamId: stream.streamId })));
    const statements = await statementsOf(/readSettlements/, async () => {
      const followers = orders.map(({ order }) => follow(aUser(alice, 'wallet:read'), order?.id ?? ''));
      await Promise.all(followers.map((each) => until(each, ({ status }) => status === 'SETTLED')));
      await Promise.all(followers.map((each) => each.end()));
    });
    expect(statements.length).toBeLessThanOrEqual(20);
  });
});
