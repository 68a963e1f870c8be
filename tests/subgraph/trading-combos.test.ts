import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { newIdInShard, shardIndexOf, shardOf } from '#platform/ids.ts';
import { insertLots } from '../../subgraphs/trading/data/backpack.ts';
import { runGiftBatch } from '../../subgraphs/trading/data/giftLane.ts';
import { writeBook } from '../../subgraphs/trading/data/ledger.ts';
import { lockWallets } from '../../subgraphs/trading/data/wallets.ts';
import { openBook } from '../../subgraphs/trading/domain/ledger.ts';
import { eventually } from '../support/platform.ts';
import { askData, aUser } from '../support/runtime.ts';
import { aTrading, type TradingFixture } from '../support/trading.ts';

let shop: TradingFixture;

beforeAll(async () => {
  shop = await aTrading();
});

afterEach(async () => {
  expect(await shop.faults()).toEqual([]);
});

afterAll(() => shop.close());

interface Order {
  readonly id: string;
  readonly coins: string;
  readonly payment: object;
  readonly combo: { readonly id: string; readonly count: number };
}
interface Refusal {
  readonly code: string;
  readonly field: readonly string[] | null;
}
interface Wish {
  readonly streamId: string;
  readonly giftId?: string;
  readonly quantity?: number;
}

const ORDER = 'order { id coins priceCoins priceVersion payment { backpackPieces bonusCoins coins } combo { id count } }';

const send = async (senderId: string, wish: Wish) => {
  const query = `mutation ($input: SendGiftInput!) { sendGift(input: $input) { ${ORDER} wallet { coins bonusCoins } userErrors { code } } }`;
  const variables = { input: { giftId: 'rose', quantity: 1, idempotencyKey: randomUUID(), ...wish } };
  const question = { as: aUser(senderId, 'gifts:send', 'wallet:read'), query, variables };
  return (await askData<{ sendGift: { readonly order: Order | null; readonly userErrors: readonly Refusal[] } }>(shop.trading, question))
    .sendGift;
};

const comboAfter = async (senderId: string, wish: Wish) => (await send(senderId, wish)).order?.combo;

interface Bulk {
  readonly results: readonly { readonly order: Order | null; readonly error: Refusal | null }[];
  readonly wallet: { readonly coins: string } | null;
  readonly userErrors: readonly Refusal[];
}

const sendAll = async (senderId: string, mode: string, items: readonly Wish[], idempotencyKey: string = randomUUID()): Promise<Bulk> => {
  const query = `mutation ($input: SendGiftsInput!) { sendGifts(input: $input) { results { ${ORDER} error { code field } } wallet { coins } userErrors { code field } } }`;
  const variables = { input: { mode, idempotencyKey, items: items.map((item) => ({ giftId: 'rose', ...item })) } };
  return (await askData<{ sendGifts: Bulk }>(shop.trading, { as: aUser(senderId, 'gifts:send', 'wallet:read'), query, variables }))
    .sendGifts;
};

const verdicts = ({ results }: Bulk): readonly string[] => results.map(({ error }) => error?.code ?? 'OK');

const grantBonus = async (userId: string, bonusCoins: string): Promise<void> => {
  const query = 'mutation ($input: GrantBonusCoinsInput!) { grantBonusCoins(input: $input) { userErrors { code } } }';
  const variables = { input: { userId, bonusCoins, reason: 'test', idempotencyKey: randomUUID() } };
  await askData(shop.trading, { as: aUser('olga', 'ops:write'), query, variables });
};

/** Puts pieces into somebody's backpack that expire, or keep. */
const fillBackpack = (ownerId: string, giftId: string, pieces: number, expiresAt: Date | null = null): Promise<void> =>
  shop.database.transaction('fillBackpack', async (tx) => {
    const now = new Date();
    const book = openBook(await lockWallets(tx, [ownerId]), now);
    book.changePieces(ownerId, pieces);
    const id = newIdInShard(shardIndexOf(ownerId));
    const lot = { id, ownerId, giftId, source: 'GRANT' as const, granted: pieces, left: pieces, expiresAt, grantedAt: now };
    await insertLots(tx, [{ ...lot, grantId: id, day: null, grantedBy: 'olga' }]);
    await writeBook(tx, book.close(), id);
  });

