import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Bus } from '#platform/bus/bus.ts';
import { createMemoryBus } from '#platform/bus/memory.ts';
import { DEMO_STREAMS, seedStreaming } from '../../subgraphs/streaming/data/seed.ts';
import { startStreaming } from '../../subgraphs/streaming/server.ts';
import { openCashier, SWEEP_SIZE_MAX } from '../../subgraphs/trading/data/cashier.ts';
import { createDevelopmentPayments } from '../../subgraphs/trading/data/developmentPayments.ts';
import { seedTrading } from '../../subgraphs/trading/data/seed.ts';
import { openTopUpLanes } from '../../subgraphs/trading/data/topUps.ts';
import { openWalletWatch } from '../../subgraphs/trading/data/walletWatch.ts';
import type { Charge, ChargeResult, PaymentProvider } from '../../subgraphs/trading/domain/topUp.ts';
import { startTrading } from '../../subgraphs/trading/server.ts';
import { ITEM_DEADLINE_MS, inTime } from '../support/feeds.ts';
import { eventually } from '../support/platform.ts';
import { aDatabaseUrl } from '../support/postgres.ts';
import { aRuntime, ask, askData, aUser, subscribeTo } from '../support/runtime.ts';
import { statementsOf } from '../support/statements.ts';
import { aTrading, type TradingFixture } from '../support/trading.ts';

/** A payment provider that keeps its word about keys: one charge and one answer per key. What it says, and when it fails, the test decides. */
class Bank implements PaymentProvider {
  readonly name = 'test bank';
  readonly charged = new Map<string, Charge>();
  asked = 0;
  /** Rejects the next so many questions after charging: the money is taken, the answer is lost. */
  losesAnswers = 0;
  result: ChargeResult = 'settled';
  /** Never answers about these. */
  readonly deafTo = new Set<string>();
  readonly #results = new Map<string, ChargeResult>();

  charge(charge: Charge): Promise<ChargeResult> {
    this.asked += 1;
    const result = this.#results.get(charge.idempotencyKey) ?? this.result;
    this.#results.set(charge.idempotencyKey, result);
    if (result === 'settled') this.charged.set(charge.idempotencyKey, charge);
    if (this.deafTo.has(charge.userId)) return Promise.reject(new Error('nobody answers'));
    if (this.losesAnswers > 0) {
      this.losesAnswers -= 1;
      return Promise.reject(new Error('the line went dead'));
    }
    return Promise.resolve(result);
  }
}

const bank = new Bank();
let shop: TradingFixture;

beforeAll(async () => {
  shop = await aTrading({ paymentProvider: bank });
});

afterEach(async () => {
  bank.result = 'settled';
  expect(await shop.faults()).toEqual([]);
});

afterAll(() => shop.close());

interface TopUpPayload {
  readonly wallet: { readonly id: string; readonly coins: string; readonly version: number } | null;
  readonly userErrors: readonly { readonly code: string; readonly message: string }[];
}

const TOP_UP = 'mutation ($input: TopUpInput!) { topUp(input: $input) { wallet { id coins version } userErrors { code message field } } }';
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
  const lanes = openTopUpLanes({ database: shop.database, telemetry, walletHints: { publish: () => undefined } });
  const cashier = openCashier({ partitions: shop.partitions, lanes, telemetry, provider: bank });
  const close = async (): Promise<void> => {
    await cashier.close();
    await lanes.opening.close();
    await lanes.settling.close();
  };
  return { lanes, cashier, close };
};
const aBuyer = (): string => `buyer-${randomUUID()}`;

