import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { FeedEvent } from '#platform/feed/feed.ts';
import { newId, newIdInShard, shardIndexOf, shardOf } from '#platform/ids.ts';
import { insertLots } from '../../subgraphs/trading/data/backpack.ts';
import { creditGifts } from '../../subgraphs/trading/data/credits.ts';
import { runGiftBatch } from '../../subgraphs/trading/data/giftLane.ts';
import { writeBook } from '../../subgraphs/trading/data/ledger.ts';
import { seedCatalogue } from '../../subgraphs/trading/data/seed.ts';
import { applyStreamNews } from '../../subgraphs/trading/data/streams.ts';
import { lockWallets } from '../../subgraphs/trading/data/wallets.ts';
import { type GiftCommand, type GiftWish, wishOf } from '../../subgraphs/trading/domain/gift.ts';
import { openBook } from '../../subgraphs/trading/domain/ledger.ts';
import { GIFT_FEEDS } from '../../subgraphs/trading/events.ts';
import { fundWallets } from '../support/fund-wallets.ts';
import { aGiftWorld, type GiftWorld } from '../support/gift-world.ts';
import { coinsUnderWay, conservationDrift } from '../support/ledger.ts';
import { aDatabaseUrl } from '../support/postgres.ts';
import { statementsOf } from '../support/statements.ts';

const CAUGHT_UP_DEADLINE_MS = 20_000;

let url: string;
let world: GiftWorld;

beforeAll(async () => {
  url = await aDatabaseUrl('trading');
  world = await aGiftWorld(url);
  await seedCatalogue(world.database);
});

// Whatever a test did, the books are whole after it.
afterEach(async () => {
  expect(await world.faults()).toEqual([]);
  expect(await conservationDrift(world.sql)).toBe(0n);
});

afterAll(() => world.close());

const someWallets = async (count: number, coins: bigint): Promise<readonly string[]> => {
  const owners = Array.from({ length: count }, () => `user-${randomUUID()}`);
  await fundWallets(world.database, owners, coins);
  return owners;
};

const aLiveStream = async (
  streamerId: string = `streamer-${randomUUID()}`,
): Promise<{ readonly id: string; readonly streamerId: string }> => {
  const stream = { id: newId(), streamerId };
  await world.database.transaction('aLiveStream', (tx) => applyStreamNews(tx, [{ ...stream, status: 'LIVE', version: 1 }], new Date()));
  return stream;
};

const applyEnd = (stream: { readonly id: string; readonly streamerId: string }): Promise<void> =>
  world.database.transaction('applyEnd', (tx) => applyStreamNews(tx, [{ ...stream, status: 'ENDED', version: 2 }], new Date()));

const aRose = (senderId: string, streamId: string, idempotencyKey: string = randomUUID()): GiftCommand => ({
  senderId,
  streamId,
  giftId: 'rose',
  quantity: 1,
  idempotencyKey,
});

const diamondsOf = async (ownerId: string): Promise<bigint> => {
  const text = '/* diamondsOf */ SELECT diamonds FROM wallet WHERE shard = $1 AND owner_id = $2';
  const [row] = await world.database.query<{ diamonds: bigint }>({ text, values: [shardOf(ownerId), ownerId] });
  return row?.diamonds ?? 0n;
};

