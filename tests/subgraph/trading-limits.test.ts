import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { shardOf } from '#platform/ids.ts';
import { untilMidnightIsFar } from '../support/clock.ts';
import { ask, askData, aUser } from '../support/runtime.ts';
import { aTrading, type TradingFixture } from '../support/trading.ts';

let shop: TradingFixture;

beforeAll(async () => {
  await untilMidnightIsFar();
  shop = await aTrading();
});

afterEach(async () => {
  expect(await shop.faults()).toEqual([]);
  await setPolicy('day_coins_max = NULL, session_coins_max = NULL, velocity_orders_max = NULL, velocity_window_seconds = 3600');
});

afterAll(() => shop.close());

const setPolicy = async (set: string): Promise<void> => {
  await shop.database.query({ text: `/* setPolicy */ UPDATE trading_policy SET ${set}` });
};

const setGift = async (giftId: string, set: string): Promise<void> => {
  await shop.database.query({
    text: `/* setGift */ UPDATE gift SET ${set} WHERE shard = $1 AND id = $2`,
    values: [shardOf(giftId), giftId],
  });
};

interface Answer {
  readonly order: { readonly id: string } | null;
  readonly userErrors: readonly { readonly code: string; readonly message: string; readonly retryAt: string | null }[];
}

interface Wish {
  readonly streamId: string;
  readonly giftId?: string;
  readonly quantity?: number;
  readonly idempotencyKey?: string;
}

const SEND = `mutation ($input: SendGiftInput!) { sendGift(input: $input) { order { id } userErrors { code message retryAt } } }`;

const send = async (senderId: string, wish: Wish, claims: { readonly minor?: true; readonly region?: string } = {}): Promise<Answer> => {
  const input = { giftId: 'rose', quantity: 1, idempotencyKey: randomUUID(), ...wish };
  const as = { ...aUser(senderId, 'gifts:send'), ...claims };
  return (await askData<{ sendGift: Answer }>(shop.trading, { as, query: SEND, variables: { input } })).sendGift;
};

/** The code of the refusal; OK when it was sent. */
const verdict = (answer: Answer): string => answer.userErrors[0]?.code ?? 'OK';
const sendFor = async (senderId: string, streamId: string, ...quantities: readonly number[]): Promise<readonly string[]> => {
  const verdicts: string[] = [];
  for (const quantity of quantities) verdicts.push(verdict(await send(senderId, { streamId, quantity })));
  return verdicts;
};

const nextMidnight = (): string => new Date((Math.floor(Date.now() / 86_400_000) + 1) * 86_400_000).toISOString();

describe('who the sender is', () => {
  test('nobody sends gifts whose token says that they are not of age', async () => {
    const [sender, { streamId }] = [await shop.aWallet({ coins: 10n }), await shop.aStream()];
    expect(verdict(await send(sender, { streamId }, { minor: true }))).toBe('SENDER_IS_MINOR');
    expect(verdict(await send(sender, { streamId }))).toBe('OK');
  });

  test('a gift with regions goes to nobody whose token names another one, or none', async () => {
    await setGift('lollipop', "regions = '{DE,FR}'");
    const [sender, { streamId }] = [await shop.aWallet({ coins: 100n }), await shop.aStream()];
    const lollipop = { streamId, giftId: 'lollipop' };
    expect(verdict(await send(sender, lollipop))).toBe('GIFT_NOT_IN_REGION');
    expect(verdict(await send(sender, lollipop, { region: 'US' }))).toBe('GIFT_NOT_IN_REGION');
    expect(verdict(await send(sender, lollipop, { region: 'FR' }))).toBe('OK');
    await setGift('lollipop', "regions = '{}'");
  });

  test('a frozen wallet spends nothing', async () => {
    const [sender, { streamId }] = [await shop.aWallet({ coins: 10n }), await shop.aStream()];
    const text = `/* freeze */ UPDATE wallet SET frozen_at = now(), frozen_reason = 'test' WHERE shard = $1 AND owner_id = $2`;
    await shop.database.query({ text, values: [shardOf(sender), sender] });
    expect(verdict(await send(sender, { streamId }))).toBe('WALLET_FROZEN');
  });
});

