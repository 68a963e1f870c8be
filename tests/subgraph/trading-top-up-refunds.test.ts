import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ask, askData, aUser } from '../support/runtime.ts';
import { aStripeShop, type RefundAnswer, type StripeShop } from '../support/stripe-shop.ts';

let shop: StripeShop;

beforeAll(async () => {
  shop = await aStripeShop();
});

afterEach(async () => {
  shop.stripe.refundsBecome = 'succeeded';
  expect(await shop.trading.faults()).toEqual([]);
});

afterAll(() => shop.close());

const codes = ({ userErrors }: RefundAnswer): readonly string[] => userErrors.map(({ code }) => code);
/** What a buyer has, and what Stripe keeps of their money. */
const holdings = async ({ buyer, id }: { readonly buyer: string; readonly id: string }) => [
  await shop.trading.coinsOf(buyer),
  shop.stripe.moneyKept(id),
];
const later = (): Date => new Date(Date.now() + 60_000);

test('a refund takes coins and bonus coins back and gives the money back', async () => {
  const order = await shop.aSettledOrder('coins-10000');
  expect(await holdings(order)).toEqual([10_000n, 8_999]);
  expect(await shop.refund(order.id)).toEqual({ order: { id: order.id, status: 'REFUNDED' }, userErrors: [] });
  expect(await holdings(order)).toEqual([0n, 0]);
  // What the webhooks say about it afterwards is no news.
  for (const event of shop.takeEvents()) expect((await shop.deliver(event)).status).toBe(200);
  await shop.desk.cashier.sweep(later());
  expect(await shop.statusOf(order.id)).toBe('REFUNDED');
});

test('ten operators and one with ten clicks refund once', async () => {
  const order = await shop.aSettledOrder();
  const [idempotencyKey, other] = [randomUUID(), await shop.aSettledOrder()];
  const clicks = Array.from({ length: 10 }, () => shop.refund(order.id, { idempotencyKey }));
  const operators = Array.from({ length: 10 }, (_, index) => shop.refund(order.id, { operator: `operator-${index}` }));
  const answers = await Promise.all([...clicks, ...operators, shop.refund(other.id)]);
  expect([...shop.stripe.refunds.values()].filter(({ payment_intent }) => payment_intent === order.intent.id)).toHaveLength(1);
  expect(await holdings(order)).toEqual([0n, 0]);
  const refused = answers.flatMap(codes);
  expect(refused.filter((code) => code !== 'REFUND_UNDER_WAY' && code !== 'ALREADY_REFUNDED')).toEqual([]);
  // Either one of the operators was first, or all of the clicks: the same key gets the same answer.
  expect([10, 19]).toContain(refused.length);
  expect((await shop.refund(order.id, { idempotencyKey })).userErrors).toEqual((await Promise.all(clicks))[0]?.userErrors);
});

test('the same key with another reason is a conflict, and refunds nothing', async () => {
  const order = await shop.aSettledOrder();
  const idempotencyKey = randomUUID();
  await shop.refund(order.id, { idempotencyKey });
  expect(codes(await shop.refund(order.id, { idempotencyKey, reason: 'another one' }))).toEqual(['IDEMPOTENCY_CONFLICT']);
});

test('coins that are spent are not refunded: the money stays, also when the buyer has coins again', async () => {
  const order = await shop.aSettledOrder();
  const { streamId } = await shop.trading.aStream();
  await shop.trading.send(order.buyer, { streamId, quantity: 1 });
  const idempotencyKey = randomUUID();
  expect(codes(await shop.refund(order.id, { idempotencyKey }))).toEqual(['COINS_SPENT']);
  expect(await holdings(order)).toEqual([99n, 99]);
  const { order: another } = await shop.topUp(order.buyer);
  await shop.deliver(shop.stripe.pay(shop.stripe.intentOf(another?.id ?? '')));
  expect(codes(await shop.refund(order.id, { idempotencyKey }))).toEqual(['COINS_SPENT']);
  expect(codes(await shop.refund(order.id))).toEqual([]);
  expect(await holdings(order)).toEqual([99n, 0]);
});

test('bonus coins that are spent keep the money as coins do, though all coins are there', async () => {
  const order = await shop.aSettledOrder('coins-10000');
  const { streamId } = await shop.trading.aStream();
  await shop.trading.send(order.buyer, { streamId, quantity: 1 });
  expect(codes(await shop.refund(order.id))).toEqual(['COINS_SPENT']);
  expect(await holdings(order)).toEqual([10_000n, 8_999]);
});

