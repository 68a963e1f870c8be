import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Transaction } from '#platform/database/database.ts';
import { FanfareError } from '#platform/errors.ts';
import { newId, newIdInShard } from '#platform/ids.ts';
import { runClaims } from '../../subgraphs/trading/data/dailyProps.ts';
import { writeBook } from '../../subgraphs/trading/data/ledger.ts';
import { applyStockNews } from '../../subgraphs/trading/data/stockLane.ts';
import { lockWallets } from '../../subgraphs/trading/data/wallets.ts';
import type { GiftCommand } from '../../subgraphs/trading/domain/gift.ts';
import { openBook, TOP_UP_ACCOUNT } from '../../subgraphs/trading/domain/ledger.ts';
import { stockReturnedEvent } from '../../subgraphs/trading/events.ts';
import { eventually } from '../support/platform.ts';
import { askData, aUser } from '../support/runtime.ts';
import { aCommand, aLimitedGift, aSaleWorld, putOnSale, reserveFor, type SaleWorld, soldIn, stockOf } from '../support/sale-world.ts';
import { aTrading, type TradingFixture } from '../support/trading.ts';

/** Long after every reservation has expired. */
const LATER = new Date(Date.now() + 3_600_000);
/** A lane gives up a command after 5 s: on a slow machine somebody may hold a wallet for longer. */
const ASKS_MAX = 8;

let shop: TradingFixture;
let one: SaleWorld;
let two: SaleWorld;

beforeAll(async () => {
  shop = await aTrading();
  [one, two] = await Promise.all([aSaleWorld(shop.databaseUrl), aSaleWorld(shop.databaseUrl)]);
});

// Whatever a test did, the books are whole after it: coins, pieces and reservations.
afterEach(async () => {
  expect(await shop.faults()).toEqual([]);
});

afterAll(async () => {
  await Promise.all([one.close(), two.close()]);
  await shop.close();
});

const verdict = async (sent: ReturnType<SaleWorld['gifts']['submit']>): Promise<string> => {
  const outcome = await sent;
  return outcome.ok ? outcome.order.id : outcome.error.code;
};

test('a limited gift is sent, counted as sold, and refused with SOLD_OUT when too few are left', async () => {
  const giftId = await aLimitedGift(shop, 3);
  const [first, second] = [
    await aCommand(shop, giftId, { coins: 50n, quantity: 2 }),
    await aCommand(shop, giftId, { coins: 50n, quantity: 2 }),
  ];
  const paid = await shop.send(first.senderId, first);
  expect(paid.userErrors).toEqual([]);
  const refused = await shop.send(second.senderId, second);
  expect(refused.userErrors).toMatchObject([{ code: 'SOLD_OUT', field: ['input', 'giftId'] }]);
  expect(await shop.coinsOf(second.senderId)).toBe(50n);
  expect(await soldIn(shop, one, giftId)).toEqual({ total: 3, reserved: 0, sold: 2 });
});

test('one key sent at once in three processes sets aside and pays once, and keeps its answer when pieces come back', async () => {
  const giftId = await aLimitedGift(shop, 5);
  const command = await aCommand(shop, giftId, { coins: 100n });
  const orders = await Promise.all([one, two, one, two].map((world) => verdict(world.gifts.submit(command))));
  orders.push((await shop.send(command.senderId, command)).order?.id ?? '');
  expect(new Set(orders).size).toBe(1);
  expect(await soldIn(shop, one, giftId)).toEqual({ total: 5, reserved: 0, sold: 1 });
  const tooMany = { ...command, quantity: 9, idempotencyKey: randomUUID() };
  expect(await verdict(one.gifts.submit(tooMany))).toBe('SOLD_OUT');
  await putOnSale(shop.database, giftId, 50);
  expect(await verdict(two.gifts.submit(tooMany))).toBe('SOLD_OUT');
  expect(await soldIn(shop, one, giftId)).toEqual({ total: 50, reserved: 0, sold: 1 });
});

