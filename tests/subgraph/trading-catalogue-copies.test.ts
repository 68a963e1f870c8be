import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMemoryBus } from '#platform/bus/memory.ts';
import type { Database } from '#platform/database/database.ts';
import { openDatabase } from '#platform/database/open.ts';
import { openCatalogueCache } from '../../subgraphs/trading/data/catalogueCache.ts';
import { applyCatalogueNews, startCatalogueConsumer } from '../../subgraphs/trading/data/catalogueNews.ts';
import { readCatalogue } from '../../subgraphs/trading/data/catalogueRows.ts';
import { readTradingPolicy } from '../../subgraphs/trading/data/policy.ts';
import { CATALOGUE_FEED, parseCatalogueNews } from '../../subgraphs/trading/events.ts';
import { aGift, editCatalogue } from '../support/catalogue.ts';
import { eventually } from '../support/platform.ts';
import { aDatabaseUrl } from '../support/postgres.ts';
import { aTelemetry } from '../support/telemetry.ts';
import { aTrading, type TradingFixture } from '../support/trading.ts';

const DEADLINE_MS = 5_000;

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
    for (const piece of [news.slice(0, 3), news.slice(1, 4), news])
      await other.transaction('again', (tx) => applyCatalogueNews(tx, piece, new Date()));
    expect(ofEdits(await stateOf(other))).toEqual(ofEdits(home));
    await consumer.close();
    await other.close();
  });
});
