import { randomUUID } from 'node:crypto';
import { request } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ALL_SHARDS } from '#platform/config/shardMap.ts';
import { newIdInShard, shardIndexOf } from '#platform/ids.ts';
import { toPartition } from '../../subgraphs/trading/data/openPartitions.ts';
import { partitionsOf } from '../../subgraphs/trading/data/partitions.ts';
import { WEBHOOK_BYTES_MAX } from '../../subgraphs/trading/data/paymentWebhooks.ts';
import { createStripePayments } from '../../subgraphs/trading/data/stripePayments.ts';
import { WAITING_MS_MAX } from '../../subgraphs/trading/data/topUpSettling.ts';
import { openTopUpShop, type TopUpShop } from '../../subgraphs/trading/data/topUpShop.ts';
import { startTrading } from '../../subgraphs/trading/server.ts';
import { crashing, type Mishap } from '../support/crashing-database.ts';
import { aFreePort } from '../support/free-port.ts';
import type { Random } from '../support/random.ts';
import { aRuntime, askData, aUser } from '../support/runtime.ts';
import { aSpreadTrading } from '../support/spread-trading.ts';
import type { StripeEvent } from '../support/stripe.ts';
import { aStripeShop, type StripeShop } from '../support/stripe-shop.ts';
import { aTelemetry } from '../support/telemetry.ts';

let shop: StripeShop;

beforeAll(async () => {
  shop = await aStripeShop();
});

afterEach(async () => {
  expect(await shop.trading.faults()).toEqual([]);
});

afterAll(() => shop.close());

const recorded = (topUpId: string) =>
  shop.trading.database.query<{ kind: string; outcome: string }>({
    text: '/* test */ SELECT kind, outcome FROM payment_event WHERE top_up_id = $1 ORDER BY event_id',
    values: [topUpId],
  });

describe('a payment that waits for its buyer', () => {
  test('gives their client what it needs, and the coins when the provider says that it is paid', async () => {
    const buyer = `buyer-${randomUUID()}`;
    const answer = await shop.topUp(buyer, { productId: 'coins-10000' });
    const intent = shop.stripe.intentOf(answer.order?.id ?? '');
    expect(answer).toMatchObject({ order: { status: 'PENDING' }, wallet: { coins: '0' }, userErrors: [] });
    expect(answer.clientSecret).toBe(`${intent.id}_secret_${intent.amount}`);
    expect([intent.amount, intent.currency]).toEqual([8_999, 'eur']);
    expect(await shop.deliver(shop.stripe.pay(intent))).toEqual({ status: 200, body: { received: true } });
    expect([await shop.statusOf(answer.order?.id ?? ''), await shop.trading.coinsOf(buyer)]).toEqual(['SETTLED', 10_000n]);
  });

  test('is the same one for the same key, and gives its secret again', async () => {
    const [buyer, idempotencyKey] = [`buyer-${randomUUID()}`, randomUUID()];
    const answers = await Promise.all([1, 2, 3].map(() => shop.topUp(buyer, { idempotencyKey })));
    answers.push(await shop.topUp(buyer, { idempotencyKey }));
    expect(new Set(answers.map(({ order, clientSecret }) => `${order?.id} ${clientSecret}`)).size).toBe(1);
    const intent = shop.stripe.intentOf(answers[0]?.order?.id ?? '');
    shop.stripe.pay(intent);
    // No webhook was delivered: asking again is enough.
    expect(await shop.topUp(buyer, { idempotencyKey })).toMatchObject({
      order: { status: 'SETTLED' },
      clientSecret: null,
      wallet: { coins: '100' },
    });
  });

  test('that fails and then succeeds credits, whichever of the two is heard first', async () => {
    for (const reversed of [false, true]) {
      const { buyer, id, intent } = await shop.aPendingOrder();
      const events = [shop.stripe.decline(intent), shop.stripe.pay(intent)];
      const seen: unknown[] = [];
      for (const event of reversed ? events.toReversed() : events) {
        expect((await shop.deliver(event)).status).toBe(200);
        seen.push(await shop.statusOf(id));
      }
      expect(seen).toEqual(reversed ? ['SETTLED', 'SETTLED'] : ['DECLINED', 'SETTLED']);
      expect(await shop.trading.coinsOf(buyer)).toBe(100n);
    }
  });

  test('of another amount than the order is not credited, and an operator is told', async () => {
    const { buyer, id, intent } = await shop.aPendingOrder();
    const event = shop.stripe.pay(intent);
    const object = { ...event?.data.object, amount_received: 1 };
    expect((await shop.deliver({ ...event, id: 'evt_wrong_amount', data: { object } } as never)).status).toBe(200);
    expect([await shop.statusOf(id), await shop.trading.coinsOf(buyer)]).toEqual(['PENDING', 0n]);
    expect(await recorded(id)).toEqual([{ kind: 'payment_intent.succeeded', outcome: 'WRONG_AMOUNT' }]);
  });

  test('a second payment for a paid order is not credited, and an operator is told', async () => {
    const { buyer, id, intent } = await shop.aSettledOrder();
    const object = { ...intent, id: 'pi_another', object: 'payment_intent' };
    const event = { id: 'evt_another', type: 'payment_intent.succeeded', created: 1, data: { object } };
    expect((await shop.deliver(event)).status).toBe(200);
    expect((await recorded(id)).map(({ outcome }) => outcome)).toContain('PAID_TWICE');
    expect(await shop.trading.coinsOf(buyer)).toBe(100n);
  });
});