const setGift = async (giftId: string, set: string): Promise<void> => {
  await shop.database.query({
    text: `/* setGift */ UPDATE gift SET ${set} WHERE shard = $1 AND id = $2`,
    values: [shardOf(giftId), giftId],
  });
};

describe('a combo', () => {
  test('counts the pieces of same gifts in a row, and begins anew with another gift', async () => {
    const [sender, { streamId }] = [await shop.aWallet({ coins: 1_000n }), await shop.aStream()];
    const first = await send(sender, { streamId, quantity: 2 });
    expect(first.order?.combo).toEqual({ id: first.order?.id, count: 2 });
    expect(await comboAfter(sender, { streamId, quantity: 3 })).toEqual({ id: first.order?.id, count: 5 });
    expect((await comboAfter(sender, { streamId, giftId: 'lollipop' }))?.count).toBe(1);
    expect((await comboAfter(sender, { streamId }))?.count).toBe(1);
  });

  test('is one’s own and one stream’s: others’ gifts and gifts elsewhere neither count nor end it', async () => {
    const [sender, other] = [await shop.aWallet({ coins: 100n }), await shop.aWallet({ coins: 100n })];
    const [here, there] = [{ streamId: (await shop.aStream()).streamId }, { streamId: (await shop.aStream()).streamId }];
    const first = await comboAfter(sender, here);
    await send(other, here);
    await send(sender, { ...there, giftId: 'lollipop' });
    expect(await comboAfter(sender, here)).toEqual({ id: first?.id, count: 2 });
  });

  test('ends with a pause beyond the gift’s own window', async () => {
    const [sender, { streamId }] = [await shop.aWallet({ coins: 100n }), await shop.aStream()];
    await setGift('rose', 'combo_window_seconds = 60');
    await send(sender, { streamId });
    const text = '/* pause */ UPDATE sender_stream SET combo_until_ms = combo_until_ms - 60001 WHERE sender_id = $1';
    await shop.database.query({ text, values: [sender] });
    expect((await comboAfter(sender, { streamId }))?.count).toBe(1);
    expect((await comboAfter(sender, { streamId }))?.count).toBe(2);
    await setGift('rose', 'combo_window_seconds = NULL');
  });

  test('does not count refused gifts or repeated keys', async () => {
    const [sender, { streamId }] = [await shop.aWallet({ coins: 12n }), await shop.aStream()];
    const items = [{ streamId }];
    const key = randomUUID();
    const first = await sendAll(sender, 'CONTINUE', items, key);
    await send(sender, { streamId, giftId: 'rocket' });
    expect(await sendAll(sender, 'CONTINUE', items, key)).toEqual(first);
    expect((await comboAfter(sender, { streamId }))?.count).toBe(2);
  });
});

