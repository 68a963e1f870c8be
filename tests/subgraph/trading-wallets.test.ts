import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Bus } from '#platform/bus/bus.ts';
import { createMemoryBus } from '#platform/bus/memory.ts';
import { DEMO_STREAMS, seedStreaming } from '../../subgraphs/streaming/data/seed.ts';
import { startStreaming } from '../../subgraphs/streaming/server.ts';
import { seedTrading } from '../../subgraphs/trading/data/seed.ts';
import { openWalletWatch } from '../../subgraphs/trading/data/walletWatch.ts';
import { startTrading } from '../../subgraphs/trading/server.ts';
import { withDeadline } from '../support/deadline.ts';
import { eventually } from '../support/platform.ts';
import { aDatabaseUrl } from '../support/postgres.ts';
import { aRuntime, ask, askData, aUser, subscribeTo } from '../support/runtime.ts';
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
    const owner = `nobody-${randomUUID()}`;
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
    const next = async () => (await withDeadline(wallets.next(), 'the wallet')).value;
    expect(await next()).toMatchObject({ coins: 3n });
    await shop.send(owner, { streamId: (await shop.aStream()).streamId });
    expect(await next()).toMatchObject({ coins: 2n });
    const end = wallets.next();
    gone.abort();
    expect(await withDeadline(end, 'the end')).toMatchObject({ done: true });
    await watch.close();
  });

  test('reads the wallets of a hundred followers together, not one by one', async () => {
    const owners = await Promise.all(Array.from({ length: 100 }, () => shop.aWallet({ coins: 1n })));
    const statements = await statementsOf(async () => {
      const followers = owners.map((owner) => follow(owner));
      await Promise.all(followers.map((each) => each.next()));
      await Promise.all(followers.map((each) => each.end()));
    });
    // How many join while a read is under way is the machine's business; that they share reads is ours.
    expect(statements.filter((text) => text.includes('readWallets')).length).toBeLessThan(owners.length / 2);
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
    expect(data.gifts.map((gift) => gift.id)).toEqual(expect.arrayContaining(['rose', 'lollipop', 'rocket', 'party', 'castle']));
    expect(data.gifts.map((gift) => gift.id)).not.toContain('snowflake');
    const prices = data.gifts.map((gift) => Number(gift.priceCoins));
    expect(prices).toEqual(prices.toSorted((a, b) => a - b));
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
    // The catalogue is in memory; only an id that is not in it is looked up.
    expect(statements.filter((text) => text.includes('readStoredGifts'))).toHaveLength(1);
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
  await eventually('the stream is live', async () => (await refusal()) === 'INSUFFICIENT_COINS');
  const query = 'mutation ($input: StreamInput!) { endStream(input: $input) { userErrors { code } } }';
  await askData(streaming, {
    as: aUser(streamerId, 'streams:manage'),
    query,
    variables: { input: { streamId, idempotencyKey: randomUUID() } },
  });
  await eventually('the stream is over', async () => (await refusal()) === 'STREAM_NOT_LIVE');
  await trading.close();
  await streaming.close();
  await runtime.close();
});