describe('how much a sender may', () => {
  test('a day’s coins bound a user over all streams, and the refusal says what is left and until when', async () => {
    await setPolicy('day_coins_max = 10');
    const [sender, one, other] = [await shop.aWallet({ coins: 100n }), await shop.aStream(), await shop.aStream()];
    expect(await sendFor(sender, one.streamId, 7)).toEqual(['OK']);
    const refused = await send(sender, { streamId: other.streamId, quantity: 4 });
    expect(refused.userErrors).toEqual([
      {
        code: 'DAY_LIMIT',
        message: expect.stringContaining('Of the coins that you may spend a day 3 of 10 are left.'),
        retryAt: nextMidnight(),
      },
    ]);
    expect(await sendFor(sender, other.streamId, 3, 1)).toEqual(['OK', 'DAY_LIMIT']);
  });

  test('a stream’s coins bound a user there and nowhere else', async () => {
    await setPolicy('session_coins_max = 5');
    const [sender, one, other] = [await shop.aWallet({ coins: 100n }), await shop.aStream(), await shop.aStream()];
    expect(await sendFor(sender, one.streamId, 3, 3, 2)).toEqual(['OK', 'SESSION_LIMIT', 'OK']);
    expect(await sendFor(sender, other.streamId, 5)).toEqual(['OK']);
  });

  test('orders are counted within a window; those that were refused are not', async () => {
    await setPolicy('velocity_orders_max = 2');
    const [sender, { streamId }] = [await shop.aWallet({ coins: 5n }), await shop.aStream()];
    expect(await sendFor(sender, streamId, 9, 9, 1, 1, 1)).toEqual([
      'INSUFFICIENT_COINS',
      'INSUFFICIENT_COINS',
      'OK',
      'OK',
      'TOO_MANY_ORDERS',
    ]);
    const [error] = (await send(sender, { streamId })).userErrors;
    expect(Date.parse(error?.retryAt ?? '') - Date.now()).toBeGreaterThan(3_000_000);
  });

  test('pieces of a gift with a limit per day are counted for it alone', async () => {
    await setGift('lollipop', 'daily_quantity_max = 3');
    const [sender, other, { streamId }] = [await shop.aWallet({ coins: 900n }), await shop.aWallet({ coins: 90n }), await shop.aStream()];
    const lollipops = (quantity: number) => ({ streamId, giftId: 'lollipop', quantity });
    expect(verdict(await send(sender, lollipops(2)))).toBe('OK');
    expect((await send(sender, lollipops(2))).userErrors[0]).toMatchObject({ code: 'GIFT_DAY_LIMIT', retryAt: nextMidnight() });
    expect(verdict(await send(sender, lollipops(1)))).toBe('OK');
    expect(await sendFor(sender, streamId, 50)).toEqual(['OK']);
    expect(verdict(await send(other, lollipops(3)))).toBe('OK');
    await setGift('lollipop', 'daily_quantity_max = NULL');
  });

  test('pieces of a gift with a limit per day are counted anew on the next day', async () => {
    await setGift('lollipop', 'daily_quantity_max = 3');
    const [sender, { streamId }] = [await shop.aWallet({ coins: 900n }), await shop.aStream()];
    const lollipops = (quantity: number) => ({ streamId, giftId: 'lollipop', quantity });
    expect(verdict(await send(sender, lollipops(3)))).toBe('OK');
    const text = '/* letADayPass */ UPDATE sender_gift SET day = day - 1 WHERE sender_id = $1';
    await shop.database.query({ text, values: [sender] });
    expect(verdict(await send(sender, lollipops(1)))).toBe('OK');
    expect(verdict(await send(sender, lollipops(2)))).toBe('OK');
    expect(verdict(await send(sender, lollipops(1)))).toBe('GIFT_DAY_LIMIT');
    await setGift('lollipop', 'daily_quantity_max = NULL');
  });

  test('a stored refusal reads the same to its key for ever, also when the limit is gone', async () => {
    await setPolicy('day_coins_max = 1');
    const [sender, { streamId }] = [await shop.aWallet({ coins: 100n }), await shop.aStream()];
    const wish = { streamId, quantity: 2, idempotencyKey: randomUUID() };
    const first = await send(sender, wish);
    await setPolicy('day_coins_max = NULL');
    expect(verdict(first)).toBe('DAY_LIMIT');
    expect(await send(sender, wish)).toEqual(first);
  });
});