describe('a gift is paid', () => {
  test('from the backpack, then with bonus coins, then with coins; its receiver earns for coins only', async () => {
    const [sender, stream] = [await shop.aWallet({ coins: 100n }), await shop.aStream()];
    await grantBonus(sender, '15');
    await fillBackpack(sender, 'lollipop', 2);
    const { order } = await send(sender, { streamId: stream.streamId, giftId: 'lollipop', quantity: 5 });
    expect(order).toMatchObject({ coins: '50', priceCoins: '10', priceVersion: 1 });
    expect(order?.payment).toEqual({ backpackPieces: 2, bonusCoins: '15', coins: '15' });
    await eventually('the receiver is credited', async () => (await shop.diamondsOf(stream.streamerId)) > 0n);
    expect(await shop.diamondsOf(stream.streamerId)).toBe(15n);
    const receipt = await askData<{ giftOrder: { readonly receipt: object } }>(shop.trading, {
      as: aUser(sender, 'wallet:read'),
      query: 'query ($id: ID!) { giftOrder(id: $id) { receipt { coins payments { means amount } } } }',
      variables: { id: order?.id },
    });
    expect(receipt.giftOrder.receipt).toEqual({
      coins: '50',
      payments: expect.arrayContaining([
        { means: 'BACKPACK', amount: '2' },
        { means: 'BONUS_COINS', amount: '15' },
        { means: 'COINS', amount: '15' },
      ]),
    });
  });

  test('from the backpack alone also when it is no longer on sale, with no coins, and no piece is used twice or after its time', async () => {
    const [sender, { streamId }] = [await shop.aWallet({ coins: 100n }), await shop.aStream()];
    await fillBackpack(sender, 'snowflake', 2);
    await fillBackpack(sender, 'snowflake', 5, new Date(Date.now() - 1_000));
    const snowflake = { streamId, giftId: 'snowflake' };
    expect((await send(sender, { ...snowflake, quantity: 3 })).userErrors).toEqual([{ code: 'GIFT_NOT_ON_SALE' }]);
    expect((await send(sender, { ...snowflake, quantity: 2 })).order?.payment).toEqual({ backpackPieces: 2, bonusCoins: '0', coins: '0' });
    expect((await send(sender, snowflake)).userErrors).toEqual([{ code: 'GIFT_NOT_ON_SALE' }]);
    expect(await shop.coinsOf(sender)).toBe(100n);
  });

  test('at a bundle’s own price, and its event names what is in it', async () => {
    const text = `/* aBundle */ INSERT INTO gift (shard, id, name, kind, price_coins, on_sale_from) VALUES ($1, 'bouquet', 'Bouquet', 'BUNDLE', 8, '2026-01-01')`;
    await shop.database.query({ text, values: [shardOf('bouquet')] });
    const items = `/* aBundle */ INSERT INTO bundle_item (shard, bundle_id, position, gift_id, quantity) VALUES ($1, 'bouquet', 0, 'rose', 5), ($1, 'bouquet', 1, 'lollipop', 1)`;
    await shop.database.query({ text: items, values: [shardOf('bouquet')] });
    const [sender, { streamId }] = [await shop.aWallet({ coins: 100n }), await shop.aStream()];
    const { order } = await send(sender, { streamId, giftId: 'bouquet', quantity: 2 });
    expect(order?.coins).toBe('16');
    const event = '/* event */ SELECT payload FROM feed_event WHERE id = $1';
    const [row] = await shop.database.query<{ payload: object }>({ text: event, values: [order?.id] });
    expect(row?.payload).toMatchObject({
      giftId: 'bouquet',
      coins: '16',
      contents: [
        { giftId: 'rose', quantity: 5 },
        { giftId: 'lollipop', quantity: 1 },
      ],
    });
  });
});

