import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#platform/ids.ts';
import { seedCatalogue } from '../../subgraphs/trading/data/seed.ts';
import { applyStreamNews } from '../../subgraphs/trading/data/streams.ts';
import { openSettlingLane } from '../../subgraphs/trading/data/topUpSettling.ts';
import { openOpeningLane } from '../../subgraphs/trading/data/topUps.ts';
import type { PaymentFact } from '../../subgraphs/trading/domain/payment.ts';
import { withDeadline } from '../support/deadline.ts';
import { aDroppingProxy, type DroppingProxy } from '../support/dropping-proxy.ts';
import { fundWallets } from '../support/fund-wallets.ts';
import { aGiftWorld, type GiftWorld } from '../support/gift-world.ts';
import { coinsUnderWay, conservationDrift } from '../support/ledger.ts';
import { aDatabaseUrl } from '../support/postgres.ts';
import { aTelemetry } from '../support/telemetry.ts';

let proxy: DroppingProxy;
let world: GiftWorld;
let streamId: string;

beforeAll(async () => {
  proxy = await aDroppingProxy(await aDatabaseUrl('trading'));
  world = await aGiftWorld(proxy.url);
  await seedCatalogue(world.database);
  streamId = newId();
  const news = { id: streamId, streamerId: 'luna', status: 'LIVE', version: 1 } as const;
  await world.database.transaction('aLiveStream', (tx) => applyStreamNews(tx, [news], new Date()));
});

afterAll(async () => {
  await world.close();
  await proxy.close();
});

const HOW = ['unsent', 'unanswered'] as const;
const at = (...statements: readonly string[]) => statements.flatMap((statement) => HOW.map((how) => [statement, how] as const));

const aSender = async (): Promise<string> => {
  const sender = `user-${randomUUID()}`;
  await fundWallets(world.database, [sender], 10n);
  return sender;
};

const send = (senderId: string, idempotencyKey: string = randomUUID()) =>
  world.lane.submit({ senderId, streamId, giftId: 'rose', quantity: 1, idempotencyKey });

/** The line did go dead, and the books are whole all the same. */
const whole = async (): Promise<void> => {
  expect(proxy.dropped()).toBe(true);
  expect(await world.faults()).toEqual([]);
  expect(await conservationDrift(world.sql)).toBe(0n);
};

test.each(
  at(
    'BEGIN',
    'lockWallets',
    'findAnswers',
    'readGifts',
    'readStreams',
    'readSenderStreams',
    'readTradingPolicy',
    'insertAnswers',
    'insertGiftOrders',
    'updateSenderStreams',
    'updateWallets',
    'insertWalletEntries',
    'postToSystemAccounts',
    'appendAll',
    'COMMIT',
  ),
)('a line that goes dead at %s (%s): the gift is paid once, and its key says the same ever after', async (statement, how) => {
  const [sender, key] = [await aSender(), randomUUID()];
  await send(sender); // every statement is prepared on some connection by now
  proxy.dropAt(statement, how);
  const outcomes = await withDeadline(Promise.all([send(sender, key), send(sender)]), 'the answers');
  const again = await send(sender, key);
  const [first] = outcomes;
  expect(first?.ok === true && again.ok === true && again.order.id === first.order.id).toBe(true);
  expect(again.wallet.coins).toBe(7n);
  await whole();
});

test.each(at('lockPlaces', 'movePlaces', 'insertCredits', 'addToGiftTotals', 'COMMIT'))(
  'a line that goes dead at %s (%s) while receivers are credited: each gift is credited once',
  async (statement, how) => {
    const sender = await aSender();
    const credits = world.startCredits();
    await withDeadline(credits.caughtUp(), 'the credits before');
    await credits.close();
    await Promise.all([send(sender), send(sender), send(sender)]);
    proxy.dropAt(statement, how);
    const again = world.startCredits();
    await withDeadline(again.caughtUp(), 'the credits');
    await again.close();
    expect(await coinsUnderWay(world.sql)).toBe(0n);
    await whole();
  },
);

test.each(at('insertTopUps', 'updateTopUps', 'postToSystemAccounts', 'COMMIT'))(
  'a line that goes dead at %s (%s) during a top-up: the coins are there once',
  async (statement, how) => {
    const silent = { publish: () => undefined };
    const options = { database: world.database, telemetry: aTelemetry('trading'), walletHints: silent, topUpHints: silent };
    const terms = { provider: 'test', lifetimeMs: 60_000 };
    const lanes = { opening: openOpeningLane({ ...options, terms }), settling: openSettlingLane(options) };
    const command = { ownerId: `buyer-${randomUUID()}`, productId: 'coins-100', idempotencyKey: randomUUID() };
    if (statement !== 'updateTopUps' && statement !== 'postToSystemAccounts') proxy.dropAt(statement, how);
    const opened = await withDeadline(lanes.opening.submit(command), 'the opening');
    expect(proxy.dropped()).toBe(true);
    if (!opened.ok) throw new Error(opened.code);
    if (statement !== 'insertTopUps') proxy.dropAt(statement, how);
    const settle = (fact: PaymentFact) => lanes.settling.submit({ topUpId: opened.topUp.id, paymentId: 'payment', facts: [fact] });
    const paid = { kind: 'paid', amountMinor: opened.topUp.amountMinor, currency: opened.topUp.currency } as const;
    const settled = await withDeadline(Promise.all([settle(paid), settle(paid)]), 'the settling');
    expect(settled.map(({ wallet }) => wallet?.coins)).toEqual([100n, 100n]);
    // The provider's word comes a second time, and another word after it: the first one stands.
    const late = await settle({ kind: 'declined' });
    expect([late.topUp?.status, late.wallet?.coins]).toEqual(['SETTLED', 100n]);
    expect(await lanes.opening.submit(command)).toMatchObject({ ok: true, topUp: { id: opened.topUp.id, status: 'SETTLED' } });
    await whole();
    await lanes.opening.close();
    await lanes.settling.close();
  },
);
