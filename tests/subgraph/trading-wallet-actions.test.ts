import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ask, askData, aUser, subscribeTo } from '../support/runtime.ts';
import { aTrading, type TradingFixture } from '../support/trading.ts';

let shop: TradingFixture;

beforeAll(async () => {
  shop = await aTrading();
});

afterEach(async () => {
  expect(await shop.faults()).toEqual([]);
});

afterAll(() => shop.close());

interface Payload {
  readonly wallet: { readonly coins: string; readonly bonusCoins: string; readonly frozen: boolean; readonly version: number } | null;
  readonly userErrors: readonly { readonly code: string; readonly field: readonly string[] | null }[];
}

interface Wish {
  readonly userId: string;
  readonly reason?: string;
  readonly idempotencyKey?: string;
  readonly bonusCoins?: string;
}

const operator = (id = 'olga') => aUser(id, 'ops:write', 'ops:read');
const question = (mutation: string, wish: Wish, as = operator()) => {
  const type = mutation === 'grantBonusCoins' ? 'GrantBonusCoinsInput' : 'FreezeWalletInput';
  const query = `mutation ($input: ${type}!) { ${mutation}(input: $input) { wallet { coins bonusCoins frozen version } userErrors { code field message } } }`;
  return { as, query, variables: { input: { reason: 'a stolen card', idempotencyKey: randomUUID(), ...wish } } };
};
const act = async (mutation: string, wish: Wish, as = operator()): Promise<Payload> =>
  (await askData<Record<string, Payload>>(shop.trading, question(mutation, wish, as)))[mutation] as Payload;
const codes = (payload: Payload): readonly string[] => payload.userErrors.map(({ code }) => code);

describe('a wallet', () => {
  test('is frozen once and unfrozen once, and its version tells of both', async () => {
    const userId = await shop.aWallet({ coins: 5n });
    expect(await act('freezeWallet', { userId })).toEqual({
      wallet: { coins: '5', bonusCoins: '0', frozen: true, version: 2 },
      userErrors: [],
    });
    expect(codes(await act('freezeWallet', { userId }))).toEqual(['WALLET_ALREADY_FROZEN']);
    expect((await act('unfreezeWallet', { userId })).wallet).toMatchObject({ frozen: false, version: 3 });
    expect(codes(await act('unfreezeWallet', { userId }))).toEqual(['WALLET_NOT_FROZEN']);
  });

  test('that is frozen is shown so to its owner’s subscription at once', async () => {
    const userId = await shop.aWallet({ coins: 5n });
    const wallet = subscribeTo(shop.trading, {
      as: aUser(userId, 'wallet:read'),
      query: 'subscription { walletChanged { frozen version } }',
    });
    expect((await wallet.next()).data).toEqual({ walletChanged: { frozen: false, version: 1 } });
    await act('freezeWallet', { userId });
    expect((await wallet.next()).data).toEqual({ walletChanged: { frozen: true, version: 2 } });
    await wallet.end();
  });

  test('that is frozen still receives: a grant, and what gifts earn', async () => {
    const [stream, sender] = [await shop.aStream(), await shop.aWallet({ coins: 3n })];
    await act('freezeWallet', { userId: stream.streamerId });
    expect((await act('grantBonusCoins', { userId: stream.streamerId, bonusCoins: '7' })).wallet).toMatchObject({
      bonusCoins: '7',
      frozen: true,
    });
    await shop.send(sender, { streamId: stream.streamId, quantity: 3 });
    await expect.poll(() => shop.diamondsOf(stream.streamerId)).toBe(3n);
  });
});

