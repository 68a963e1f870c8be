import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { shardOf } from '#platform/ids.ts';
import { ask, askData, aUser } from '../support/runtime.ts';
import { aTrading, sendRaw, type TradingFixture } from '../support/trading.ts';

let shop: TradingFixture;

beforeAll(async () => {
  shop = await aTrading();
});

afterEach(async () => {
  expect(await shop.faults()).toEqual([]);
});

afterAll(() => shop.close());

const TOP_UP = 'mutation ($input: TopUpInput!) { topUp(input: $input) { wallet { coins } userErrors { code } } }';

const topUp = async (
  userId: string,
  idempotencyKey: string,
): Promise<{ wallet: { coins: string } | null; userErrors: { code: string }[] }> =>
  (
    await askData<{ topUp: { wallet: { coins: string } | null; userErrors: { code: string }[] } }>(shop.trading, {
      as: aUser(userId, 'wallet:topup'),
      query: TOP_UP,
      variables: { input: { productId: 'coins-100', idempotencyKey } },
    })
  ).topUp;

test('keys that merely look alike are different wishes, and each is one order however often it is sent', async () => {
  const [sender, { streamId }] = [await shop.aWallet({ coins: 100n }), await shop.aStream()];
  // Composed and decomposed, Latin and Cyrillic, cases, white space, full width, an invisible joiner, quotes, array and LIKE syntax.
  const keys = [
    'é',
    'e\u0301',
    'a',
    'а',
    'A',
    ' a',
    'a ',
    '\ta',
    'ａ',
    'a\u200d',
    "a'b",
    'a"b',
    '{a,b}',
    'NULL',
    '%',
    '_',
    '\\',
    '0',
    '00',
    '🎁'.repeat(64),
  ];
  const twice = [...keys, ...keys].map((idempotencyKey) => shop.send(sender, { streamId, idempotencyKey }));
  const orders = (await Promise.all(twice)).map((payload) => payload.order?.id);
  expect(orders.slice(keys.length)).toEqual(orders.slice(0, keys.length));
  expect(new Set(orders).size).toBe(keys.length);
  expect(await shop.coinsOf(sender)).toBe(100n - BigInt(keys.length));
});

test.each([
  ['empty', ''],
  ['one character too long', 'k'.repeat(129)],
  ['10 kB long', 'k'.repeat(10_000)],
  ['65 emoji long, which is 130 units', '🎁'.repeat(65)],
  ['with a NUL', 'a\0'],
  ['half an emoji', '\ud83c'],
])('a key that is %s is refused by every mutation before anything is stored', async (_, idempotencyKey) => {
  const [sender, { streamId }] = [await shop.aWallet({ coins: 5n }), await shop.aStream()];
  const answers = [
    await sendRaw(shop.trading, sender, { streamId, idempotencyKey }),
    await ask(shop.trading, {
      as: aUser(sender, 'wallet:topup'),
      query: TOP_UP,
      variables: { input: { productId: 'coins-100', idempotencyKey } },
    }),
  ];
  expect(answers.map(({ errors }) => errors?.[0]?.extensions['code'])).toEqual(['BAD_USER_INPUT', 'BAD_USER_INPUT']);
  expect(await shop.coinsOf(sender)).toBe(5n);
});

test('a key of one mutation is a conflict in another: nobody pays or is paid twice for one wish', async () => {
  const [sender, { streamId }] = [await shop.aWallet({ coins: 5n }), await shop.aStream()];
  const [gift, purchase] = [randomUUID(), randomUUID()];
  await shop.send(sender, { streamId, idempotencyKey: gift });
  expect((await topUp(sender, purchase)).wallet).toEqual({ coins: '104' });
  expect((await topUp(sender, gift)).userErrors).toMatchObject([{ code: 'IDEMPOTENCY_CONFLICT' }]);
  expect((await shop.send(sender, { streamId, idempotencyKey: purchase })).userErrors).toMatchObject([{ code: 'IDEMPOTENCY_CONFLICT' }]);
  // And both first answers stand.
  expect((await shop.send(sender, { streamId, idempotencyKey: gift })).order).not.toBeNull();
  expect((await topUp(sender, purchase)).userErrors).toEqual([]);
  expect(await shop.coinsOf(sender)).toBe(104n);
});

test('an answer survives the process, also one that was given while the wallet was new', async () => {
  const [newcomer, { streamId }, key] = [`newcomer-${randomUUID()}`, await shop.aStream(), randomUUID()];
  expect((await shop.send(newcomer, { streamId, idempotencyKey: key })).userErrors).toMatchObject([{ code: 'INSUFFICIENT_COINS' }]);
  await topUp(newcomer, randomUUID());
  const another = await aTrading({ databaseUrl: shop.databaseUrl });
  expect((await another.send(newcomer, { streamId, idempotencyKey: key })).userErrors).toMatchObject([{ code: 'INSUFFICIENT_COINS' }]);
  expect((await another.send(newcomer, { streamId })).order).toMatchObject({ coins: '1' });
  await another.close();
  expect(await shop.coinsOf(newcomer)).toBe(99n);
});

test('the dearest gift in the largest number costs more than any wallet holds, and nothing overflows', async () => {
  const [sender, { streamId }, giftId] = [
    await shop.aWallet({ coins: 9_000_000_000_000_000_000n }),
    await shop.aStream(),
    `sun-${randomUUID()}`,
  ];
  await shop.database.query({
    text: `/* aGift */ INSERT INTO gift (shard, id, name, price_coins, on_sale_from) SELECT shard, $1, 'Sun', $2, now() FROM gift WHERE id = 'rose'`,
    values: [giftId, 9_223_372_036_854_775_807n],
  });
  await shop.database.query({ text: '/* aGift */ UPDATE gift SET shard = $2 WHERE id = $1', values: [giftId, shardOf(giftId)] });
  for (const quantity of [1, 9_999]) {
    const { userErrors, wallet } = await shop.send(sender, { streamId, giftId, quantity });
    expect(userErrors).toMatchObject([{ code: 'INSUFFICIENT_COINS' }]);
    expect(wallet?.coins).toBe('9000000000000000000');
  }
});

test("the cursor of another user's orders shows only one's own", async () => {
  const [mine, theirs, { streamId }] = [await shop.aWallet({ coins: 5n }), await shop.aWallet({ coins: 5n }), await shop.aStream()];
  const own = (await shop.send(mine, { streamId })).order?.id;
  await shop.send(theirs, { streamId });
  const last = (await shop.send(theirs, { streamId })).order?.id ?? '';
  const query = `query ($id: ID!, $after: Cursor) { _entities(representations: [{ __typename: "User", id: $id }]) { ... on User { wallet { orders(after: $after) { nodes { id } } } } } }`;
  const ordersOf = async (userId: string, after: string) =>
    (
      await askData<{ _entities: ({ wallet: { orders: { nodes: { id: string }[] } } | null } | null)[] }>(shop.trading, {
        as: aUser(mine, 'wallet:read'),
        query,
        variables: { id: userId, after },
      })
    )._entities[0]?.wallet?.orders.nodes.map(({ id }) => id);
  const cursor = Buffer.from(last).toString('base64url');
  expect(await ordersOf(mine, cursor)).toEqual([own]);
  expect(await ordersOf(theirs, cursor)).toBeUndefined();
});