describe('a webhook', () => {
  test('that comes again, one after the other or all at once, credits once and is recorded once', async () => {
    const { buyer, id, intent } = await shop.aPendingOrder();
    const event = shop.stripe.pay(intent);
    const answers = await Promise.all(Array.from({ length: 8 }, () => shop.deliver(event)));
    answers.push(await shop.deliver(event));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 9 }, () => 200));
    expect(await shop.trading.coinsOf(buyer)).toBe(100n);
    expect(await recorded(id)).toEqual([{ kind: 'payment_intent.succeeded', outcome: 'CHANGED' }]);
  });

  test.each([
    ['without a signature', { header: '' }, /missing/],
    ['signed with another secret', { secrets: ['whsec_forged_0123456789'] }, /wrong secret/],
    ['changed after it was signed', { tamper: (body: string) => body.replace('succeeded', 'succeedeD') }, /body was changed/],
    ['that was recorded and is sent after the window', { ageSeconds: 302 }, /30[12-9] s ago: 300 s/],
    ['from the future', { ageSeconds: -302 }, /ahead of our clock/],
    [
      'with a signature of another scheme',
      { header: `t=${Math.floor(Date.now() / 1_000)},v0=${'0'.repeat(64)}` },
      /no signature of scheme v1/,
    ],
  ])('%s is refused with the reason and changes nothing', async (_, how, reason) => {
    const { buyer, id, intent } = await shop.aPendingOrder();
    const { status, body } = await shop.deliver(shop.stripe.pay(intent), how);
    expect([status, body['error']]).toEqual([400, expect.stringMatching(reason)]);
    expect([await shop.statusOf(id), await shop.trading.coinsOf(buyer), await recorded(id)]).toEqual(['PENDING', 0n, []]);
  });

  test('signed with either secret while one replaces the other is taken', async () => {
    const { id, intent } = await shop.aPendingOrder();
    const event = shop.stripe.pay(intent);
    expect((await shop.deliver(event, { secrets: ['whsec_long_gone_0123456789', 'whsec_the_next_one_0123456789'] })).status).toBe(200);
    expect(await shop.statusOf(id)).toBe('SETTLED');
  });

  test('of a kind or of a payment that is not ours is acknowledged and not recorded', async () => {
    const { intent } = await shop.aPendingOrder();
    const unknown = { id: `evt_${randomUUID()}`, type: 'customer.created', created: 1, data: { object: { id: 'cus_1' } } };
    const foreign = {
      id: `evt_${randomUUID()}`,
      type: 'payment_intent.succeeded',
      created: 1,
      data: { object: { ...intent, metadata: {} } },
    };
    for (const event of [unknown, foreign]) {
      expect(await shop.deliver(event)).toMatchObject({ status: 200, body: { received: true, ignored: expect.any(String) } });
      expect(
        await shop.trading.database.query({ text: '/* test */ SELECT 1 FROM payment_event WHERE event_id = $1', values: [event.id] }),
      ).toEqual([]);
    }
  });

  test('of an order that is not here is kept, and applied once the order is', async () => {
    const { buyer, id, intent } = await shop.aPendingOrder();
    const { database } = shop.trading;
    const [row] = await database.query<object>({ text: '/* test */ DELETE FROM top_up WHERE id = $1 RETURNING *', values: [id] });
    const event = shop.stripe.pay(intent);
    expect((await shop.deliver(event)).status).toBe(200);
    expect(await recorded(id)).toEqual([{ kind: 'payment_intent.succeeded', outcome: 'WAITING' }]);
    const json = JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? value.toString() : value));
    await database.query({
      text: '/* test */ INSERT INTO top_up SELECT * FROM json_populate_record(NULL::top_up, $1::json)',
      values: [json],
    });
    await shop.desk.cashier.sweep(new Date(Date.now() + 3_600_000));
    expect(await recorded(id)).toEqual([{ kind: 'payment_intent.succeeded', outcome: 'CHANGED' }]);
    expect([await shop.statusOf(id), await shop.trading.coinsOf(buyer)]).toEqual(['SETTLED', 100n]);
  });

  test('of an order that never was is given up after days', async () => {
    const id = newIdInShard(shardIndexOf('somebody'));
    const { intent } = await shop.aPendingOrder();
    const object = { ...intent, id: 'pi_lost', metadata: { fanfare_top_up: id } };
    await shop.deliver({ id: 'evt_lost', type: 'payment_intent.canceled', created: 1, data: { object } });
    const { database } = shop.trading;
    await shop.desk.cashier.sweep(new Date(Date.now() + 3_600_000));
    expect(await recorded(id)).toEqual([{ kind: 'payment_intent.canceled', outcome: 'WAITING' }]);
    const old = new Date(Date.now() - WAITING_MS_MAX);
    await database.query({ text: '/* test */ UPDATE payment_event SET received_at = $1 WHERE top_up_id = $2', values: [old, id] });
    await shop.desk.cashier.sweep(new Date(Date.now() + 7_200_000));
    expect(await recorded(id)).toEqual([{ kind: 'payment_intent.canceled', outcome: 'UNKNOWN' }]);
  });

  test('is answered with 503 while the database is away, and taken when it comes again', async () => {
    const { id, intent } = await shop.aPendingOrder();
    const event = shop.stripe.pay(intent);
    const { database } = shop.trading;
    await database.query({ text: '/* test */ ALTER TABLE payment_event RENAME TO payment_event_away' });
    try {
      expect((await shop.deliver(event)).status).toBe(503);
      expect(await shop.statusOf(id)).toBe('PENDING');
    } finally {
      await database.query({ text: '/* test */ ALTER TABLE payment_event_away RENAME TO payment_event' });
    }
    expect((await shop.deliver(event)).status).toBe(200);
    expect(await shop.statusOf(id)).toBe('SETTLED');
  });
});