test('a payment that is refused gives its pieces back at once, and the same key with other input is a conflict that keeps nothing', async () => {
  const giftId = await aLimitedGift(shop, 5);
  const poor = await aCommand(shop, giftId, { coins: 4n });
  expect(await verdict(one.gifts.submit(poor))).toBe('INSUFFICIENT_COINS');
  expect(await stockOf(shop, giftId)).toEqual({ total: 5, reserved: 0, sold: 0 });
  const rich = await aCommand(shop, giftId, { coins: 100n });
  await one.gifts.submit(rich);
  expect(await verdict(two.gifts.submit({ ...rich, quantity: 2 }))).toBe('IDEMPOTENCY_CONFLICT');
  expect(await soldIn(shop, one, giftId)).toEqual({ total: 5, reserved: 0, sold: 1 });
  // And a key of a gift without a stock.
  const rose = { ...(await aCommand(shop, 'rose')), idempotencyKey: randomUUID() };
  await one.gifts.submit(rose);
  expect(await verdict(one.gifts.submit({ ...rose, giftId }))).toBe('IDEMPOTENCY_CONFLICT');
  expect(await stockOf(shop, giftId)).toEqual({ total: 5, reserved: 0, sold: 1 });
});

test('the same key sent again takes up what was set aside by a process that died, and another wish under it is a conflict', async () => {
  const giftId = await aLimitedGift(shop, 1);
  const command = await aCommand(shop, giftId, { coins: 50n });
  const orderId = await reserveFor(one, command);
  expect(await verdict(two.gifts.submit(await aCommand(shop, giftId)))).toBe('SOLD_OUT');
  const stream = await shop.aStream();
  expect(await verdict(two.gifts.submit({ ...command, streamId: stream.streamId }))).toBe('IDEMPOTENCY_CONFLICT');
  expect(await verdict(two.gifts.submit(command))).toBe(orderId);
  expect(await soldIn(shop, one, giftId)).toEqual({ total: 1, reserved: 0, sold: 1 });
});

test('what nobody paid goes back on sale, and its key can never pay any more', async () => {
  const giftId = await aLimitedGift(shop, 1);
  const dead = await aCommand(shop, giftId);
  await reserveFor(one, dead);
  await one.sweep.sweep(LATER);
  expect(await stockOf(shop, giftId)).toEqual({ total: 1, reserved: 0, sold: 0 });
  expect(await verdict(two.gifts.submit(dead))).toBe('RESERVATION_EXPIRED');
  expect(await shop.coinsOf(dead.senderId)).toBe(5n);
  expect(await verdict(two.gifts.submit(await aCommand(shop, giftId)))).not.toBe('SOLD_OUT');
  expect(await soldIn(shop, one, giftId)).toEqual({ total: 1, reserved: 0, sold: 1 });
});

test('what was paid before a sweep is sold by the sweep, also when the news of the payment comes later', async () => {
  const giftId = await aLimitedGift(shop, 2);
  await shop.database.transaction('holdBackNews', async (tx) => {
    const text = `/* holdBackNews */ SELECT 1 FROM consumer_cursor WHERE consumer LIKE 'trading.stock%' FOR UPDATE`;
    await tx.query({ name: 'holdBackNews', text, values: [] });
    expect(await verdict(one.gifts.submit(await aCommand(shop, giftId)))).toMatch(/^[0-9a-f-]{36}$/);
    expect(await stockOf(shop, giftId)).toEqual({ total: 2, reserved: 1, sold: 0 });
    await two.sweep.sweep(LATER);
    expect(await stockOf(shop, giftId)).toEqual({ total: 2, reserved: 0, sold: 1 });
  });
  expect(await soldIn(shop, one, giftId)).toEqual({ total: 2, reserved: 0, sold: 1 });
});

test('sweeps in two processes that race with the payments settle each reservation once: paid, or never to be paid', async () => {
  const giftId = await aLimitedGift(shop, 60);
  const commands = await Promise.all(Array.from({ length: 60 }, () => aCommand(shop, giftId)));
  await Promise.all(commands.map((command) => reserveFor(one, command)));
  const sends = commands.map((command, index) => verdict((index % 2 === 0 ? one : two).gifts.submit(command)));
  await Promise.all([one.sweep.sweep(LATER), two.sweep.sweep(LATER)]);
  const verdicts = await Promise.all(sends);
  const paid = verdicts.filter((each) => each !== 'RESERVATION_EXPIRED');
  expect(paid.filter((each) => !/^[0-9a-f-]{36}$/.test(each))).toEqual([]);
  await one.sweep.sweep(LATER);
  expect(await soldIn(shop, one, giftId)).toEqual({ total: 60, reserved: 0, sold: paid.length });
  expect(await Promise.all(commands.map((command) => verdict(two.gifts.submit(command))))).toEqual(verdicts);
});