const LIMITS = `limits { dayCoinsMax dayCoinsSpent dayEndsAt sessionCoinsMax ownDayCoins { coinsMax raise { coinsMax at } } ownSessionCoins { coinsMax raise { coinsMax at } } }`;

interface OwnLimit {
  readonly coinsMax: string | null;
  readonly raise: { readonly coinsMax: string | null; readonly at: string } | null;
}
interface Limited {
  readonly wallet: { readonly limits: Readonly<Record<string, unknown>> & { readonly ownDayCoins: OwnLimit } } | null;
  readonly userErrors: readonly { readonly code: string }[];
}

const limit = async (userId: string, input: object): Promise<Limited> => {
  const query = `mutation ($input: SetSpendingLimitsInput!) { setSpendingLimits(input: $input) { wallet { ${LIMITS} } userErrors { code } } }`;
  const variables = { input: { idempotencyKey: randomUUID(), ...input } };
  return (await askData<{ setSpendingLimits: Limited }>(shop.trading, { as: aUser(userId, 'gifts:send'), query, variables }))
    .setSpendingLimits;
};

describe('limits of one’s own', () => {
  test('bound from the next gift on; a raise waits a day, and what is absent stays as it is', async () => {
    const [sender, { streamId }] = [await shop.aWallet({ coins: 100n }), await shop.aStream()];
    await sendFor(sender, streamId, 2);
    expect((await limit(sender, { dayCoinsMax: '5', sessionCoinsMax: '50' })).wallet?.limits).toEqual({
      dayCoinsMax: '5',
      dayCoinsSpent: '2',
      dayEndsAt: nextMidnight(),
      sessionCoinsMax: '50',
      ownDayCoins: { coinsMax: '5', raise: null },
      ownSessionCoins: { coinsMax: '50', raise: null },
    });
    expect(await sendFor(sender, streamId, 4, 3)).toEqual(['DAY_LIMIT', 'OK']);
    const raised = (await limit(sender, { dayCoinsMax: null })).wallet?.limits;
    expect(raised?.ownDayCoins).toEqual({ coinsMax: '5', raise: { coinsMax: null, at: expect.any(String) } });
    expect(raised?.['sessionCoinsMax']).toBe('50');
    expect(Date.parse(raised?.ownDayCoins.raise?.at ?? '') - Date.now()).toBeGreaterThan(23.9 * 3_600_000);
    expect(await sendFor(sender, streamId, 1)).toEqual(['DAY_LIMIT']);
  });

  test('are set once per key, and refused out of range', async () => {
    const sender = await shop.aWallet({ coins: 0n });
    const wish = { dayCoinsMax: '5', idempotencyKey: randomUUID() };
    await limit(sender, wish);
    await limit(sender, { dayCoinsMax: '3' });
    expect((await limit(sender, wish)).wallet?.limits.ownDayCoins.coinsMax).toBe('3');
    expect((await limit(sender, { ...wish, dayCoinsMax: '4' })).userErrors).toEqual([{ code: 'IDEMPOTENCY_CONFLICT' }]);
    for (const dayCoinsMax of ['-1', '1000000000001'])
      expect((await limit(sender, { dayCoinsMax })).userErrors).toEqual([{ code: 'AMOUNT_OUT_OF_RANGE' }]);
  });
});