describe('a process that dies', () => {
  /** A second listener whose every transaction meets that mishap. */
  const aDyingDesk = (mishap: Mishap): Promise<TopUpShop> => {
    const { trading, stripe } = shop;
    const random: Random = {
      next: () => 0,
      below: () => 0,
      chance: () => true,
      pick: (from) => from.find((each) => Object.is(each, mishap)) ?? from[0],
    };
    const telemetry = aTelemetry('trading');
    const database = crashing(
      trading.database,
      () => random,
      1,
      () => undefined,
    ).database;
    return openTopUpShop({
      partitions: partitionsOf([toPartition({ index: 0, shards: ALL_SHARDS, database }, { bus: trading.runtime.bus, telemetry })]),
      bus: trading.runtime.bus,
      telemetry,
      walletHints: { publish: () => undefined },
      provider: createStripePayments({ url: stripe.url, secretKey: stripe.secretKey, webhookSecrets: [stripe.webhookSecret] }),
      config: { topUpExpiryMinutes: 60, paymentWebhook: { host: '127.0.0.1', port: 0 }, shutdownSeconds: 1 },
    });
  };

  test.each([
    ['before the commit: neither record nor coins, and 5xx', 'crash', 0n, 0],
    ['after the commit: both, and 5xx all the same', 'crash-after', 100n, 1],
  ] as const)('%s; sent again, the event credits once', async (_, mishap, coins, records) => {
    const { buyer, id, intent } = await shop.aPendingOrder();
    const event = shop.stripe.pay(intent) ?? {};
    const desk = await aDyingDesk(mishap);
    expect((await shop.stripe.deliver(desk.webhookUrl ?? '', event)).status).toBe(503);
    expect([await shop.trading.coinsOf(buyer), (await recorded(id)).length]).toEqual([coins, records]);
    await desk.close();
    expect((await shop.deliver(event as StripeEvent)).status).toBe(200);
    expect([await shop.trading.coinsOf(buyer), (await recorded(id)).length]).toEqual([100n, 1]);
  });
});