test('a gift and a refund at once never spend the same coins', async () => {
  const { streamId } = await shop.trading.aStream();
  for (let round = 0; round < 5; round += 1) {
    const order = await shop.aSettledOrder();
    const [gift, refund] = await Promise.all([shop.trading.send(order.buyer, { streamId, quantity: 60 }), shop.refund(order.id)]);
    const isPaid = gift.userErrors.length === 0;
    expect(codes(refund)).toEqual(isPaid ? ['COINS_SPENT'] : []);
    expect(await holdings(order)).toEqual(isPaid ? [40n, 99] : [0n, 0]);
  }
});

test('a provider that refuses: the coins come back, the key stays refused, and a new wish may succeed', async () => {
  const order = await shop.aSettledOrder();
  const idempotencyKey = randomUUID();
  shop.stripe.refundsBecome = 'refuse';
  expect(codes(await shop.refund(order.id, { idempotencyKey }))).toEqual(['REFUND_REFUSED']);
  expect([await shop.statusOf(order.id), ...(await holdings(order))]).toEqual(['SETTLED', 100n, 99]);
  shop.stripe.refundsBecome = 'succeeded';
  expect(codes(await shop.refund(order.id))).toEqual([]);
  expect(codes(await shop.refund(order.id, { idempotencyKey }))).toEqual(['REFUND_REFUSED']);
  expect(await holdings(order)).toEqual([0n, 0]);
});

test('a refund that the bank sends back later: the coins come back, whatever else is heard afterwards', async () => {
  const order = await shop.aSettledOrder();
  shop.stripe.refundsBecome = 'pending';
  expect((await shop.refund(order.id)).order?.status).toBe('REFUNDING');
  const [refund] = [...shop.stripe.refunds.values()].filter(({ payment_intent }) => payment_intent === order.intent.id);
  if (refund === undefined) throw new Error('nothing was refunded');
  const succeeded = shop.stripe.settleRefund(refund, 'succeeded');
  await shop.deliver(succeeded);
  expect(await shop.statusOf(order.id)).toBe('REFUNDED');
  await shop.deliver(shop.stripe.settleRefund(refund, 'failed'));
  await shop.desk.cashier.sweep(later());
  expect([await shop.statusOf(order.id), ...(await holdings(order))]).toEqual(['SETTLED', 100n, 99]);
  await shop.deliver({ ...succeeded, id: `${succeeded.id}_late` });
  await shop.desk.cashier.sweep(later());
  expect(await shop.statusOf(order.id)).toBe('SETTLED');
  shop.stripe.refundsBecome = 'succeeded';
  expect(codes(await shop.refund(order.id))).toEqual([]);
  expect(await holdings(order)).toEqual([0n, 0]);
});

test.each(['first', 'last'] as const)(
  'a refund that failed, and one at the provider in its place: the coins are gone, if the failure is heard of %s',
  async (when) => {
    const order = await shop.aSettledOrder();
    shop.stripe.refundsBecome = 'pending';
    expect((await shop.refund(order.id)).order?.status).toBe('REFUNDING');
    shop.stripe.refundsBecome = 'succeeded';
    const [refund] = [...shop.stripe.refunds.values()].filter(({ payment_intent }) => payment_intent === order.intent.id);
    if (refund === undefined) throw new Error('nothing was refunded');
    const failed = shop.stripe.settleRefund(refund, 'failed');
    shop.takeEvents();
    shop.stripe.refund(order.intent);
    const elsewhere = shop.takeEvents();
    if (when === 'first') await shop.deliver(failed);
    for (const event of elsewhere) await shop.deliver(event);
    await shop.desk.cashier.sweep(later());
    if (when === 'last') await shop.deliver(failed);
    expect([await shop.statusOf(order.id), ...(await holdings(order))]).toEqual(['REFUNDED', 0n, 0]);
    await shop.desk.cashier.sweep(later());
    expect([await shop.statusOf(order.id), ...(await holdings(order))]).toEqual(['REFUNDED', 0n, 0]);
  },
);