test('pieces of a cancelled order go back to the stock once, and events that come again change nothing', async () => {
  const giftId = await aLimitedGift(shop, 2);
  const command = await aCommand(shop, giftId, { coins: 10n, quantity: 2 });
  const id = await verdict(one.gifts.submit(command));
  expect(await soldIn(shop, one, giftId)).toMatchObject({ sold: 2 });
  const returned = { ...stockReturnedEvent({ id, senderId: command.senderId, giftId }, id), seq: 1, at: new Date(), cursor: '' };
  const paid = { ...returned, kind: 'stock.paid', payload: { giftId, orderId: id, pieces: 2 } };
  const apply = (events: Parameters<typeof applyStockNews>[1]) =>
    shop.database.transaction('test', (tx) => applyStockNews(tx, events, new Date(), () => true));
  expect(await apply([paid, returned, returned, paid])).toMatchObject([{ status: 'RETURNED', sold: 2 }]);
  expect(await apply([paid, returned])).toEqual([]);
  // Orders of gifts without a stock are taken back too.
  const rose = { ...returned, payload: { giftId: 'rose', orderId: newIdInShard(0), pieces: 0 } };
  expect(await apply([rose])).toEqual([]);
  expect(await stockOf(shop, giftId)).toEqual({ total: 2, reserved: 0, sold: 0 });
});

test('a limited gift that may be taken back is sold when it is paid, and on sale again once its sender has cancelled it', async () => {
  const giftId = await aLimitedGift(shop, 1);
  await shop.database.query({ text: '/* test */ UPDATE gift SET cancel_window_seconds = 60 WHERE id = $1', values: [giftId] });
  const command = await aCommand(shop, giftId);
  const { order } = await shop.send(command.senderId, command);
  expect(await soldIn(shop, one, giftId)).toEqual({ total: 1, reserved: 0, sold: 1 });
  expect(await verdict(two.gifts.submit(await aCommand(shop, giftId)))).toBe('SOLD_OUT');
  const cancel = await askData<{ cancelGift: { userErrors: unknown[] } }>(shop.trading, {
    as: aUser(command.senderId, 'gifts:send', 'wallet:read'),
    query: 'mutation ($input: CancelGiftInput!) { cancelGift(input: $input) { userErrors { code } } }',
    variables: { input: { orderId: order?.id, idempotencyKey: randomUUID() } },
  });
  expect(cancel.cancelGift.userErrors).toEqual([]);
  expect(await soldIn(shop, one, giftId)).toEqual({ total: 1, reserved: 0, sold: 0 });
  // And once it was given back because nobody could send it in time.
  const late = await aCommand(shop, giftId);
  const expired = (await shop.send(late.senderId, late)).order?.id;
  expect(expired).toBeDefined();
  const end = `/* test */ UPDATE gift_hold SET posts_at = now() - interval '2 minutes', expires_at = now() - interval '1 minute' WHERE order_id = $1`;
  await shop.database.query({ text: end, values: [expired] });
  await eventually('it has expired', async () => (await shop.coinsOf(late.senderId)) === 5n);
  expect(await soldIn(shop, one, giftId)).toEqual({ total: 1, reserved: 0, sold: 0 });
  // Its key still names the cancelled order, and takes nothing from the stock.
  expect(await verdict(two.gifts.submit(command))).toBe(order?.id);
  expect(await stockOf(shop, giftId)).toEqual({ total: 1, reserved: 0, sold: 0 });
});

test('an order of a time when its gift was not limited keeps nothing of the stock that the gift has since', async () => {
  const giftId = await aLimitedGift(shop, 5);
  await shop.database.query({ text: '/* test */ UPDATE gift SET limited = false WHERE id = $1', values: [giftId] });
  const early = await aCommand(shop, giftId);
  const orderId = await verdict(one.gifts.submit(early));
  await putOnSale(shop.database, giftId, 5);
  await one.gifts.submit(await aCommand(shop, giftId));
  expect(await verdict(one.gifts.submit(early))).toBe(orderId);
  expect(await soldIn(shop, one, giftId)).toEqual({ total: 5, reserved: 0, sold: 1 });
});