describe('an order whose time is over', () => {
  const expire = (id: string) =>
    shop.trading.database.query({
      text: "/* test */ UPDATE top_up SET expires_at = now() - interval '1 second', watch_at = now() WHERE id = $1",
      values: [id],
    });
  const sweep = () => shop.desk.cashier.sweep(new Date(Date.now() + 1_000));

  test('is cancelled at the provider, so that nobody can pay it any more', async () => {
    const [idempotencyKey, buyer] = [randomUUID(), `buyer-${randomUUID()}`];
    const { order } = await shop.topUp(buyer, { idempotencyKey });
    const [id, intent] = [order?.id ?? '', shop.stripe.intentOf(order?.id ?? '')];
    await expire(id);
    await sweep();
    expect([await shop.statusOf(id), intent.status, shop.stripe.pay(intent)]).toEqual(['EXPIRED', 'canceled', null]);
    expect(await shop.topUp(buyer, { idempotencyKey })).toMatchObject({ clientSecret: null, userErrors: [{ code: 'PAYMENT_EXPIRED' }] });
  });

  test('stays as it is while the provider cannot be asked', async () => {
    const { id, intent } = await shop.aPendingOrder();
    await expire(id);
    shop.stripe.misbehaviours.push('broken', 'broken', 'broken');
    await sweep();
    expect([await shop.statusOf(id), intent.status]).toEqual(['PENDING', 'requires_payment_method']);
  });

  test('that was paid just before is settled, and a declined one is cancelled too', async () => {
    const [paid, declined] = [await shop.aPendingOrder(), await shop.aPendingOrder()];
    shop.stripe.pay(paid.intent);
    await shop.deliver(shop.stripe.decline(declined.intent));
    await Promise.all([expire(paid.id), expire(declined.id)]);
    await sweep();
    expect([await shop.statusOf(paid.id), await shop.trading.coinsOf(paid.buyer)]).toEqual(['SETTLED', 100n]);
    expect([await shop.statusOf(declined.id), declined.intent.status]).toEqual(['DECLINED', 'canceled']);
  });

  test('still credits money that is told of later', async () => {
    const { buyer, id, intent } = await shop.aPendingOrder();
    const cancelled = shop.stripe.cancel(intent);
    await shop.deliver(cancelled);
    expect(await shop.statusOf(id)).toBe('EXPIRED');
    intent.status = 'processing';
    await shop.deliver(shop.stripe.pay(intent));
    expect([await shop.statusOf(id), await shop.trading.coinsOf(buyer)]).toEqual(['SETTLED', 100n]);
  });
});

