import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMemoryBus } from '#platform/bus/memory.ts';
import { createRedisBus } from '#platform/bus/redis.ts';
import type { Database } from '#platform/database/database.ts';
import { openDatabase } from '#platform/database/open.ts';
import { newId, shardIndexOf } from '#platform/ids.ts';
import { openCatalogueCache } from '../../subgraphs/trading/data/catalogueCache.ts';
import { applyCatalogueNews, startCatalogueConsumer } from '../../subgraphs/trading/data/catalogueNews.ts';
import { readCatalogue } from '../../subgraphs/trading/data/catalogueRows.ts';
import { readTradingPolicy } from '../../subgraphs/trading/data/policy.ts';
import { seedTrading } from '../../subgraphs/trading/data/seed.ts';
import { applyStreamNews } from '../../subgraphs/trading/data/streams.ts';
import { CATALOGUE_FEED, parseCatalogueNews } from '../../subgraphs/trading/events.ts';
import { startTrading } from '../../subgraphs/trading/server.ts';
import { aGift, editCatalogue } from '../support/catalogue.ts';
import { fundWallets } from '../support/fund-wallets.ts';
import { eventually } from '../support/platform.ts';
import { aDatabaseUrl } from '../support/postgres.ts';
import { aRedis, BUS_KEYS, redisForms } from '../support/redis.ts';
import { aRuntime } from '../support/runtime.ts';
import { mapOf } from '../support/spread-trading.ts';
import { aTelemetry } from '../support/telemetry.ts';
import { aTrading, type SendPayload, sendRaw, type TradingFixture } from '../support/trading.ts';

const DEADLINE_MS = 30_000;

let shop: TradingFixture;

beforeAll(async () => {
  shop = await aTrading();
});

afterAll(() => shop.close());

describe('the copy in memory', () => {
  const aCache = (bus = createMemoryBus()) =>
    openCatalogueCache({ bus, telemetry: aTelemetry('trading'), reference: (read) => read(shop.database) });
  const versionIn = async (cache: ReturnType<typeof aCache>, id: string) => (await cache.giftsById([id], new Date())).get(id)?.version;

  test('of another process follows an edit by its hint', async () => {
    const id = await aGift(shop.trading);
    const other = aCache(shop.runtime.bus);
    expect(await versionIn(other, id)).toBe(1);
    await editCatalogue(shop.trading, 'putGift', { id, version: 1, name: 'Newer' });
    await eventually('the other process shows the edit', async () => (await versionIn(other, id)) === 2, 1_000);
    await other.close();
  });

  test.skipIf(redisForms.length === 0)('of another process follows it over Redis, too', async () => {
    const { url } = await aRedis();
    const buses = await Promise.all([url, url].map((each) => createRedisBus([each], BUS_KEYS, aTelemetry('trading'))));
    const [here, there] = buses.map((bus) => aCache(bus));
    if (here === undefined || there === undefined) throw new Error('there are two processes');
    const id = await aGift(shop.trading);
    await eventually('both are connected', async () => buses.every(({ connected }) => connected), DEADLINE_MS);
    expect([await versionIn(here, id), await versionIn(there, id)]).toEqual([1, 1]);
    await editCatalogue(shop.trading, 'putGift', { id, version: 1, name: 'Newer' });
    const { version } = await readCatalogue(shop.database);
    here.edited(version);
    await eventually('the other process shows the edit', async () => (await versionIn(there, id)) === 2, 1_000);
    await Promise.all([here.close(), there.close()]);
    await Promise.all(buses.map((bus) => bus.close()));
  });

  test('follows it also when the hint is lost, within seconds, and asks for nothing but a version until then', async () => {
    const id = await aGift(shop.trading);
    const deaf = aCache();
    expect(await versionIn(deaf, id)).toBe(1);
    await editCatalogue(shop.trading, 'putGift', { id, version: 1, name: 'Newer' });
    expect(await versionIn(deaf, id)).toBe(1);
    await eventually('the process that missed the hint shows the edit', async () => (await versionIn(deaf, id)) === 2, DEADLINE_MS);
    await deaf.close();
  });

  test('is shown while the database is away', async () => {
    const id = await aGift(shop.trading);
    let away = false;
    const bus = createMemoryBus();
    const cache = openCatalogueCache({
      bus,
      telemetry: aTelemetry('trading'),
      reference: (read) => (away ? Promise.reject(new Error('away')) : read(shop.database)),
    });
    expect(await versionIn(cache, id)).toBe(1);
    away = true;
    cache.edited(1_000_000);
    expect(await versionIn(cache, id)).toBe(1);
    away = false;
    await editCatalogue(shop.trading, 'putGift', { id, version: 1, name: 'Newer' });
    await eventually('the edit is shown', async () => (await versionIn(cache, id)) === 2, DEADLINE_MS);
    await cache.close();
  });

  test('never shows half an edit', async () => {
    const items = ['rose', 'lollipop'];
    const id = await aGift(shop.trading, { kind: 'BUNDLE', items: items.map((giftId) => ({ giftId, quantity: 1 })) });
    const seen: string[] = [];
    let done = false;
    const reader = (async () => {
      while (!done) {
        const gift = (await readCatalogue(shop.database)).gifts.find((each) => each.id === id);
        seen.push(`${gift?.name} ${gift?.items.map(({ quantity }) => quantity).join()}`);
      }
    })();
    for (let version = 1; version <= 10; version += 1) {
      await editCatalogue(shop.trading, 'putGift', {
        id,
        version,
        name: `Box ${version + 1}`,
        kind: 'BUNDLE',
        items: items.map((giftId) => ({ giftId, quantity: version + 1 })),
      });
    }
    done = true;
    await reader;
    const whole = ['Test gift 1,1', ...Array.from({ length: 10 }, (_, index) => `Box ${index + 2} ${index + 2},${index + 2}`)];
    expect(seen.filter((each) => !whole.includes(each))).toEqual([]);
  });
});