test('pieces out of a backpack are not taken from the stock, also when it is sold out', async () => {
  const giftId = await aLimitedGift(shop, 1);
  const command = await aCommand(shop, giftId, { coins: 10n, quantity: 3 });
  const claim = { ownerId: command.senderId, region: null, idempotencyKey: randomUUID() };
  await shop.database.query({ text: '/* test */ UPDATE gift SET daily_free = 2, limited = false WHERE id = $1', values: [giftId] });
  await shop.database.transaction('test', (tx) => runClaims(tx, [claim], new Date()));
  await shop.database.query({ text: '/* test */ UPDATE gift SET daily_free = 0, limited = true WHERE id = $1', values: [giftId] });
  // Three are wanted, two are in the backpack, one is on sale: set aside are as many as are wanted, so that is too many.
  expect(await verdict(one.gifts.submit(command))).toBe('SOLD_OUT');
  await putOnSale(shop.database, giftId, 3);
  expect(await verdict(one.gifts.submit({ ...command, idempotencyKey: randomUUID() }))).not.toBe('SOLD_OUT');
  expect(await soldIn(shop, one, giftId)).toEqual({ total: 3, reserved: 0, sold: 1 });
  expect(await shop.coinsOf(command.senderId)).toBe(5n);
});

test('several gifts under one key, some of them limited, are sent or refused together, and a refused wish keeps no pieces', async () => {
  const [crown, ring] = [await aLimitedGift(shop, 5), await aLimitedGift(shop, 1)];
  const [senderId, { streamId }] = [await shop.aWallet({ coins: 100n }), await shop.aStream()];
  const send = async (giftIds: readonly (readonly [string, number])[], idempotencyKey: string) => {
    const query = `mutation ($input: SendGiftsInput!) { sendGifts(input: $input) { results { order { id } error { code } } userErrors { code } } }`;
    const items = giftIds.map(([giftId, quantity]) => ({ streamId, giftId, quantity }));
    const answer = await askData<{ sendGifts: { results: { order: { id: string } | null; error: { code: string } | null }[] } }>(
      shop.trading,
      {
        as: aUser(senderId, 'gifts:send', 'wallet:read'),
        query,
        variables: { input: { items, mode: 'ATOMIC', idempotencyKey } },
      },
    );
    return answer.sendGifts.results.map(({ order, error }) => error?.code ?? typeof order?.id);
  };
  const key = randomUUID();
  const tooMany = await send(
    [
      ['rose', 1],
      [crown, 2],
      [ring, 2],
    ],
    key,
  );
  expect(tooMany).toEqual(['OTHER_ITEM_REFUSED', 'OTHER_ITEM_REFUSED', 'SOLD_OUT']);
  expect(await stockOf(shop, crown)).toEqual({ total: 5, reserved: 0, sold: 0 });
  expect(
    await send(
      [
        ['rose', 1],
        [crown, 2],
        [ring, 2],
      ],
      key,
    ),
  ).toEqual(tooMany);
  expect(
    await send(
      [
        ['rose', 1],
        [crown, 2],
        [ring, 1],
      ],
      randomUUID(),
    ),
  ).toEqual(['string', 'string', 'string']);
  expect(await soldIn(shop, one, crown)).toEqual({ total: 5, reserved: 0, sold: 2 });
  expect(await soldIn(shop, one, ring)).toEqual({ total: 1, reserved: 0, sold: 1 });
  // What is set aside of a gift known as limited stays so while the process learns that another one is limited, too.
  const gem = await aLimitedGift(shop, 1);
  expect(
    await send(
      [
        [crown, 1],
        [gem, 1],
      ],
      randomUUID(),
    ),
  ).toEqual(['string', 'string']);
  // A key that has pieces set aside for another wish: what this one has set aside beside it goes back at once.
  const [pearl, idempotencyKey] = [await aLimitedGift(shop, 1), randomUUID()];
  expect(await send([[pearl, 2]], randomUUID())).toEqual(['SOLD_OUT']);
  await reserveFor(one, { senderId, streamId, giftId: pearl, quantity: 1, idempotencyKey });
  const other = await send(
    [
      [pearl, 1],
      [crown, 2],
    ],
    idempotencyKey,
  );
  expect([other, await soldIn(shop, one, crown)]).toEqual([[], { total: 5, reserved: 0, sold: 3 }]);
});

/** Sends as a client does, which asks again under its key when it was not told what has become of its wish. */
const insist = async (command: GiftCommand): Promise<string> => {
  for (let asks = 0; ; asks += 1) {
    try {
      return await verdict(one.gifts.submit(command));
    } catch (error) {
      if (!(error instanceof FanfareError) || asks === ASKS_MAX) throw error;
    }
  }
};