test('over four databases each event, each order and each refund finds its own', async () => {
  const env = {
    STRIPE_SECRET_KEY: shop.stripe.secretKey,
    STRIPE_WEBHOOK_SECRETS: shop.stripe.webhookSecret,
    STRIPE_API_URL: shop.stripe.url,
    PAYMENT_WEBHOOK_PORT: String(await aFreePort()),
  };
  const spread = await aSpreadTrading({ env });
  const url = `http://127.0.0.1:${env.PAYMENT_WEBHOOK_PORT}/webhooks/stripe`;
  const buyers = [0, 1, 2, 3].map((index) => spread.somebodyIn(index));
  const operator = spread.somebodyIn(2);
  const query = 'mutation ($input: TopUpInput!) { topUp(input: $input) { order { id } } }';
  const orders = await Promise.all(
    buyers.map(async (buyer) => {
      const variables = { input: { productId: 'coins-10000', idempotencyKey: 'one' } };
      return (await askData<{ topUp: { order: { id: string } } }>(spread.trading, { as: aUser(buyer, 'wallet:topup'), query, variables }))
        .topUp.order.id;
    }),
  );
  const events = orders.map((id) => shop.stripe.pay(shop.stripe.intentOf(id)) ?? {});
  const away = spread.partitions.all[3]?.database;
  await away?.query({ text: '/* test */ ALTER TABLE payment_event RENAME TO payment_event_away' });
  const first = await Promise.all(events.map((event) => shop.stripe.deliver(url, event)));
  expect(first.map(({ status }) => status)).toEqual([200, 200, 200, 503]);
  await away?.query({ text: '/* test */ ALTER TABLE payment_event_away RENAME TO payment_event' });
  const again = await Promise.all(events.map((event) => shop.stripe.deliver(url, event)));
  expect(again.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  const statuses = () =>
    Promise.all(
      orders.map(async (id) => {
        const answer = await askData<{ topUp: { status: string } }>(spread.trading, {
          as: aUser('somebody', 'ops:read'),
          query: 'query ($id: ID!) { topUp(id: $id) { status } }',
          variables: { id },
        });
        return answer.topUp.status;
      }),
    );
  expect(await statuses()).toEqual(['SETTLED', 'SETTLED', 'SETTLED', 'SETTLED']);
  const refund = 'mutation ($input: RefundTopUpInput!) { refundTopUp(input: $input) { userErrors { code } } }';
  for (const topUpId of orders) {
    const variables = { input: { topUpId, reason: 'all of them', idempotencyKey: 'the same for each' } };
    expect(await askData(spread.trading, { as: aUser(operator, 'ops:write'), query: refund, variables })).toEqual({
      refundTopUp: { userErrors: [] },
    });
  }
  expect(await statuses()).toEqual(['REFUNDED', 'REFUNDED', 'REFUNDED', 'REFUNDED']);
  expect(orders.map((id) => shop.stripe.moneyKept(id))).toEqual([0, 0, 0, 0]);
  expect(await spread.faults()).toEqual([]);
  await spread.close();
});

describe('the listener', () => {
  const post = async (path: string, method: 'GET' | 'POST', body: string | null = null) => {
    const answer = await request(new URL(path, shop.webhookUrl), { method, body });
    await answer.body.dump();
    return [answer.statusCode, answer.headers['allow']];
  };

  test('knows one path and one method', async () => {
    expect(await post('/', 'POST', '{}')).toEqual([404, undefined]);
    expect(await post('/graphql', 'POST', '{}')).toEqual([404, undefined]);
    expect(await post('/webhooks/stripe', 'GET')).toEqual([405, 'POST']);
  });

  test('refuses a body that is too large, announced or not', async () => {
    const large = 'x'.repeat(WEBHOOK_BYTES_MAX + 1);
    expect(await post('/webhooks/stripe', 'POST', large)).toEqual([413, undefined]);
    async function* pieces() {
      for (let sent = 0; sent <= WEBHOOK_BYTES_MAX; sent += 65_536) yield Buffer.alloc(65_536, 'x');
    }
    const answer = await request(shop.webhookUrl, { method: 'POST', body: pieces() as never });
    expect(answer.statusCode).toBe(413);
    await answer.body.dump();
  });

  test('refuses what is signed and no event', async () => {
    expect(await shop.deliver({ hello: 'there' } as never)).toMatchObject({
      status: 400,
      body: { error: expect.stringMatching(/no event/) },
    });
    expect(await shop.deliver({ id: 'evt_1' } as never, { tamper: () => '' })).toMatchObject({ status: 400 });
  });

  test('listens where the configuration says, and the process does not start where it cannot', async () => {
    const databaseUrls = { trading: shop.trading.databaseUrl };
    const stripe = {
      STRIPE_SECRET_KEY: shop.stripe.secretKey,
      STRIPE_WEBHOOK_SECRETS: shop.stripe.webhookSecret,
      STRIPE_API_URL: shop.stripe.url,
    };
    const taken = await aRuntime({ databaseUrls, env: { ...stripe, PAYMENT_WEBHOOK_PORT: new URL(shop.webhookUrl).port } });
    await expect(startTrading(taken)).rejects.toThrow(/PAYMENT_WEBHOOK_PORT/);
    await taken.close();
    const port = await aFreePort();
    const runtime = await aRuntime({ databaseUrls, env: { ...stripe, PAYMENT_WEBHOOK_PORT: String(port) } });
    const trading = await startTrading(runtime);
    const { id, intent } = await shop.aPendingOrder();
    const event = shop.stripe.pay(intent);
    expect((await shop.stripe.deliver(`http://127.0.0.1:${port}/webhooks/stripe`, event ?? {})).status).toBe(200);
    expect(await shop.statusOf(id)).toBe('SETTLED');
    await trading.close();
    await runtime.close();
  });
});