test.each(['never', 'cut', 'done-and-broken', 'kept-500', 'broken', 'busy', 'garbage', 'locked', 'late'] as const)(
  'a refund whose request meets "%s" is done once',
  async (misbehaviour) => {
    const order = await shop.aSettledOrder();
    const hasAnswer = misbehaviour !== 'never';
    if (hasAnswer) shop.stripe.misbehaviours.push(misbehaviour);
    else shop.stripe.misbehaviours.push('cut', 'cut', 'cut', 'cut', 'cut', 'cut');
    expect((await shop.refund(order.id)).order?.status).toBe(hasAnswer ? 'REFUNDED' : 'REFUNDING');
    await shop.desk.cashier.sweep(later());
    expect(await shop.statusOf(order.id)).toBe('REFUNDED');
    expect([...shop.stripe.refunds.values()].filter(({ payment_intent }) => payment_intent === order.intent.id)).toHaveLength(1);
    expect(await holdings(order)).toEqual([0n, 0]);
  },
);

test('a payment that somebody refunds at the provider takes the coins along; where they are spent, an operator is told', async () => {
  const [order, spent] = [await shop.aSettledOrder(), await shop.aSettledOrder()];
  const { streamId } = await shop.trading.aStream();
  await shop.trading.send(spent.buyer, { streamId, quantity: 1 });
  shop.takeEvents();
  shop.stripe.refund(order.intent);
  shop.stripe.refund(spent.intent);
  for (const event of shop.takeEvents()) expect((await shop.deliver(event)).status).toBe(200);
  await shop.desk.cashier.sweep(later());
  expect([await shop.statusOf(order.id), ...(await holdings(order))]).toEqual(['REFUNDED', 0n, 0]);
  expect([await shop.statusOf(spent.id), ...(await holdings(spent))]).toEqual(['SETTLED', 99n, 0]);
  expect(codes(await shop.refund(order.id))).toEqual(['ALREADY_REFUNDED']);
});

test('a part that somebody gives back at the provider is not our refund, and makes ours impossible', async () => {
  const order = await shop.aSettledOrder();
  shop.stripe.refund(order.intent, { amount: 40 });
  for (const event of shop.takeEvents()) await shop.deliver(event);
  await shop.desk.cashier.sweep(later());
  expect(await shop.statusOf(order.id)).toBe('SETTLED');
  expect(codes(await shop.refund(order.id))).toEqual(['REFUND_REFUSED']);
  expect(await holdings(order)).toEqual([100n, 59]);
});

test('an order that nobody paid, or that is not there, has nothing to give back', async () => {
  const { id } = await shop.aPendingOrder();
  expect(codes(await shop.refund(id))).toEqual(['TOP_UP_NOT_SETTLED']);
  expect(codes(await shop.refund(randomUUID()))).toEqual(['TOP_UP_NOT_FOUND']);
  expect(codes(await shop.refund('no id'))).toEqual(['TOP_UP_NOT_FOUND']);
  expect(codes(await shop.refund(id, { reason: ' ' }))).toEqual(['REASON_INVALID']);
});

test('an order of another provider is left to it', async () => {
  const order = await shop.aSettledOrder();
  await shop.trading.database.query({ text: "/* test */ UPDATE top_up SET provider = 'gone' WHERE id = $1", values: [order.id] });
  expect(codes(await shop.refund(order.id))).toEqual(['PROVIDER_NOT_CONFIGURED']);
  expect(await holdings(order)).toEqual([100n, 99]);
});

test('operators see who wished for a refund and why; buyers and people without the scope neither see nor do it', async () => {
  const order = await shop.aSettledOrder();
  await shop.refund(order.id, { operator: 'ada', reason: 'charged by mistake' });
  const query = 'query ($id: ID!) { topUp(id: $id) { refunds { attempt reason refusal actor { id } } } }';
  const variables = { id: order.id };
  expect(await askData(shop.trading.trading, { as: aUser('grace', 'ops:read'), query, variables })).toEqual({
    topUp: { refunds: [{ attempt: 1, reason: 'charged by mistake', refusal: null, actor: { id: 'ada' } }] },
  });
  const asBuyer = await ask(shop.trading.trading, { as: aUser(order.buyer, 'wallet:read'), query, variables });
  expect(asBuyer.errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
  const mutation = 'mutation ($input: RefundTopUpInput!) { refundTopUp(input: $input) { order { id } } }';
  const input = { topUpId: order.id, reason: 'me too', idempotencyKey: randomUUID() };
  const { errors } = await ask(shop.trading.trading, {
    as: aUser(order.buyer, 'wallet:topup', 'ops:read'),
    query: mutation,
    variables: { input },
  });
  expect(errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
});
