import { randomInt, randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '#platform/ids.ts';
import { writeBook } from '../../subgraphs/trading/data/ledger.ts';
import { momentName, readBalancesAt, type WalletMoment } from '../../subgraphs/trading/data/walletHistory.ts';
import { lockWallets } from '../../subgraphs/trading/data/wallets.ts';
import { type Currency, openBook } from '../../subgraphs/trading/domain/ledger.ts';
import { ask, askData, aUser } from '../support/runtime.ts';
import { statementsOf } from '../support/statements.ts';
import { aTrading, type TradingFixture } from '../support/trading.ts';

let shop: TradingFixture;

beforeAll(async () => {
  shop = await aTrading();
});

afterEach(async () => {
  // These diamonds are posted without a gift.
  expect((await shop.faults()).filter((fault) => !fault.startsWith('a receiver has not earned'))).toEqual([]);
});

afterAll(() => shop.close());

const BEGIN_MS = Date.UTC(2026, 9, 1);
const at = (ms: number): Date => new Date(BEGIN_MS + ms);
const SOURCE: Readonly<Record<Currency, string>> = { COINS: 'top-up', BONUS_COINS: 'bonus-grants', DIAMONDS: 'issuance' };
const EMPTY = { coins: 0n, bonusCoins: 0n, diamonds: 0n };
const FIELD = { COINS: 'coins', BONUS_COINS: 'bonusCoins', DIAMONDS: 'diamonds' } as const;

/** Credits an owner at a moment, as a batch of its own. */
const credit = (ownerId: string, when: Date, currency: Currency, amount: bigint): Promise<void> =>
  shop.database.transaction('credit', async (tx) => {
    const book = openBook(await lockWallets(tx, [ownerId]), when);
    const { shard } = book.post({ ownerId, currency, amount, causeId: null });
    book.postSystem({ shard, accountId: SOURCE[currency], currency, amount: -amount });
    await writeBook(tx, book.close(), newId());
  });

describe('balanceAt', () => {
  test('agrees with a notebook at every millisecond, many wallets in one statement', async () => {
    const owners = Array.from({ length: 5 }, () => `user-${randomUUID()}`);
    const notebook = new Map(owners.map((owner) => [owner, [] as { ms: number; currency: Currency; amount: bigint }[]]));
    const currencies: readonly Currency[] = ['COINS', 'BONUS_COINS', 'DIAMONDS'];
    for (const [index, owner] of owners.entries()) {
      // The first owner has no entry at all, the second one; the others many, some at the same millisecond.
      let ms = 0;
      for (let count = 0; count < ([0, 1, 9, 17, 30][index] ?? 0); count += 1) {
        ms += randomInt(3);
        const line = { ms, currency: currencies[randomInt(3)] as Currency, amount: BigInt(randomInt(1, 50)) };
        await credit(owner, at(ms), line.currency, line.amount);
        notebook.get(owner)?.push(line);
      }
    }
    const moments: WalletMoment[] = owners.flatMap((ownerId) => Array.from({ length: 70 }, (_, ms) => ({ ownerId, at: at(ms - 2) })));
    const expected = moments.map(({ ownerId, at: moment }) => {
      const held = { ...EMPTY };
      for (const line of notebook.get(ownerId) ?? []) if (at(line.ms) <= moment) held[FIELD[line.currency]] += line.amount;
      return held;
    });
    const read: (typeof expected)[number][] = [];
    const statements = await statementsOf(/readBalancesAt/, async () => {
      const balances = await readBalancesAt(shop.database, moments);
      read.push(...moments.map((moment) => balances.get(momentName(moment)) ?? EMPTY));
    });
    expect(read).toEqual(expected);
    expect(statements).toHaveLength(1);
  });

  test('stays right where a clock was behind: an entry is dated no earlier than the one before it', async () => {
    const owner = `user-${randomUUID()}`;
    await credit(owner, at(100), 'COINS', 1n);
    await credit(owner, at(40), 'COINS', 2n);
    const moments = [99, 100].map((ms) => ({ ownerId: owner, at: at(ms) }));
    const balances = await readBalancesAt(shop.database, moments);
    expect(moments.map((moment) => balances.get(momentName(moment))?.coins ?? 0n)).toEqual([0n, 3n]);
  });

  test('is asked through the graph with one statement for several times, by the owner alone', async () => {
    const owner = `user-${randomUUID()}`;
    await credit(owner, at(10), 'COINS', 5n);
    await credit(owner, at(20), 'DIAMONDS', 7n);
    const asked = (ms: number): string => `balanceAt(at: "${at(ms).toISOString()}") { coins bonusCoins diamonds }`;
    const query = `query ($id: ID!) { _entities(representations: [{ __typename: "User", id: $id }]) { ... on User { wallet {
      first: ${asked(9)} second: ${asked(10)} third: ${asked(9_999_999)} } } } }`;
    const seen: unknown[] = [];
    const statements = await statementsOf(/readBalancesAt/, async () => {
      seen.push(await askData(shop.trading, { as: aUser(owner, 'wallet:read'), query, variables: { id: owner } }));
    });
    expect(seen).toEqual([
      {
        _entities: [
          {
            wallet: {
              first: { coins: '0', bonusCoins: '0', diamonds: '0' },
              second: { coins: '5', bonusCoins: '0', diamonds: '0' },
              third: { coins: '5', bonusCoins: '0', diamonds: '7' },
            },
          },
        ],
      },
    ]);
    expect(statements).toHaveLength(1);
    expect((await ask(shop.trading, { as: aUser('mallory', 'wallet:read'), query, variables: { id: owner } })).data).toEqual({
      _entities: [{ wallet: null }],
    });
  });
});

describe('a wallet’s statement', () => {
  interface Page {
    readonly _entities: readonly [
      {
        readonly wallet: {
          readonly entries: {
            readonly nodes: readonly { readonly seq: number; readonly amount: string }[];
            readonly pageInfo: { readonly endCursor: string; readonly hasNextPage: boolean };
          };
        };
      },
    ];
  }
  const QUERY = `query ($id: ID!, $first: Int!, $after: Cursor) { _entities(representations: [{ __typename: "User", id: $id }]) { ... on User { wallet {
    entries(first: $first, after: $after) { nodes { seq currency amount balanceAfter causeId giftOrder { id quantity } topUp { id } at } pageInfo { endCursor hasNextPage } } } } } }`;
  const page = async (owner: string, first: number, after: string | null) =>
    (await askData<Page>(shop.trading, { as: aUser(owner, 'wallet:read'), query: QUERY, variables: { id: owner, first, after } }))
      ._entities[0].wallet.entries;

  test('tells every change, the newest first, and its pages leave nothing out', async () => {
    const [owner, { streamId }] = [await shop.aWallet({ coins: 50n }), await shop.aStream()];
    const orders: string[] = [];
    for (const quantity of [1, 2, 3, 4]) orders.push((await shop.send(owner, { streamId, quantity })).order?.id ?? '');
    const whole = await page(owner, 100, null);
    expect(whole.nodes).toEqual([
      ...[4, 3, 2, 1].map((quantity) =>
        expect.objectContaining({
          seq: quantity + 1,
          currency: 'COINS',
          amount: `-${quantity}`,
          balanceAfter: `${50 - (quantity * (quantity + 1)) / 2}`,
          causeId: orders[quantity - 1],
          giftOrder: { id: orders[quantity - 1], quantity },
          topUp: null,
        }),
      ),
      expect.objectContaining({ seq: 1, currency: 'COINS', amount: '50', balanceAfter: '50', causeId: null, giftOrder: null, topUp: null }),
    ]);
    const paged: unknown[] = [];
    for (let after: string | null = null; ; ) {
      const { nodes, pageInfo } = await page(owner, 2, after);
      paged.push(...nodes);
      if (!pageInfo.hasNextPage) break;
      after = pageInfo.endCursor;
    }
    expect(paged).toEqual(whole.nodes);
  });

  test('refuses a cursor that is none and a page too large', async () => {
    const owner = await shop.aWallet({ coins: 1n });
    for (const variables of [
      { first: 1, after: 'bm9uZQ' },
      { first: 101, after: null },
    ]) {
      const { errors } = await ask(shop.trading, { as: aUser(owner, 'wallet:read'), query: QUERY, variables: { id: owner, ...variables } });
      expect(errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
    }
  });
});
