import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Scope } from '#platform/identity/identity.ts';
import { openCashier, SWEEP_SIZE_MAX } from '../../subgraphs/trading/data/cashier.ts';
import { createDevelopmentPayments } from '../../subgraphs/trading/data/developmentPayments.ts';
import { openRefundLane } from '../../subgraphs/trading/data/topUpRefunds.ts';
import { claimDueTopUps } from '../../subgraphs/trading/data/topUpRows.ts';
import { openSettlingLane } from '../../subgraphs/trading/data/topUpSettling.ts';
import { openOpeningLane } from '../../subgraphs/trading/data/topUps.ts';
import { TOP_UPS_PENDING_MAX } from '../../subgraphs/trading/domain/topUp.ts';
import { startTrading } from '../../subgraphs/trading/server.ts';
import { Bank } from '../support/bank.ts';
import { aRuntime, ask, askData, aUser, subscribeTo } from '../support/runtime.ts';
import { aTrading, type TradingFixture } from '../support/trading.ts';

const bank = new Bank();
let shop: TradingFixture;

beforeAll(async () => {
  shop = await aTrading({ paymentProvider: bank });
});

afterEach(async () => {
  bank.result = 'paid';
  expect(await shop.faults()).toEqual([]);
});

afterAll(() => shop.close());

interface TopUpPayload {
  readonly order: { readonly id: string; readonly status: string } | null;
  readonly clientSecret: string | null;
  readonly wallet: { readonly id: string; readonly coins: string; readonly version: number } | null;
  readonly userErrors: readonly { readonly code: string; readonly message: string }[];
}

const TOP_UP =
  'mutation ($input: TopUpInput!) { topUp(input: $input) { order { id status } clientSecret wallet { id coins version } userErrors { code message field } } }';
const topUpQuestion = (userId: string, input: { productId?: string; idempotencyKey?: string } = {}) => ({
  as: aUser(userId, 'wallet:topup'),
  query: TOP_UP,
  variables: { input: { productId: 'coins-100', idempotencyKey: randomUUID(), ...input } },
});
const topUp = async (userId: string, input: { productId?: string; idempotencyKey?: string } = {}): Promise<TopUpPayload> =>
  (await askData<{ topUp: TopUpPayload }>(shop.trading, topUpQuestion(userId, input))).topUp;
const codes = (payload: TopUpPayload): readonly string[] => payload.userErrors.map((error) => error.code);
/** Another process' cashier, whose sweeps the test makes. */
const aCashier = () => {
  const telemetry = shop.runtime.telemetry('trading');
  const silent = { publish: () => undefined };
  const options = { database: shop.database, telemetry, walletHints: silent, topUpHints: silent };
  const lanes = {
    opening: openOpeningLane({ ...options, terms: { provider: bank.name, lifetimeMs: 3_600_000 } }),
    settling: openSettlingLane(options),
    refunding: openRefundLane({ ...options, provider: bank.name }),
  };
  const cashier = openCashier({ partitions: shop.partitions, lanes, telemetry, provider: bank });
  const close = async (): Promise<void> => {
    await cashier.close();
    await lanes.opening.close();
    await lanes.settling.close();
    await lanes.refunding.close();
  };
  return { lanes, cashier, close };
};
/** By then everything that hangs now is due. */
const later = (): Date => new Date(Date.now() + 60_000);
const aBuyer = (): string => `buyer-${randomUUID()}`;