describe('a grant', () => {
  test('gives bonus coins once per key, to sixteen that ask at the same time', async () => {
    const [userId, idempotencyKey] = [await shop.aWallet({ coins: 0n }), randomUUID()];
    const asked = await Promise.all(Array.from({ length: 16 }, () => act('grantBonusCoins', { userId, bonusCoins: '10', idempotencyKey })));
    expect(asked.flatMap(codes)).toEqual([]);
    expect((await act('grantBonusCoins', { userId, bonusCoins: '10' })).wallet).toMatchObject({ bonusCoins: '20', coins: '0' });
    expect(codes(await act('grantBonusCoins', { userId, bonusCoins: '11', idempotencyKey }))).toEqual(['IDEMPOTENCY_CONFLICT']);
    expect(codes(await act('freezeWallet', { userId, idempotencyKey }))).toEqual(['IDEMPOTENCY_CONFLICT']);
    const otherReason = { userId, bonusCoins: '10', idempotencyKey, reason: 'another reason' };
    expect(codes(await act('grantBonusCoins', otherReason))).toEqual(['IDEMPOTENCY_CONFLICT']);
  });

  test('freezing, granting and unfreezing one wallet in one batch lose nothing of each other', async () => {
    const userId = await shop.aWallet({ coins: 0n });
    const answers = await Promise.all([
      act('freezeWallet', { userId }),
      act('grantBonusCoins', { userId, bonusCoins: '1' }),
      act('unfreezeWallet', { userId }),
      act('freezeWallet', { userId }),
    ]);
    expect(answers.flatMap(codes)).toEqual([]);
    const [row] = await shop.database.query({
      text: '/* test */ SELECT bonus_coins, version, settings_version, frozen_reason FROM wallet WHERE owner_id = $1',
      values: [userId],
    });
    expect(row).toEqual({ bonus_coins: 1n, version: 1n, settings_version: 3n, frozen_reason: 'a stolen card' });
  });

  test.each([
    ['0', 'AMOUNT_OUT_OF_RANGE', ['input', 'bonusCoins']],
    ['-5', 'AMOUNT_OUT_OF_RANGE', ['input', 'bonusCoins']],
    ['1000001', 'AMOUNT_OUT_OF_RANGE', ['input', 'bonusCoins']],
  ])('of %s coins is refused', async (bonusCoins, code, field) => {
    const payload = await act('grantBonusCoins', { userId: 'somebody', bonusCoins });
    expect([payload.wallet, payload.userErrors]).toEqual([null, [expect.objectContaining({ code, field })]]);
  });

  test('needs a reason, a user and the scope', async () => {
    expect(codes(await act('grantBonusCoins', { userId: 'somebody', bonusCoins: '1', reason: '  ' }))).toEqual(['REASON_INVALID']);
    expect(codes(await act('grantBonusCoins', { userId: 'somebody', bonusCoins: '1', reason: 'x'.repeat(501) }))).toEqual([
      'REASON_INVALID',
    ]);
    expect(codes(await act('freezeWallet', { userId: 'x'.repeat(129) }))).toEqual(['OWNER_INVALID']);
    for (const mutation of ['freezeWallet', 'unfreezeWallet', 'grantBonusCoins']) {
      const wish = { userId: 'somebody', ...(mutation === 'grantBonusCoins' ? { bonusCoins: '1' } : {}) };
      const { errors } = await ask(shop.trading, question(mutation, wish, aUser('alice', 'gifts:send', 'wallet:read', 'ops:read')));
      expect(errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
    }
  });
});

test('what operators did to a wallet is told by page, the newest first, with who, when and why', async () => {
  const userId = await shop.aWallet({ coins: 1n });
  await act('freezeWallet', { userId, reason: 'first' });
  await act('freezeWallet', { userId, reason: 'second' }, operator('oskar'));
  await act('grantBonusCoins', { userId, reason: 'third', bonusCoins: '9' });
  const query = `query ($userId: ID!, $after: Cursor) { walletActions(userId: $userId, first: 2, after: $after) {
    nodes { kind reason bonusCoins refusal actor { id } } pageInfo { endCursor hasNextPage } } }`;
  interface Page {
    readonly walletActions: {
      readonly nodes: readonly unknown[];
      readonly pageInfo: { readonly endCursor: string; readonly hasNextPage: boolean };
    };
  }
  const page = (after: string | null) => askData<Page>(shop.trading, { as: operator(), query, variables: { userId, after } });
  const { walletActions: newest } = await page(null);
  const { walletActions: oldest } = await page(newest.pageInfo.endCursor);
  expect([...newest.nodes, ...oldest.nodes]).toEqual([
    { kind: 'GRANT_BONUS_COINS', reason: 'third', bonusCoins: '9', refusal: null, actor: { id: 'olga' } },
    { kind: 'FREEZE', reason: 'second', bonusCoins: null, refusal: 'WALLET_ALREADY_FROZEN', actor: { id: 'oskar' } },
    { kind: 'FREEZE', reason: 'first', bonusCoins: null, refusal: null, actor: { id: 'olga' } },
  ]);
  expect([newest.pageInfo.hasNextPage, oldest.pageInfo.hasNextPage]).toEqual([true, false]);
  const { errors } = await ask(shop.trading, { as: aUser(userId, 'wallet:read'), query, variables: { userId } });
  expect(errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
});
