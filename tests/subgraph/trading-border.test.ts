import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { ask, askData, aUser } from '../support/runtime.ts';
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

const OPERATOR = aUser('olga', 'ops:read', 'ops:write');

test('a wallet that is reached by each of its orders is asked for its lists and limits once', async () => {
  const [sender, { streamId }] = [await shop.aWallet({ coins: 100n }), await shop.aStream()];
  for (let sent = 0; sent < 12; sent += 1) await shop.send(sender, { streamId });
  const lists = `limits { dayCoinsSpent } entries(first: 2) { nodes { seq } } topUps(first: 2) { nodes { id } } backpack(first: 2) { nodes { id } }
    orders(first: 2) { nodes { id } }`;
  const query = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on User { wallet { orders(first: 12) { nodes { sender { wallet { ${lists} } } } } } } } }`;
  const variables = { r: [{ __typename: 'User', id: sender }] };
  const LISTS = /readTradingPolicy|"ledger_entry"|listTopUps|readBackpacks|"gift_order"/;
  const statements = await statementsOf(LISTS, () => askData(shop.trading, { as: aUser(sender, 'wallet:read'), query, variables }));
  // One each, and the orders by which the wallets are reached.
  expect(statements).toHaveLength(6);
});

test('the second mutation of an operation shows what holds after it, not what was read for the first', async () => {
  const [sender, { streamId }] = [await shop.aWallet({ coins: 100n }), await shop.aStream()];
  const text = '/* setWindow */ UPDATE gift SET cancel_window_seconds = $1 WHERE id = $2';
  await shop.database.query({ text, values: [300, 'lollipop'] });
  const query = `mutation ($a: SendGiftInput!, $b: SendGiftInput!) {
    a: sendGift(input: $a) { order { id coins } wallet { heldCoins orders(first: 9) { nodes { id } } } }
    b: sendGift(input: $b) { order { id coins } wallet { heldCoins orders(first: 9) { nodes { id } } } } }`;
  const input = (): object => ({ streamId, giftId: 'lollipop', quantity: 1, idempotencyKey: randomUUID() });
  const asked = { as: aUser(sender, 'gifts:send', 'wallet:read'), query, variables: { a: input(), b: input() } };
  type Payload = { order: { coins: string }; wallet: { heldCoins: string; orders: { nodes: object[] } } };
  const { a, b } = await askData<{ a: Payload; b: Payload }>(shop.trading, asked);
  await shop.database.query({ text, values: [0, 'lollipop'] });
  const coins = BigInt(a.order.coins);
  expect([a.wallet.heldCoins, b.wallet.heldCoins]).toEqual([coins.toString(), (2n * coins).toString()]);
  expect([a.wallet.orders.nodes.length, b.wallet.orders.nodes.length]).toEqual([1, 2]);
});

test('what is too long to be the id of a gift is no gift, and is not kept', async () => {
  const giftId = randomBytes(6_000).toString('hex');
  const [userId, key] = [await shop.aWallet({ coins: 0n }), randomUUID()];
  const stock = {
    as: OPERATOR,
    query: 'mutation ($input: SetGiftStockInput!) { setGiftStock(input: $input) { userErrors { code } } }',
    variables: { input: { giftId, total: '5', reason: 'a sale', idempotencyKey: key } },
  };
  expect((await ask(shop.trading, stock)).data).toEqual({ setGiftStock: { userErrors: [{ code: 'GIFT_NOT_FOUND' }] } });
  const props = {
    as: OPERATOR,
    query: 'mutation ($input: GrantPropsInput!) { grantProps(input: $input) { wallet { id } userErrors { code } } }',
    variables: { input: { userId, giftId, pieces: 1, reason: 'a prize', idempotencyKey: key } },
  };
  expect((await ask(shop.trading, props)).data).toEqual({ grantProps: { wallet: null, userErrors: [{ code: 'GIFT_NOT_FOUND' }] } });
  const logs = `query ($userId: ID!) { walletActions(userId: $userId) { nodes { id } } }`;
  expect(await askData(shop.trading, { as: OPERATOR, query: logs, variables: { userId } })).toEqual({ walletActions: { nodes: [] } });
});

test('a time in a year that the database does not know is the caller’s fault', async () => {
  const query =
    'query ($r: [_Any!]!, $at: DateTime!) { _entities(representations: $r) { ... on User { wallet { balanceAt(at: $at) { coins } } } } }';
  const userId = await shop.aWallet({ coins: 5n });
  const codeAt = async (at: string): Promise<unknown> => {
    const { errors } = await ask(shop.trading, {
      as: aUser(userId, 'wallet:read'),
      query,
      variables: { r: [{ __typename: 'User', id: userId }], at },
    });
    return errors?.[0]?.extensions['code'] ?? null;
  };
  expect([await codeAt('0000-01-01T00:00:00Z'), await codeAt('0001-01-01T00:00:00Z'), await codeAt('9999-12-31T23:59:59Z')]).toEqual([
    'BAD_USER_INPUT',
    null,
    null,
  ]);
});

test('what an operator did until a time is answered again under its key when that time is over', async () => {
  const [userId, soon] = [await shop.aWallet({ coins: 0n }), new Date(Date.now() + 3_600_000).toISOString()];
  const wishes = [
    {
      query: 'mutation ($input: GrantPropsInput!) { answer: grantProps(input: $input) { wallet { id } userErrors { code } } }',
      variables: { input: { userId, giftId: 'rose', pieces: 1, expiresAt: soon, reason: 'a prize', idempotencyKey: randomUUID() } },
    },
    {
      query:
        'mutation ($input: SetSenderRestrictionsInput!) { answer: setSenderRestrictions(input: $input) { wallet { id } userErrors { code } } }',
      variables: { input: { userId, blocked: true, blockedUntil: soon, reason: 'too loud', idempotencyKey: randomUUID() } },
    },
  ];
  const act = () => Promise.all(wishes.map((wish) => askData(shop.trading, { as: OPERATOR, ...wish })));
  const done = { answer: { wallet: { id: userId }, userErrors: [] } };
  expect(await act()).toEqual([done, done]);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse(soon) + 1 });
  onTestFinished(() => void vi.useRealTimers());
  expect(await act()).toEqual([done, done]);
  for (const { variables } of wishes) variables.input.idempotencyKey = randomUUID();
  expect(await act()).toEqual(
    ['PROPS_OUT_OF_RANGE', 'RESTRICTIONS_INVALID'].map((code) => ({ answer: { wallet: null, userErrors: [{ code }] } })),
  );
});

test('who may send gifts sees what the wallet holds after them; its history is for who may read the wallet', async () => {
  const [sender, { streamId }] = [await shop.aWallet({ coins: 5n }), await shop.aStream()];
  const quote = async (fields: string, ...scopes: Parameters<typeof aUser> extends [string, ...infer Scopes] ? Scopes : never) => {
    const query = `query ($input: GiftQuoteInput!) { giftQuote(input: $input) { wallet { ${fields} } } }`;
    return ask(shop.trading, { as: aUser(sender, ...scopes), query, variables: { input: { streamId, giftId: 'rose' } } });
  };
  expect((await quote('coins', 'gifts:send')).data).toEqual({ giftQuote: { wallet: { coins: '5' } } });
  const history = [
    'entries { nodes { seq } }',
    'orders { nodes { id } }',
    'topUps { nodes { id } }',
    'balanceAt(at: "2026-01-01T00:00:00Z") { coins }',
  ];
  for (const fields of history) {
    expect((await quote(fields, 'gifts:send')).errors?.map(({ extensions }) => extensions['code'])).toEqual(['FORBIDDEN']);
    expect((await quote(fields, 'gifts:send', 'wallet:read')).errors).toBeUndefined();
  }
});
