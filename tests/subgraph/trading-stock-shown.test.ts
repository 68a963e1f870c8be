import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { askData, aUser } from '../support/runtime.ts';
import { aCommand, aLimitedGift, aSaleWorld, reserveFor, type SaleWorld } from '../support/sale-world.ts';
import { aTrading, type TradingFixture } from '../support/trading.ts';

let shop: TradingFixture;
let one: SaleWorld;

beforeAll(async () => {
  shop = await aTrading();
  one = await aSaleWorld(shop.databaseUrl);
});

// Whatever a test did, the books are whole after it: coins, pieces and reservations.
afterEach(async () => {
  expect(await shop.faults()).toEqual([]);
});

afterAll(async () => {
  await one.close();
  await shop.close();
});

interface SetPayload {
  readonly stock: { readonly total: string; readonly left: string } | null;
  readonly userErrors: readonly { readonly code: string }[];
}

const setStock = async (
  giftId: string,
  total: bigint,
  over: { idempotencyKey?: string; reason?: string; as?: string } = {},
): Promise<SetPayload> => {
  const input = { giftId, total: total.toString(), reason: over.reason ?? 'a sale', idempotencyKey: over.idempotencyKey ?? randomUUID() };
  const query = 'mutation ($input: SetGiftStockInput!) { setGiftStock(input: $input) { stock { total left } userErrors { code } } }';
  const question = { as: aUser(over.as ?? 'operator', 'ops:write'), query, variables: { input } };
  return (await askData<{ setGiftStock: SetPayload }>(shop.trading, question)).setGiftStock;
};

test('operators raise and lower a stock, never below what is sold or set aside, and every wish is logged under its key', async () => {
  const giftId = await aLimitedGift(shop, 0);
  const key = randomUUID();
  expect(await setStock(giftId, 4n, { idempotencyKey: key })).toEqual({ stock: { total: '4', left: '4' }, userErrors: [] });
  await one.gifts.submit(await aCommand(shop, giftId, { coins: 10n, quantity: 2 }));
  await reserveFor(one, await aCommand(shop, giftId));
  expect(await setStock(giftId, 2n)).toMatchObject({ stock: { total: '4', left: '1' }, userErrors: [{ code: 'TOTAL_BELOW_SOLD' }] });
  expect(await setStock(giftId, 3n)).toEqual({ stock: { total: '3', left: '0' }, userErrors: [] });
  expect((await setStock(giftId, 4n, { idempotencyKey: key })).stock).toEqual({ total: '3', left: '0' });
  expect((await setStock(giftId, 5n, { idempotencyKey: key })).userErrors).toEqual([{ code: 'IDEMPOTENCY_CONFLICT' }]);
  const query = `query ($giftId: ID!, $first: Int!, $after: Cursor) { giftStockEdits(giftId: $giftId, first: $first, after: $after) {
    nodes { total totalBefore reason refusal actor { id } } pageInfo { hasNextPage endCursor } } }`;
  const page = async (first: number, after?: string) =>
    (
      await askData<{ giftStockEdits: { nodes: object[]; pageInfo: { hasNextPage: boolean; endCursor: string } } }>(shop.trading, {
        as: aUser('watcher', 'ops:read'),
        query,
        variables: { giftId, first, after },
      })
    ).giftStockEdits;
  const newest = await page(2);
  const oldest = await page(2, newest.pageInfo.endCursor);
  expect([newest, oldest].map(({ pageInfo }) => pageInfo.hasNextPage)).toEqual([true, false]);
  expect([...newest.nodes, ...oldest.nodes].map((node) => JSON.stringify(node)).toSorted()).toEqual(
    [
      { total: '4', totalBefore: '0', reason: 'a sale', refusal: null, actor: { id: 'operator' } },
      { total: '2', totalBefore: null, reason: 'a sale', refusal: 'TOTAL_BELOW_SOLD', actor: { id: 'operator' } },
      { total: '3', totalBefore: '4', reason: 'a sale', refusal: null, actor: { id: 'operator' } },
    ]
      .map((node) => JSON.stringify(node))
      .toSorted(),
  );
});

test.each([
  ['GIFT_NOT_FOUND', 'no-such-gift', 1n, 'a sale'],
  ['GIFT_NOT_LIMITED', 'rose', 1n, 'a sale'],
  ['TOTAL_OUT_OF_RANGE', 'rose', -1n, 'a sale'],
  ['TOTAL_OUT_OF_RANGE', 'rose', 1_000_000_001n, 'a sale'],
  ['REASON_INVALID', 'rose', 1n, '  '],
])('a stock is not set: %s', async (code, giftId, total, reason) => {
  expect((await setStock(giftId, total, { reason })).userErrors).toEqual([{ code }]);
});

test('the catalogue shows what is left of limited gifts, and a quote says whether one could be had', async () => {
  const giftId = await aLimitedGift(shop, 3);
  const { senderId, streamId } = await aCommand(shop, giftId, { coins: 100n, quantity: 2 });
  const ask = async (quantity: number) =>
    askData<{ _entities: unknown[]; giftQuote: { coins: string | null; refusal: { code: string } | null } }>(shop.trading, {
      as: aUser(senderId, 'gifts:send', 'wallet:read'),
      query: `query ($representations: [_Any!]!, $input: GiftQuoteInput!) {
        _entities(representations: $representations) { ... on Gift { stock { total left } } } giftQuote(input: $input) { coins refusal { code } } }`,
      variables: {
        representations: [giftId, 'rose'].map((id) => ({ __typename: 'Gift', id })),
        input: { streamId, giftId, quantity },
      },
    });
  expect(await ask(3)).toEqual({
    _entities: [{ stock: { total: '3', left: '3' } }, { stock: null }],
    giftQuote: { coins: '15', refusal: null },
  });
  expect((await ask(4)).giftQuote).toMatchObject({ refusal: { code: 'SOLD_OUT' } });
});