describe('a top-up', () => {
  test('charges the price of the product and adds its coins and bonus coins', async () => {
    const buyer = aBuyer();
    const { order, ...payload } = await topUp(buyer, { productId: 'coins-10000' });
    expect(payload).toEqual({ clientSecret: null, wallet: { id: buyer, coins: '10000', version: 2 }, userErrors: [] });
    expect(order?.status).toBe('SETTLED');
    const text = '/* test */ SELECT bonus_coins FROM wallet WHERE owner_id = $1';
    expect(await shop.database.query({ text, values: [buyer] })).toEqual([{ bonus_coins: 1_000n }]);
    expect(bank.charged.get(order?.id ?? '')).toMatchObject({ amountMinor: 8_999n, currency: 'EUR', description: '11000 coins' });
    const query = `query ($id: ID!) { _entities(representations: [{ __typename: "User", id: $id }]) { ... on User { wallet {
      entries { nodes { currency topUp { id } giftOrder { id } } } } } } }`;
    const shown = await askData(shop.trading, { as: aUser(buyer, 'wallet:read'), query, variables: { id: buyer } });
    const entryOf = (currency: string) => ({ currency, topUp: { id: order?.id }, giftOrder: null });
    expect(shown).toEqual({ _entities: [{ wallet: { entries: { nodes: [entryOf('BONUS_COINS'), entryOf('COINS')] } } }] });
  });

  test('with one key, at once or later, charges and credits once', async () => {
    const [buyer, idempotencyKey, before] = [aBuyer(), randomUUID(), bank.charged.size];
    await Promise.all([topUp(buyer, { idempotencyKey }), topUp(buyer, { idempotencyKey }), topUp(buyer, { idempotencyKey })]);
    expect((await topUp(buyer, { idempotencyKey })).wallet?.coins).toBe('100');
    expect(bank.charged.size - before).toBe(1);
  });

  test('with the same key and another product is a conflict', async () => {
    const [buyer, idempotencyKey] = [aBuyer(), randomUUID()];
    await topUp(buyer, { idempotencyKey });
    expect(codes(await topUp(buyer, { idempotencyKey, productId: 'coins-1000' }))).toEqual(['IDEMPOTENCY_CONFLICT']);
    expect(await shop.coinsOf(buyer)).toBe(100n);
  });

  test('that is declined stays declined, also when the bank would say yes by now', async () => {
    const [buyer, idempotencyKey] = [aBuyer(), randomUUID()];
    bank.result = 'refused';
    expect(codes(await topUp(buyer, { idempotencyKey }))).toEqual(['PAYMENT_DECLINED']);
    bank.result = 'paid';
    const asked = bank.asked;
    expect(codes(await topUp(buyer, { idempotencyKey }))).toEqual(['PAYMENT_DECLINED']);
    expect(bank.asked).toBe(asked);
    expect(await shop.coinsOf(buyer)).toBe(0n);
  });

  test('of an unknown product is refused for ever, and nobody is charged', async () => {
    const [buyer, idempotencyKey, asked] = [aBuyer(), randomUUID(), bank.asked];
    for (let count = 0; count < 2; count += 1) {
      const payload = await topUp(buyer, { productId: 'coins-7', idempotencyKey });
      expect([payload.wallet, codes(payload)]).toEqual([null, ['PRODUCT_NOT_FOUND']]);
    }
    expect(bank.asked).toBe(asked);
  });

  test('whose answer got lost is settled by a retry with the same key: charged once, credited once', async () => {
    const [buyer, idempotencyKey, before] = [aBuyer(), randomUUID(), bank.charged.size];
    bank.losesAnswers = 1;
    const { errors } = await ask(shop.trading, topUpQuestion(buyer, { idempotencyKey }));
    expect(errors?.[0]?.extensions['code']).toBe('OUTCOME_UNKNOWN');
    expect(await shop.coinsOf(buyer)).toBe(0n);
    expect((await topUp(buyer, { idempotencyKey })).wallet?.coins).toBe('100');
    expect(bank.charged.size - before).toBe(1);
  });

  test('that its buyer never asks about again is settled by the sweep, once', async () => {
    const buyer = aBuyer();
    bank.losesAnswers = 1;
    await ask(shop.trading, topUpQuestion(buyer));
    const { cashier, close } = aCashier();
    expect(await cashier.sweep(later())).toBe(1);
    expect(await cashier.sweep(later())).toBe(0);
    expect(await shop.coinsOf(buyer)).toBe(100n);
    await close();
  });

  test('that hangs is asked about after a minute, two, four and so on, at its end for sure, and from the start once something has become of it', async () => {
    const { lanes, close } = aCashier();
    // A provider that nobody else asks.
    const terms = { provider: 'silent', lifetimeMs: 600_000 };
    const opening = openOpeningLane({ database: shop.database, telemetry: shop.runtime.telemetry('trading'), terms });
    const opened = await opening.submit({ ownerId: aBuyer(), productId: 'coins-100', idempotencyKey: randomUUID() });
    if (!opened.ok) throw new Error(`the order was refused: ${opened.code}`);
    const { id, createdAt, expiresAt } = opened.topUp;
    const nextLook = async (now: Date): Promise<Date> => {
      const [topUp] = await claimDueTopUps(shop.database, { provider: 'silent', now, limit: 10 });
      return topUp?.watchAt ?? new Date(0);
    };
    const seconds: number[] = [];
    for (let at = opened.topUp.watchAt ?? expiresAt; seconds.length < 5; at = await nextLook(at))
      seconds.push((at.getTime() - createdAt.getTime()) / 1_000);
    expect(seconds).toEqual([20, 80, 200, 440, 600]);
    await lanes.settling.submit({ topUpId: id, paymentId: null, facts: [{ kind: 'declined' }] });
    expect(await nextLook(new Date(expiresAt.getTime() - 1))).toEqual(new Date(0));
    expect(await nextLook(expiresAt)).toEqual(new Date(expiresAt.getTime() + 60_000));
    await opening.close();
    await close();
  });

  test('that the provider never answers holds up no other one in the sweep', async () => {
    const [stuck, buyer] = [aBuyer(), aBuyer()];
    bank.deafTo.add('100 coins');
    bank.losesAnswers = 1;
    const { lanes, cashier, close } = aCashier();
    await Promise.all(
      Array.from({ length: SWEEP_SIZE_MAX }, () =>
        lanes.opening.submit({ ownerId: stuck, productId: 'coins-100', idempotencyKey: randomUUID() }),
      ),
    );
    await ask(shop.trading, topUpQuestion(buyer, { productId: 'coins-1000' }));
    const sweep = (at = later()) => cashier.sweep(at);
    expect(await sweep()).toBe(0);
    expect(await sweep()).toBe(1);
    expect(await shop.coinsOf(buyer)).toBe(1_000n);
    // And the stuck ones are asked about again: their turn comes when the bank is back.
    bank.deafTo.delete('100 coins');
    const muchLater = new Date(Date.now() + 600_000);
    expect(await sweep(muchLater)).toBe(SWEEP_SIZE_MAX);
    expect(await sweep(muchLater)).toBe(0);
    await close();
  });

  test('is refused while too many others wait for their payment, for ever under its key', async () => {
    const [buyer, idempotencyKey] = [aBuyer(), randomUUID()];
    const { lanes, cashier, close } = aCashier();
    const wish = (key: string) => lanes.opening.submit({ ownerId: buyer, productId: 'coins-100', idempotencyKey: key });
    const opened = await Promise.all(Array.from({ length: TOP_UPS_PENDING_MAX }, (_, index) => wish(String(index))));
    expect(opened.every(({ ok }) => ok)).toBe(true);
    expect(codes(await topUp(buyer, { idempotencyKey }))).toEqual(['TOO_MANY_PENDING']);
    await cashier.sweep(later());
    expect(codes(await topUp(buyer, { idempotencyKey }))).toEqual(['TOO_MANY_PENDING']);
    expect(codes(await topUp(buyer))).toEqual([]);
    expect(await shop.coinsOf(buyer)).toBe(100n * BigInt(TOP_UPS_PENDING_MAX + 1));
    await close();
  });

  test('needs the scope', async () => {
    const { errors } = await ask(shop.trading, { ...topUpQuestion('alice'), as: aUser('alice', 'gifts:send', 'wallet:read') });
    expect(errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
  });

  test('without a payment provider is declined with the reason, and nothing is stored', async () => {
    const runtime = await aRuntime({ databaseUrls: { trading: shop.databaseUrl } });
    const trading = await startTrading({ ...runtime, config: { ...runtime.config, dev: false } });
    const payload = (await askData<{ topUp: TopUpPayload }>(trading, topUpQuestion(aBuyer()))).topUp;
    expect(codes(payload)).toEqual(['PAYMENT_DECLINED']);
    expect(payload.userErrors[0]?.message).toMatch(/No payment provider is configured/);
    await trading.close();
    await runtime.close();
  });
});

test('the development payment provider refuses to load in production and without --dev', () => {
  expect(() => createDevelopmentPayments({ dev: true, environment: 'production' })).toThrow(/--dev/);
  expect(() => createDevelopmentPayments({ dev: false, environment: 'development' })).toThrow(/--dev/);
  expect(createDevelopmentPayments({ dev: true, environment: 'development' }).name).toBe('development');
});

describe('an order of coins', () => {
  const ORDER = 'id status productId coins bonusCoins price { amountMinor currency } settledAt version buyer { id }';
  const orderAs = async (viewer: string, id: string, ...scopes: readonly Scope[]): Promise<unknown> =>
    (
      await askData<{ topUp: unknown }>(shop.trading, {
        as: aUser(viewer, ...scopes),
        query: `query ($id: ID!) { topUp(id: $id) { ${ORDER} } }`,
        variables: { id },
      })
    ).topUp;

  test('is shown to its buyer and to operators, and to nobody else', async () => {
    const buyer = aBuyer();
    const id = (await topUp(buyer, { productId: 'coins-10000' })).order?.id ?? '';
    const shown = await orderAs(buyer, id, 'wallet:read');
    expect(shown).toMatchObject({
      id,
      status: 'SETTLED',
      productId: 'coins-10000',
      coins: '10000',
      bonusCoins: '1000',
      price: { amountMinor: '8999', currency: 'EUR' },
      version: 2,
      buyer: { id: buyer },
    });
    expect(await orderAs('operator', id, 'ops:read')).toEqual(shown);
    expect(await orderAs('mallory', id, 'wallet:read')).toBeNull();
    expect(await orderAs(buyer, randomUUID(), 'wallet:read')).toBeNull();
    expect(await orderAs(buyer, 'no id at all', 'wallet:read')).toBeNull();
  });

  test('is found in the pages of its buyer, the newest first', async () => {
    const buyer = aBuyer();
    const ids: (string | undefined)[] = [];
    for (let count = 0; count < 3; count += 1) ids.unshift((await topUp(buyer)).order?.id);
    const query = `query ($id: ID!, $after: Cursor) { _entities(representations: [{ __typename: "User", id: $id }]) { ... on User {
      wallet { topUps(first: 2, after: $after) { nodes { id } pageInfo { endCursor hasNextPage } } } } } }`;
    const page = async (after: string | null) =>
      (
        await askData<{
          _entities: [{ wallet: { topUps: { nodes: { id: string }[]; pageInfo: { endCursor: string; hasNextPage: boolean } } } }];
        }>(shop.trading, { as: aUser(buyer, 'wallet:read'), query, variables: { id: buyer, after } })
      )._entities[0].wallet.topUps;
    const first = await page(null);
    const second = await page(first.pageInfo.endCursor);
    expect([...first.nodes, ...second.nodes].map(({ id }) => id)).toEqual(ids);
    expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([true, false]);
  });

  test('is followed from where it stands until it is paid, by its buyer alone', async () => {
    const buyer = aBuyer();
    bank.losesAnswers = 1;
    await ask(shop.trading, topUpQuestion(buyer));
    const [row] = await shop.database.query<{ id: string }>({
      text: '/* test */ SELECT id FROM top_up WHERE owner_id = $1',
      values: [buyer],
    });
    const follow = (viewer: string) =>
      subscribeTo(shop.trading, {
        as: aUser(viewer, 'wallet:read'),
        query: 'subscription ($id: ID!) { topUpChanged(topUpId: $id) { status version } }',
        variables: { id: row?.id },
      });
    expect(await follow('mallory').ended()).toBe(true);
    const order = follow(buyer);
    expect((await order.next()).data).toEqual({ topUpChanged: { status: 'PENDING', version: 1 } });
    const { cashier, close } = aCashier();
    await cashier.sweep(later());
    expect((await order.next()).data).toEqual({ topUpChanged: { status: 'SETTLED', version: 2 } });
    await order.end();
    await close();
  });
});