describe('several gifts under one key', () => {
  const roses = (streamId: string, ...quantities: readonly number[]): readonly Wish[] =>
    quantities.map((quantity) => ({ streamId, quantity }));

  test('are all sent or none, as many as can be, or those before the first refusal', async () => {
    const { streamId } = await shop.aStream();
    const tried = async (mode: string) => {
      const sender = await shop.aWallet({ coins: 10n });
      const answer = await sendAll(sender, mode, roses(streamId, 4, 4, 4, 1));
      return [verdicts(answer), answer.wallet?.coins];
    };
    const [poor, other] = ['INSUFFICIENT_COINS', 'OTHER_ITEM_REFUSED'];
    expect(await tried('ATOMIC')).toEqual([[other, other, poor, other], '10']);
    expect(await tried('CONTINUE')).toEqual([['OK', 'OK', poor, 'OK'], '1']);
    expect(await tried('STOP_AT_FIRST')).toEqual([['OK', 'OK', poor, other], '2']);
  });

  test('that are taken back leave nothing: no combo, no use of the backpack, nothing spent of a limit, no order', async () => {
    const [sender, { streamId }] = [await shop.aWallet({ coins: 10n }), await shop.aStream()];
    await setGift('rose', 'daily_quantity_max = 9');
    await fillBackpack(sender, 'rose', 2);
    expect(verdicts(await sendAll(sender, 'ATOMIC', roses(streamId, 4, 4, 2)))).toContain('GIFT_DAY_LIMIT');
    const { order } = await send(sender, { streamId, quantity: 9 });
    expect(order).toMatchObject({ payment: { backpackPieces: 2, bonusCoins: '0', coins: '7' }, combo: { id: order?.id, count: 9 } });
    const count = '/* orders */ SELECT count(*) FROM gift_order WHERE sender_id = $1';
    expect(await shop.database.query({ text: count, values: [sender] })).toEqual([{ count: 1n }]);
    await setGift('rose', 'daily_quantity_max = NULL');
  });

  test('that are taken back leave nothing either where another wish of the same batch is sent', async () => {
    const [senderId, { streamId }] = [await shop.aWallet({ coins: 20n }), await shop.aStream()];
    await setGift('rose', 'daily_quantity_max = 9');
    await fillBackpack(senderId, 'rose', 2);
    const claims = { minor: false, region: null };
    const item = (giftId: string, quantity: number) => ({ streamId, giftId, quantity });
    const wishes = [
      { senderId, idempotencyKey: randomUUID(), claims, mode: 'ATOMIC' as const, items: [item('rose', 4), item('lollipop', 9)] },
      { senderId, idempotencyKey: randomUUID(), claims, mode: 'ONE' as const, items: [item('lollipop', 1)] },
    ];
    const { feeds } = shop.partitions.home;
    const { orders } = await shop.database.transaction('test', (tx) => runGiftBatch(tx, feeds, wishes, new Date()));
    expect(orders).toMatchObject([{ giftId: 'lollipop', quantity: 1, comboId: null }]);
    const text = `/* test */ SELECT w.coins, w.backpack_pieces, w.day_coins, w.window_orders, s.coins AS session_coins,
        (SELECT sum(pieces) FROM sender_gift g WHERE g.sender_id = w.owner_id) AS today, (SELECT sum(pieces_left) FROM backpack_lot l WHERE l.owner_id = w.owner_id) AS left
      FROM wallet w JOIN sender_stream s ON s.sender_id = w.owner_id WHERE w.owner_id = $1`;
    expect(await shop.database.query({ text, values: [senderId] })).toEqual([
      { coins: 10n, backpack_pieces: 2, day_coins: 10n, window_orders: 1, session_coins: 10n, today: null, left: 2n },
    ]);
    await setGift('rose', 'daily_quantity_max = NULL');
  });

  test('are answered item by item the same to the same key, whatever has become of everything', async () => {
    const [sender, stream] = [await shop.aWallet({ coins: 5n }), await shop.aStream()];
    const [key, items] = [randomUUID(), roses(stream.streamId, 2, 9, 3)];
    const first = await sendAll(sender, 'CONTINUE', items, key);
    await shop.setStream(stream, 'ENDED', 2);
    const again = await sendAll(sender, 'CONTINUE', items, key);
    expect([again.results, again.wallet]).toEqual([first.results, first.wallet]);
    expect(verdicts(again)).toEqual(['OK', 'INSUFFICIENT_COINS', 'OK']);
    for (const [mode, other] of [['ATOMIC', items] as const, ['CONTINUE', roses(stream.streamId, 2, 9)] as const]) {
      const conflict = await sendAll(sender, mode, other, key);
      expect([conflict.results, conflict.userErrors.map(({ code }) => code)]).toEqual([[], ['IDEMPOTENCY_CONFLICT']]);
    }
  });

  test('tell which item is at fault, and there are 1 to 100', async () => {
    const [sender, { streamId }] = [await shop.aWallet({ coins: 500n }), await shop.aStream()];
    const wrong = await sendAll(sender, 'CONTINUE', [{ streamId }, { streamId, giftId: 'moon' }]);
    expect(wrong.results[1]?.error).toEqual({ code: 'GIFT_NOT_FOUND', field: ['input', 'items', '1', 'giftId'] });
    const quantity = await sendAll(sender, 'CONTINUE', roses(streamId, 1, 0));
    expect(quantity).toMatchObject({
      results: [],
      userErrors: [{ code: 'QUANTITY_OUT_OF_RANGE', field: ['input', 'items', '1', 'quantity'] }],
    });
    for (const count of [0, 101])
      expect((await sendAll(sender, 'CONTINUE', roses(streamId, ...Array(count).fill(1)))).userErrors).toEqual([
        { code: 'ITEMS_OUT_OF_RANGE', field: ['input', 'items'] },
      ]);
    const all = await sendAll(sender, 'ATOMIC', roses(streamId, ...Array(100).fill(1)));
    expect(all.results.at(-1)?.order?.combo.count).toBe(101);
  });
});