describe('another database of trading', () => {
  const pricesIn = (database: Database) =>
    database.query({ text: '/* prices */ SELECT gift_id, version, coins, valid_from FROM gift_price ORDER BY gift_id, version' });
  const stateOf = async (database: Database) => {
    const { gifts, version } = await readCatalogue(database);
    const sorted = gifts.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    return { gifts: sorted, version, policy: await readTradingPolicy(database), prices: await pricesIn(database) };
  };

  test('takes over every edit in order, once, also when the feed is read again', async () => {
    const telemetry = aTelemetry('trading');
    const other = await openDatabase({ name: 'trading', url: await aDatabaseUrl('trading'), telemetry, poolMax: 2 });
    const consumer = startCatalogueConsumer({ name: 'trading.catalogue', database: other, source: shop.trading.feeds, telemetry });
    const id = await aGift(shop.trading, { kind: 'SINGLE' });
    const bundle = await aGift(shop.trading, { kind: 'BUNDLE', items: [{ giftId: id, quantity: 2 }] });
    for (let version = 1; version <= 5; version += 1)
      await editCatalogue(shop.trading, 'setGiftPrice', { giftId: id, version, priceCoins: String(version * 10) });
    await editCatalogue(shop.trading, 'putGift', {
      id: bundle,
      version: 1,
      name: 'Box',
      kind: 'BUNDLE',
      items: [{ giftId: id, quantity: 9 }],
    });
    const { version, ...policy } = await readTradingPolicy(shop.database);
    await editCatalogue(shop.trading, 'setTradingPolicy', { ...policy, dayCoinsMax: '7', sessionCoinsMax: null, version });
    const home = await stateOf(shop.database);
    const edited = new Set([id, bundle]);
    const ofEdits = ({ gifts, prices, ...rest }: Awaited<ReturnType<typeof stateOf>>) => ({
      ...rest,
      gifts: gifts.filter((gift) => edited.has(gift.id)),
      prices: prices.filter((price) => edited.has((price as { gift_id: string }).gift_id)),
    });
    await eventually('the edits have arrived', async () => (await readCatalogue(other)).version === home.version, DEADLINE_MS);
    expect(ofEdits(await stateOf(other))).toEqual(ofEdits(home));
    const { events } = (
      await shop.trading.feeds.pull(
        { feeds: [{ feed: CATALOGUE_FEED, after: null }], limit: 100, waitMs: 0 },
        AbortSignal.timeout(DEADLINE_MS),
      )
    ).feeds[0] ?? { events: [] };
    const news = events.flatMap((event) => parseCatalogueNews(event) ?? []);
    expect(news.map((each) => each.version)).toEqual(Array.from({ length: home.version }, (_, index) => index + 1));
    // Read again from its start, piece by piece and as a whole: older news change nothing.
    for (const piece of [news.slice(0, 3), news.slice(1, 4), news.slice(-8, -4), news]) {
      await other.transaction('again', (tx) => applyCatalogueNews(tx, piece, new Date()));
      expect(ofEdits(await stateOf(other))).toEqual(ofEdits(home));
    }
    await consumer.close();
    await other.close();
  });

  test('is sold from at the new price as soon as the edit has come, wherever the sender is', async () => {
    const urls = await Promise.all(Array.from({ length: 4 }, () => aDatabaseUrl('trading')));
    const runtime = await aRuntime({ env: { TRADING_DATABASES: mapOf(urls) } });
    await seedTrading(runtime);
    const trading = await startTrading(runtime);
    const telemetry = aTelemetry('trading');
    const databases = await Promise.all(urls.map((url) => openDatabase({ name: 'trading', url, telemetry, poolMax: 2 })));
    const seeded = await Promise.all(databases.map(stateOf));
    expect(seeded.map(({ gifts }) => gifts.length)).toEqual([13, 13, 13, 13]);
    for (const each of seeded) expect(each).toEqual(seeded[0]);
    const { gift } = await editCatalogue(trading, 'setGiftPrice', { giftId: 'rose', version: 1, priceCoins: '7' });
    expect(gift).toMatchObject({ priceVersion: 2, priceCoins: '7' });
    const version = Math.max(...(await Promise.all(databases.map(async (each) => (await readCatalogue(each)).version))));
    await eventually(
      'every database has the edit',
      async () => (await Promise.all(databases.map(async (each) => (await readCatalogue(each)).version))).every((each) => each === version),
      DEADLINE_MS,
    );
    const stream = { id: newId(), streamerId: 'streamer', status: 'LIVE' as const, version: 1 };
    for (const database of databases) await database.transaction('setStream', (tx) => applyStreamNews(tx, [stream], new Date()));
    const senders = databases.map((_, index) => ownerIn(index));
    for (const [index, database] of databases.entries()) await fundWallets(database, [senders[index] ?? ''], 20n);
    const answers = await Promise.all(
      senders.map((sender) => sendRaw(trading, sender, { streamId: stream.id, giftId: 'rose', quantity: 2 })),
    );
    expect(answers.map(({ data }) => (data?.['sendGift'] as SendPayload | undefined)?.order?.coins)).toEqual(['14', '14', '14', '14']);
    await Promise.all(databases.map((each) => each.close()));
    await trading.close();
    await runtime.close();
  });
});

/** Somebody whose shard is in the range of 16 that begins at 16 × `index`. */
const ownerIn = (index: number): string => {
  for (let tries = 0; ; tries += 1) if (Math.floor(shardIndexOf(`user-${tries}`) / 16) === index) return `user-${tries}`;
};