describe('a top-up', () => {
  test('charges the price of the product and adds its coins', async () => {
    const buyer = aBuyer();
    expect(await topUp(buyer, { productId: 'coins-1000' })).toEqual({ wallet: { id: buyer, coins: '1000', version: 1 }, userErrors: [] });
    const charges = [...bank.charged.values()].filter((charge) => charge.userId === buyer);
    expect(charges).toEqual([expect.objectContaining({ amountMinor: 949n, currency: 'EUR' })]);
  });

  test('with one key, at once or later, charges and credits once', async () => {
    const [buyer, idempotencyKey] = [aBuyer(), randomUUID()];
    await Promise.all([topUp(buyer, { idempotencyKey }), topUp(buyer, { idempotencyKey }), topUp(buyer, { idempotencyKey })]);
    expect((await topUp(buyer, { idempotencyKey })).wallet?.coins).toBe('100');
    expect([...bank.charged.values()].filter((charge) => charge.userId === buyer)).toHaveLength(1);
  });

  test('with the same key and another product is a conflict', async () => {
    const [buyer, idempotencyKey] = [aBuyer(), randomUUID()];
    await topUp(buyer, { idempotencyKey });
    expect(codes(await topUp(buyer, { idempotencyKey, productId: 'coins-1000' }))).toEqual(['IDEMPOTENCY_CONFLICT']);
    expect(await shop.coinsOf(buyer)).toBe(100n);
  });

  test('that is declined stays declined, also when the bank would say yes by now', async () => {
    const [buyer, idempotencyKey] = [aBuyer(), randomUUID()];
    bank.result = 'declined';
    expect(codes(await topUp(buyer, { idempotencyKey }))).toEqual(['PAYMENT_DECLINED']);
    bank.result = 'settled';
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
    const [buyer, idempotencyKey] = [aBuyer(), randomUUID()];
    bank.losesAnswers = 1;
    const { errors } = await ask(shop.trading, topUpQuestion(buyer, { idempotencyKey }));
    expect(errors?.[0]?.extensions['code']).toBe('OUTCOME_UNKNOWN');
    expect(await shop.coinsOf(buyer)).toBe(0n);
    expect((await topUp(buyer, { idempotencyKey })).wallet?.coins).toBe('100');
    expect([...bank.charged.values()].filter((charge) => charge.userId === buyer)).toHaveLength(1);
  });

  test('that its buyer never asks about again is settled by the sweep, once', async () => {
    const buyer = aBuyer();
    bank.losesAnswers = 1;
    await ask(shop.trading, topUpQuestion(buyer));
    const { cashier, close } = aCashier();
    expect(await cashier.sweep(new Date(Date.now() + 1_000))).toBe(1);
    expect(await cashier.sweep(new Date(Date.now() + 1_000))).toBe(0);
    expect(await shop.coinsOf(buyer)).toBe(100n);
    await close();
  });

  test('that the provider never answers holds up no other one in the sweep', async () => {
    const [stuck, buyer] = [aBuyer(), aBuyer()];
    bank.deafTo.add(stuck);
    bank.losesAnswers = 1;
    const { lanes, cashier, close } = aCashier();
    await Promise.all(
      Array.from({ length: SWEEP_SIZE_MAX }, () =>
        lanes.opening.submit({ ownerId: stuck, productId: 'coins-100', idempotencyKey: randomUUID() }),
      ),
    );
    await ask(shop.trading, topUpQuestion(buyer));
    const sweep = () => cashier.sweep(new Date(Date.now() + 1_000));
    expect(await sweep()).toBe(0);
    expect(await sweep()).toBe(1);
    expect(await shop.coinsOf(buyer)).toBe(100n);
    // And the stuck ones are asked about again: their turn comes when the bank is back.
    bank.deafTo.delete(stuck);
    expect(await sweep()).toBe(SWEEP_SIZE_MAX);
    expect(await sweep()).toBe(0);
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

describe('a wallet', () => {
  const WALLET =
    'query ($id: ID!) { _entities(representations: [{ __typename: "User", id: $id }]) { ... on User { wallet { id coins diamonds version } } } }';
  const walletAs = async (viewer: string, of: string): Promise<unknown> =>
    (
      await askData<{ _entities: [{ wallet: unknown }] }>(shop.trading, {
        as: aUser(viewer, 'wallet:read'),
        query: WALLET,
        variables: { id: of },
      })
    )._entities[0].wallet;

  test('is shown to its owner and to nobody else', async () => {
    const owner = await shop.aWallet({ coins: 5n });
    expect(await walletAs(owner, owner)).toEqual({ id: owner, coins: '5', diamonds: '0', version: 1 });
    expect(await walletAs('mallory', owner)).toBeNull();
  });

  test('of somebody who never had one is empty, and looking makes none', async () => {
    const owner = aBuyer();
    expect(await walletAs(owner, owner)).toEqual({ id: owner, coins: '0', diamonds: '0', version: 0 });
    expect(await shop.database.query({ text: '/* test */ SELECT 1 FROM wallet WHERE owner_id = $1', values: [owner] })).toEqual([]);
  });

  test('is hidden without the scope', async () => {
    const { data, errors } = await ask(shop.trading, { as: aUser('alice'), query: WALLET, variables: { id: 'alice' } });
    expect(data).toEqual({ _entities: [{ wallet: null }] });
    expect(errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN');
  });
});

describe('walletChanged', () => {
  interface Seen {
    readonly coins: string;
    readonly version: number;
  }
  const follow = (userId: string, trading = shop.trading) =>
    subscribeTo(trading, { as: aUser(userId, 'wallet:read'), query: 'subscription { walletChanged { coins version } }' });
  const walletIn = (payload: { readonly data?: unknown }): Seen => (payload.data as { walletChanged: Seen }).walletChanged;

  test('shows the wallet as it is, then as it becomes, never an older one', async () => {
    const [owner, { streamId }] = [await shop.aWallet({ coins: 50n }), await shop.aStream()];
    const wallet = follow(owner);
    expect(walletIn(await wallet.next())).toEqual({ coins: '50', version: 1 });
    const paid = await Promise.all(Array.from({ length: 10 }, () => shop.send(owner, { streamId })));
    expect(paid.flatMap((payload) => payload.userErrors)).toEqual([]);
    const versions = [1];
    for (;;) {
      const seen = walletIn(await wallet.next());
      versions.push(seen.version);
      if (seen.version === 11) {
        expect(seen.coins).toBe('40');
        break;
      }
    }
    expect(versions).toEqual([...versions].sort((a, b) => a - b));
    await wallet.end();
  });

  test('shows a streamer what arrives', async () => {
    const [sender, stream] = [await shop.aWallet({ coins: 5n }), await shop.aStream()];
    const wallet = follow(stream.streamerId);
    expect(walletIn(await wallet.next())).toEqual({ coins: '0', version: 0 });
    await shop.send(sender, { streamId: stream.streamId, quantity: 5 });
    expect(walletIn(await wallet.next()).version).toBe(1);
    await wallet.end();
  });

  test('also shows what no hint told of', async () => {
    const owner = await shop.aWallet({ coins: 1n });
    const wallet = follow(owner);
    await wallet.next();
    // Another process on another bus: this one hears nothing and must look by itself.
    const elsewhere = await aTrading({ databaseUrl: shop.databaseUrl });
    const { streamId } = await elsewhere.aStream();
    await elsewhere.send(owner, { streamId });
    expect(walletIn(await wallet.next())).toEqual({ coins: '0', version: 2 });
    await wallet.end();
    await elsewhere.close();
  });

  test('begins and goes on while Redis acknowledges nothing', async () => {
    const owner = await shop.aWallet({ coins: 3n });
    const silent: Bus = {
      ...createMemoryBus(),
      connected: false,
      subscribe: () => new Promise(() => undefined),
      onGap: () => () => undefined,
    };
    const watch = openWalletWatch(shop.partitions, silent, shop.runtime.telemetry('trading'));
    const gone = new AbortController();
    const wallets = watch.follow(owner, gone.signal);
    const next = async () => (await inTime(wallets.next(), ITEM_DEADLINE_MS, 'the wallet')).value;
    expect(await next()).toMatchObject({ coins: 3n });
    await shop.send(owner, { streamId: (await shop.aStream()).streamId });
    expect(await next()).toMatchObject({ coins: 2n });
    const end = wallets.next();
    gone.abort();
    expect(await inTime(end, ITEM_DEADLINE_MS, 'the end')).toMatchObject({ done: true });
    await watch.close();
  });

  test('reads the wallets of a hundred followers with a handful of queries', async () => {
    const owners = await Promise.all(Array.from({ length: 100 }, () => shop.aWallet({ coins: 1n })));
    const statements = await statementsOf(async () => {
      const followers = owners.map((owner) => follow(owner));
      await Promise.all(followers.map((each) => each.next()));
      await Promise.all(followers.map((each) => each.end()));
    });
    expect(statements.filter((text) => text.includes('readWallets')).length).toBeLessThanOrEqual(10);
  });

  test('needs a person with the scope', async () => {
    const payload = await subscribeTo(shop.trading, { query: 'subscription { walletChanged { coins } }' }).next();
    expect(payload.errors?.[0]?.extensions?.['code']).toBe('UNAUTHENTICATED');
  });
});

describe('the catalogue', () => {
  test('shows what is on sale, the cheapest first, to anybody', async () => {
    const data = await askData<{ gifts: { id: string; priceCoins: string }[]; topUpProducts: { id: string }[] }>(shop.trading, {
      query: '{ gifts { id name priceCoins imageUrl } topUpProducts { id coins name } }',
    });
    expect(data.gifts.map((gift) => [gift.id, gift.priceCoins])).toEqual([
      ['rose', '1'],
      ['lollipop', '10'],
      ['rocket', '520'],
    ]);
    expect(data.topUpProducts.map((product) => product.id)).toEqual(['coins-100', 'coins-1000', 'coins-10000']);
  });

  test('resolves references in one query, withdrawn gifts included, unknown ones to null', async () => {
    const representations = ['rose', 'snowflake', 'no-such-gift', 'rocket'].map((id) => ({ __typename: 'Gift', id }));
    const query = 'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Gift { id name } } }';
    const seen: unknown[] = [];
    const statements = await statementsOf(async () => {
      seen.push(...(await askData<{ _entities: unknown[] }>(shop.trading, { query, variables: { representations } }))._entities);
    });
    expect(seen).toEqual([{ id: 'rose', name: 'Rose' }, { id: 'snowflake', name: 'Snowflake' }, null, { id: 'rocket', name: 'Rocket' }]);
    expect(statements.filter((text) => text.includes('readGifts'))).toHaveLength(1);
  });
});

test('a stream goes live and ends for trading as streaming says', async () => {
  const databaseUrls = { trading: await aDatabaseUrl('trading'), streaming: await aDatabaseUrl('streaming') };
  const runtime = await aRuntime({ databaseUrls });
  await seedTrading(runtime);
  await seedStreaming(runtime);
  const streaming = await startStreaming(runtime);
  const trading = await startTrading(runtime);
  const { streamId, streamerId } = DEMO_STREAMS[0];
  const refusal = async (): Promise<string | undefined> => {
    const query = 'mutation ($input: SendGiftInput!) { sendGift(input: $input) { userErrors { code } } }';
    const variables = { input: { streamId, giftId: 'rose', idempotencyKey: randomUUID() } };
    const data = await askData<{ sendGift: { userErrors: { code: string }[] } }>(trading, {
      as: aUser('alice', 'gifts:send'),
      query,
      variables,
    });
    return data.sendGift.userErrors[0]?.code;
  };
  // Alice has no coins: that is what is wrong once the stream is known to be live.
  await eventually('the stream is live', async () => (await refusal()) === 'INSUFFICIENT_COINS', 10_000);
  const query = 'mutation ($input: StreamInput!) { endStream(input: $input) { userErrors { code } } }';
  await askData(streaming, {
    as: aUser(streamerId, 'streams:manage'),
    query,
    variables: { input: { streamId, idempotencyKey: randomUUID() } },
  });
  await eventually('the stream is over', async () => (await refusal()) === 'STREAM_NOT_LIVE', 10_000);
  await trading.close();
  await streaming.close();
  await runtime.close();
});