const tagsIn = (texts: readonly string[]): readonly string[] => texts.flatMap((text) => /\/\* (\w+) \*\//.exec(text)?.[1] ?? []);

/** Every gift event of this database, as a consumer gets them. */
const allEvents = async (): Promise<readonly FeedEvent[]> => {
  const { feeds } = await world.feeds.pull(
    { feeds: GIFT_FEEDS.map((feed) => ({ feed, after: null })), limit: 1_000, waitMs: 0 },
    AbortSignal.timeout(5_000),
  );
  return feeds.flatMap(({ events }) => events);
};

test('one poison command in a batch fails alone', async () => {
  const [[sender = ''], stream] = [await someWallets(1, 10n), await aLiveStream()];
  const commands = ['a', 'b', 'poison\0', 'c', 'd'].map((key) => aRose(sender, stream.id, key));
  const results = await Promise.allSettled(commands.map((command) => world.lane.submit(command)));
  expect(results.map((result) => (result.status === 'fulfilled' ? result.value.ok : 'failed'))).toEqual([true, true, 'failed', true, true]);
});

test('300 gifts of 100 senders, of whom 50 are newcomers, take one statement more than one gift', async () => {
  const [owners, stream] = [await someWallets(50, 10n), await aLiveStream()];
  const senders = [...owners, ...Array.from({ length: 50 }, () => `newcomer-${randomUUID()}`)];
  const tagsOf = async (batch: readonly GiftCommand[]): Promise<readonly string[]> =>
    tagsIn(
      await statementsOf(() => world.database.transaction('test', (tx) => runGiftBatch(tx, world.feeds, batch.map(wishOf), new Date()))),
    );
  const one = await tagsOf([aRose(owners[0] ?? '', (await aLiveStream()).id)]);
  const many = await tagsOf([0, 1, 2].flatMap(() => senders.map((sender) => aRose(sender, stream.id))));
  expect(one).toEqual([
    'lockWallets',
    'findAnswers',
    'readGifts',
    'readStreams',
    'readSenderStreams',
    'readTradingPolicy',
    'insertAnswers',
    'insertGiftOrders',
    'insertSenderStreams',
    'updateWallets',
    'insertWalletEntries',
    'postToSystemAccounts',
    'appendAll',
  ]);
  expect(many).toEqual(one.toSpliced(one.indexOf('insertAnswers'), 0, 'createWallets'));
});

test('a batch of repeats and refusals writes no order, no entry and no event', async () => {
  const [[sender = ''], stream] = [await someWallets(1, 2n), await aLiveStream()];
  const paid = aRose(sender, stream.id);
  await world.lane.submit(paid);
  const batch = [paid, { ...paid, quantity: 2 }, { ...aRose(sender, stream.id), quantity: 5 }];
  const tags = tagsIn(
    await statementsOf(() => world.database.transaction('test', (tx) => runGiftBatch(tx, world.feeds, batch.map(wishOf), new Date()))),
  );
  expect(tags).toEqual([
    'lockWallets',
    'findAnswers',
    'readGifts',
    'readStreams',
    'readSenderStreams',
    'readTradingPolicy',
    'readGiftOrders',
    'insertAnswers',
  ]);
});

test('events that a consumer hands over again credit nobody twice', async () => {
  const [senders, stream] = [await someWallets(20, 10n), await aLiveStream()];
  await Promise.all(senders.map((sender) => world.lane.submit(aRose(sender, stream.id))));
  const events = await allEvents();
  const credit = () => world.database.transaction('credit', (tx) => creditGifts(tx, events, new Date()));
  const tags = tagsIn(await statementsOf(credit));
  expect(tags).toEqual([
    'insertCredits',
    'lockWallets',
    'createWallets',
    'updateWallets',
    'insertWalletEntries',
    'postToSystemAccounts',
    'addToGiftTotals',
    'addToGiftGoals',
  ]);
  expect(await credit()).toEqual({ credited: [], returned: [] });
  expect(await diamondsOf(stream.streamerId)).toBe(20n);
});

test('an event that stands twice in one batch is credited once', async () => {
  const [[sender = ''], stream] = [await someWallets(1, 10n), await aLiveStream()];
  await world.lane.submit(aRose(sender, stream.id));
  const events = (await allEvents()).filter(({ payload }) => payload['streamId'] === stream.id);
  await world.database.transaction('credit', (tx) => creditGifts(tx, [...events, ...events], new Date()));
  expect(await diamondsOf(stream.streamerId)).toBe(1n);
});

test('one key twice in one batch is one order, and with other input a conflict, within one transaction', async () => {
  const [[sender = ''], stream] = [await someWallets(1, 10n), await aLiveStream()];
  const rose = aRose(sender, stream.id);
  const batch = [rose, { ...rose, quantity: 2 }, aRose(sender, stream.id), rose];
  // Not through the lane: it would run a batch whose keys collide again in halves, which hides the fault and costs everybody a second try.
  const { outcomes, orders } = await world.database.transaction('test', (tx) =>
    runGiftBatch(tx, world.feeds, batch.map(wishOf), new Date()),
  );
  const ids = outcomes.flat().map((outcome) => (outcome.ok ? outcome.order.id : outcome.error.code));
  expect(ids).toEqual([orders[0]?.id, 'IDEMPOTENCY_CONFLICT', orders[1]?.id, orders[0]?.id]);
  expect(outcomes.flat().map((outcome) => outcome.wallet.coins)).toEqual([9n, 9n, 8n, 8n]);
  expect(orders).toHaveLength(2);
});

test('a wish of which nothing is sent leaves nothing to the wishes behind it in its batch: no coin, no piece, no combo, nothing of a limit', async () => {
  const [[sender = ''], stream] = [await someWallets(1, 9n), await aLiveStream()];
  const limit = (pieces: string): Promise<unknown> =>
    world.sql(`/* test */ UPDATE gift SET daily_quantity_max = ${pieces} WHERE id = 'rose'`);
  await limit('6');
  await world.database.transaction('fillBackpack', async (tx) => {
    const [now, id] = [new Date(), newIdInShard(shardIndexOf(sender))];
    const book = openBook(await lockWallets(tx, [sender]), now);
    book.changePieces(sender, 2);
    const lot = { id, ownerId: sender, giftId: 'rose', source: 'GRANT' as const, granted: 2, left: 2, expiresAt: null, grantedAt: now };
    await insertLots(tx, [{ ...lot, grantId: id, day: null, grantedBy: 'olga' }]);
    await writeBook(tx, book.close(), id);
  });
  const { idempotencyKey, claims, items } = wishOf(aRose(sender, stream.id));
  const roses = (quantity: number): GiftWish['items'] => items.map((item) => ({ ...item, quantity }));
  // The second three are what the day still allows, one more is not: all seven are taken back. Six can be sent then, of them two out of the backpack.
  const all: GiftWish = { senderId: sender, idempotencyKey, claims, mode: 'ATOMIC', items: [...roses(3), ...roses(3), ...roses(1)] };
  const { outcomes, orders } = await world.database.transaction('test', (tx) =>
    runGiftBatch(tx, world.feeds, [all, wishOf({ ...aRose(sender, stream.id), quantity: 6 })], new Date()),
  );
  expect(outcomes[0]?.map((outcome) => (outcome.ok ? 'OK' : outcome.error.code))).toEqual([
    'OTHER_ITEM_REFUSED',
    'OTHER_ITEM_REFUSED',
    'GIFT_DAY_LIMIT',
  ]);
  expect(orders).toMatchObject([{ quantity: 6, backpackPieces: 2, coins: 4n, comboId: null, entrySeq: 2n }]);
  expect(outcomes.flat().map(({ wallet }) => [wallet.coins, wallet.backpackPieces])).toEqual([...Array(3).fill([9n, 2]), [5n, 0]]);
  expect(await world.sql(`/* test */ SELECT pieces FROM sender_gift WHERE sender_id = '${sender}'`)).toEqual([{ pieces: 6 }]);
  await limit('NULL');
});

test('stored answers and refusals decide a later batch, at the old price, although the gift is gone and the coins are back', async () => {
  const [[sender = ''], stream] = [await someWallets(1, 3n), await aLiveStream()];
  const [paid, refused] = [aRose(sender, stream.id), { ...aRose(sender, stream.id), quantity: 9 }];
  const run = (batch: readonly GiftCommand[]) =>
    world.database.transaction('test', async (tx) => (await runGiftBatch(tx, world.feeds, batch.map(wishOf), new Date())).outcomes.flat());
  const first = await run([paid, refused]);
  await fundWallets(world.database, [sender], 100n);
  await applyEnd(stream);
  const second = await run([refused, paid, { ...paid, quantity: 2 }, { ...refused, quantity: 1 }]);
  const verdicts = (outcomes: typeof first) => outcomes.map((outcome) => (outcome.ok ? outcome.order.id : outcome.error.code));
  const [order] = verdicts(first);
  expect(verdicts(first)).toEqual([order, 'INSUFFICIENT_COINS']);
  expect(verdicts(second)).toEqual(['INSUFFICIENT_COINS', order, 'IDEMPOTENCY_CONFLICT', 'IDEMPOTENCY_CONFLICT']);
});

test('two processes sending and crediting the same wallets at once credit every gift once', async () => {
  const twin = await aGiftWorld(url);
  const owners = await someWallets(10, 200n);
  const streams = await Promise.all(owners.map((owner) => aLiveStream(owner)));
  const consumers = [world.startCredits(), twin.startCredits()];
  const commands = Array.from({ length: 1_000 }, (_, index) => {
    const sender = index % owners.length;
    return aRose(owners[sender] ?? '', streams[(sender + 1 + (index % 9)) % owners.length]?.id ?? '');
  });
  const outcomes = await Promise.all(commands.map((command, index) => (index % 3 === 0 ? twin : world).lane.submit(command)));
  expect(outcomes.filter((outcome) => !outcome.ok)).toEqual([]);
  await Promise.all(consumers.map((consumer) => consumer.caughtUp(AbortSignal.timeout(CAUGHT_UP_DEADLINE_MS))));
  const earned = await Promise.all(owners.map(diamondsOf));
  expect(earned.reduce((sum, diamonds) => sum + diamonds, 0n)).toBe(1_000n);
  expect(await coinsUnderWay(world.sql)).toBe(0n);
  await twin.close();
});

test('two processes that meet the same newcomer at once both answer', async () => {
  const twin = await aGiftWorld(url);
  const stream = await aLiveStream();
  const newcomers = Array.from({ length: 60 }, () => `newcomer-${randomUUID()}`);
  const outcomes = await Promise.all(newcomers.flatMap((sender) => [world, twin].map(({ lane }) => lane.submit(aRose(sender, stream.id)))));
  expect(new Set(outcomes.map((outcome) => (outcome.ok ? 'OK' : outcome.error.code)))).toEqual(new Set(['INSUFFICIENT_COINS']));
  await twin.close();
});