describe('a quote', () => {
  const quote = async (senderId: string, wish: Wish) => {
    const query = `query ($input: GiftQuoteInput!) { giftQuote(input: $input) {
      refusal { code retryAt } coins priceCoins payment { backpackPieces bonusCoins coins } comboCount wallet { coins } sessionCoinsLeft } }`;
    const question = { as: aUser(senderId, 'gifts:send', 'wallet:read'), query, variables: { input: { giftId: 'rose', ...wish } } };
    return (await askData<{ giftQuote: object }>(shop.trading, question)).giftQuote;
  };

  test('says what the gift then does, and changes nothing', async () => {
    const [sender, { streamId }] = [await shop.aWallet({ coins: 100n }), await shop.aStream()];
    await fillBackpack(sender, 'rose', 1);
    await send(sender, { streamId, quantity: 3 });
    const wish = { streamId, quantity: 4 };
    const quoted = {
      refusal: null,
      coins: '4',
      priceCoins: '1',
      payment: { backpackPieces: 0, bonusCoins: '0', coins: '4' },
      comboCount: 7,
      wallet: { coins: '98' },
      sessionCoinsLeft: null,
    };
    expect([await quote(sender, wish), await quote(sender, wish)]).toEqual([quoted, quoted]);
    const { order } = await send(sender, wish);
    expect([order?.coins, order?.payment, order?.combo.count]).toEqual([quoted.coins, quoted.payment, quoted.comboCount]);
  });

  test('says what may still be spent in the stream, and nothing less than nothing when the limit came later', async () => {
    const [sender, { streamId }] = [await shop.aWallet({ coins: 100n }), await shop.aStream()];
    await send(sender, { streamId, quantity: 3 });
    const limit = (sessionCoinsMax: string) => ({
      as: aUser(sender, 'gifts:send'),
      query: 'mutation ($input: SetSpendingLimitsInput!) { setSpendingLimits(input: $input) { userErrors { code } } }',
      variables: { input: { sessionCoinsMax, idempotencyKey: randomUUID() } },
    });
    await askData(shop.trading, limit('5'));
    expect(await quote(sender, { streamId })).toMatchObject({ refusal: null, sessionCoinsLeft: '2' });
    expect(await quote(sender, { streamId, quantity: 3 })).toMatchObject({ refusal: { code: 'SESSION_LIMIT' }, sessionCoinsLeft: '2' });
    await askData(shop.trading, limit('1'));
    expect(await quote(sender, { streamId })).toMatchObject({ refusal: { code: 'SESSION_LIMIT' }, sessionCoinsLeft: '0' });
  });

  test('says why a gift would be refused, with its price where it has one, also to whoever never had a wallet', async () => {
    const { streamId } = await shop.aStream();
    const stranger = `user-${randomUUID()}`;
    const nothing = { payment: null, comboCount: null, sessionCoinsLeft: null, wallet: { coins: '0' } };
    const refusal = (code: string) => ({ code, retryAt: null });
    expect(await quote(stranger, { streamId, quantity: 3 })).toEqual({
      ...nothing,
      refusal: refusal('INSUFFICIENT_COINS'),
      coins: '3',
      priceCoins: '1',
    });
    expect(await quote(stranger, { streamId, giftId: 'moon' })).toMatchObject({ refusal: refusal('GIFT_NOT_FOUND'), coins: null });
    expect(await quote(stranger, { streamId, quantity: 0 })).toMatchObject({ refusal: refusal('QUANTITY_OUT_OF_RANGE'), coins: null });
    const made = '/* made */ SELECT count(*) FROM wallet WHERE owner_id = $1';
    expect(await shop.database.query({ text: made, values: [stranger] })).toEqual([{ count: 0n }]);
  });
});