/** Sends while somebody else holds the sender's wallet, does `meanwhile` once the gift lane waits for it, and answers with what was sent. */
const sendHeld = (
  command: GiftCommand,
  meanwhile: (tx: Transaction, locked: Awaited<ReturnType<typeof lockWallets>>) => Promise<void>,
): Promise<string> => {
  const sent = shop.database.transaction('holdWallet', async (tx) => {
    const locked = await lockWallets(tx, [command.senderId]);
    const answer = insist(command);
    const waits = `/* waits */ SELECT 1 AS one FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%lockWallets%'`;
    await eventually('the gift lane waits for the wallet', async () => (await shop.database.query({ text: waits })).length > 0);
    await meanwhile(tx, locked);
    return { answer };
  });
  return sent.then(({ answer }) => answer);
};

/** Puts coins into a wallet that is held. */
const giveCoins = async (
  tx: Transaction,
  locked: Awaited<ReturnType<typeof lockWallets>>,
  ownerId: string,
  amount: bigint,
): Promise<void> => {
  const book = openBook(locked, new Date());
  const { shard } = book.post({ ownerId, currency: 'COINS', amount, causeId: null });
  book.postSystem({ shard, accountId: TOP_UP_ACCOUNT, currency: 'COINS', amount: -amount });
  await writeBook(tx, book.close(), newId());
};

test('who cannot pay makes nothing look sold out: not with many pieces, nor with a second try', async () => {
  const giftId = await aLimitedGift(shop, 20);
  // So that the process knows the gift as a limited one.
  await one.gifts.submit(await aCommand(shop, giftId));
  const greedy = await aCommand(shop, giftId, { coins: 94n, quantity: 19 });
  const rich = await aCommand(shop, giftId, { coins: 100n, quantity: 15 });
  let bought = '';
  const refused = await sendHeld(greedy, async () => {
    bought = await verdict(two.gifts.submit(rich));
  });
  expect([refused, bought]).toEqual(['INSUFFICIENT_COINS', expect.stringMatching(/^[0-9a-f-]{36}$/)]);
  const poor = await aCommand(shop, giftId, { coins: 4n });
  expect(await verdict(one.gifts.submit(poor))).toBe('INSUFFICIENT_COINS');
  const again = { ...poor, idempotencyKey: randomUUID() };
  expect(await sendHeld(again, async () => expect(await stockOf(shop, giftId)).toMatchObject({ reserved: 0 }))).toBe('INSUFFICIENT_COINS');
  // Of what is sold out, that is said before anybody counts coins, and every refusal stands.
  expect(await verdict(one.gifts.submit({ ...again, quantity: 5, idempotencyKey: randomUUID() }))).toBe('SOLD_OUT');
  expect(await Promise.all([greedy, again].map((command) => verdict(two.gifts.submit(command))))).toEqual([refused, refused]);
  expect(await soldIn(shop, one, giftId)).toEqual({ total: 20, reserved: 0, sold: 16 });
});

test('who gets the coins between the look and the payment sets their pieces aside then, and pays once', async () => {
  const giftId = await aLimitedGift(shop, 20);
  await one.gifts.submit(await aCommand(shop, giftId));
  const command = await aCommand(shop, giftId, { coins: 1n, quantity: 19 });
  const id = await sendHeld(command, (tx, locked) => giveCoins(tx, locked, command.senderId, 99n));
  expect(await verdict(two.gifts.submit(command))).toBe(id);
  expect(await soldIn(shop, one, giftId)).toEqual({ total: 20, reserved: 0, sold: 20 });
  expect(await shop.coinsOf(command.senderId)).toBe(5n);
});

test('who asks again for what an attempt before has set aside is not told that it is sold out, and pays that or gives it back', async () => {
  const giftId = await aLimitedGift(shop, 20);
  await one.gifts.submit(await aCommand(shop, giftId));
  const poor = await aCommand(shop, giftId, { coins: 4n, quantity: 19 });
  await reserveFor(one, poor);
  expect(await verdict(one.gifts.submit(poor))).toBe('INSUFFICIENT_COINS');
  expect(await soldIn(shop, one, giftId)).toEqual({ total: 20, reserved: 0, sold: 1 });
  const lucky = await aCommand(shop, giftId, { coins: 1n, quantity: 19 });
  const orderId = await reserveFor(one, lucky);
  expect(await sendHeld(lucky, (tx, locked) => giveCoins(tx, locked, lucky.senderId, 99n))).toBe(orderId);
  expect(await soldIn(shop, one, giftId)).toEqual({ total: 20, reserved: 0, sold: 20 });
});