const restrict = async (userId: string, input: object) => {
  const query = `mutation ($input: SetSenderRestrictionsInput!) { setSenderRestrictions(input: $input) { wallet { coins } userErrors { code } } }`;
  const variables = { input: { userId, reason: 'a parent wrote', idempotencyKey: randomUUID(), ...input } };
  const question = { as: aUser('olga', 'ops:write', 'ops:read'), query, variables };
  const { setSenderRestrictions } = await askData<{ setSenderRestrictions: { readonly userErrors: readonly { readonly code: string }[] } }>(
    shop.trading,
    question,
  );
  return setSenderRestrictions.userErrors.map(({ code }) => code);
};

describe('an operator’s word about a sender', () => {
  test('stops whom it calls a minor or blocks, says until when, and what it leaves out holds no longer', async () => {
    const [sender, { streamId }] = [await shop.aWallet({ coins: 100n }), await shop.aStream()];
    await restrict(sender, { minor: true });
    expect(await sendFor(sender, streamId, 1)).toEqual(['SENDER_IS_MINOR']);
    const until = new Date(Date.now() + 3_600_000).toISOString();
    await restrict(sender, { blocked: true, blockedUntil: until });
    expect((await send(sender, { streamId })).userErrors[0]).toMatchObject({ code: 'SENDER_BLOCKED', retryAt: until });
    await restrict(sender, { blocked: true });
    expect((await send(sender, { streamId })).userErrors[0]).toMatchObject({ code: 'SENDER_BLOCKED', retryAt: null });
    await restrict(sender, {});
    expect(await sendFor(sender, streamId, 1)).toEqual(['OK']);
  });

  test('sets other limits than the policy’s, and leaves the user’s own', async () => {
    await setPolicy('day_coins_max = 5');
    const [sender, { streamId }] = [await shop.aWallet({ coins: 100n }), await shop.aStream()];
    await restrict(sender, { dayCoinsMax: '20', velocityOrdersMax: 3 });
    expect(await sendFor(sender, streamId, 9)).toEqual(['OK']);
    await limit(sender, { dayCoinsMax: '10' });
    expect(await sendFor(sender, streamId, 2, 1)).toEqual(['DAY_LIMIT', 'OK']);
    await restrict(sender, { dayCoinsMax: '30', velocityOrdersMax: 2 });
    expect(await sendFor(sender, streamId, 1)).toEqual(['TOO_MANY_ORDERS']);
  });

  test('is in the log with its reason, makes sense, and needs an operator', async () => {
    const sender = await shop.aWallet({ coins: 1n });
    await restrict(sender, { sessionCoinsMax: '7' });
    for (const nonsense of [{ blockedUntil: new Date(Date.now() + 1e6).toISOString() }, { dayCoinsMax: '-1' }, { velocityOrdersMax: 0 }])
      expect(await restrict(sender, nonsense)).toEqual(['RESTRICTIONS_INVALID']);
    const query = `query ($userId: ID!) { walletActions(userId: $userId) { nodes { kind reason restrictions { minor blocked sessionCoinsMax } } } }`;
    const log = await askData(shop.trading, { as: aUser('olga', 'ops:read'), query, variables: { userId: sender } });
    const restrictions = { minor: false, blocked: false, sessionCoinsMax: '7' };
    expect(log).toEqual({ walletActions: { nodes: [{ kind: 'RESTRICT_SENDER', reason: 'a parent wrote', restrictions }] } });
    const refused = await ask(shop.trading, {
      as: aUser(sender, 'gifts:send'),
      query: 'mutation { setSenderRestrictions(input: { userId: "x", reason: "y", idempotencyKey: "z" }) { userErrors { code } } }',
    });
    expect(refused.errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN');
  });
});
