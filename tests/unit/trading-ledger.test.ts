import { describe, expect, test } from 'vitest';
import { diamondsFor, mirrorAccount, openBook, transitAccount, type WalletState } from '../../subgraphs/trading/domain/ledger.ts';
import { NO_RULES, NOTHING_SPENT } from '../../subgraphs/trading/domain/limits.ts';

const EARLIER = new Date('2026-11-01T00:00:00Z');
const NOW = new Date('2026-11-02T00:00:00Z');

const aWallet = (over: Partial<WalletState> = {}): WalletState => ({
  shard: 7,
  ownerId: 'alice',
  coins: 10n,
  bonusCoins: 0n,
  diamonds: 0n,
  version: 3n,
  settingsVersion: 0n,
  changedAt: EARLIER,
  frozen: false,
  backpackPieces: 0,
  spending: NOTHING_SPENT,
  rules: NO_RULES,
  ...over,
});
const openFor = (...wallets: readonly WalletState[]) => openBook(new Map(wallets.map((wallet) => [wallet.ownerId, wallet])), NOW);

describe('a book', () => {
  test('counts pieces into and out of a backpack beside the coins, takes them back to a mark, and never leaves fewer than none', () => {
    const book = openFor(aWallet({ settingsVersion: 4n, backpackPieces: 1 }));
    book.changePieces('alice', 5);
    const mark = book.mark();
    book.changePieces('alice', -6);
    book.post({ ownerId: 'alice', currency: 'COINS', amount: -4n, causeId: null });
    expect(book.walletOf('alice')).toMatchObject({ coins: 6n, backpackPieces: 0, settingsVersion: 6n, version: 4n });
    book.rollback(mark);
    expect(() => book.changePieces('alice', -7)).toThrow('fewer than none');
    expect(book.close()).toMatchObject({ wallets: [aWallet({ settingsVersion: 5n, backpackPieces: 6 })], entries: [] });
  });

  test('numbers a wallet’s entries on from its version and chains their balances', () => {
    const book = openFor(aWallet());
    book.post({ ownerId: 'alice', currency: 'COINS', amount: -4n, causeId: 'first' });
    book.post({ ownerId: 'alice', currency: 'COINS', amount: -6n, causeId: 'second' });
    book.postSystem({ shard: 7, accountId: 'transit:1>2', currency: 'COINS', amount: 10n });
    expect(book.close()).toEqual({
      at: NOW,
      wallets: [aWallet({ coins: 0n, version: 5n, changedAt: NOW })],
      entries: [
        {
          shard: 7,
          ownerId: 'alice',
          seq: 4n,
          currency: 'COINS',
          amount: -4n,
          balanceAfter: 6n,
          coinsAfter: 6n,
          bonusCoinsAfter: 0n,
          diamondsAfter: 0n,
          causeId: 'first',
          at: NOW,
        },
        {
          shard: 7,
          ownerId: 'alice',
          seq: 5n,
          currency: 'COINS',
          amount: -6n,
          balanceAfter: 0n,
          coinsAfter: 0n,
          bonusCoinsAfter: 0n,
          diamondsAfter: 0n,
          causeId: 'second',
          at: NOW,
        },
      ],
      systemPostings: [{ shard: 7, accountId: 'transit:1>2', currency: 'COINS', amount: 10n }],
    });
  });

  test('keeps coins, bonus coins and diamonds apart', () => {
    const book = openFor(aWallet());
    book.post({ ownerId: 'alice', currency: 'DIAMONDS', amount: 5n, causeId: null });
    expect(book.post({ ownerId: 'alice', currency: 'BONUS_COINS', amount: 7n, causeId: null })).toEqual(
      aWallet({ bonusCoins: 7n, diamonds: 5n, version: 5n, changedAt: NOW }),
    );
    expect(() => book.post({ ownerId: 'alice', currency: 'BONUS_COINS', amount: -8n, causeId: null })).toThrow(/overdraw/);
  });

  test('dates no entry before the one before it, when a clock is behind', () => {
    const later = new Date(NOW.getTime() + 5);
    const book = openFor(aWallet({ changedAt: later }));
    expect(book.post({ ownerId: 'alice', currency: 'COINS', amount: 1n, causeId: null }).changedAt).toEqual(later);
    book.postSystem({ shard: 7, accountId: 'top-up', currency: 'COINS', amount: -1n });
    expect(book.close()).toMatchObject({ at: NOW, entries: [{ at: later }] });
  });

  test('rolled back to a mark stands as it stood there', () => {
    const book = openFor(aWallet(), aWallet({ ownerId: 'bob', coins: 0n }));
    book.post({ ownerId: 'alice', currency: 'COINS', amount: -1n, causeId: 'kept' });
    book.postSystem({ shard: 7, accountId: 'transit:1>2', currency: 'COINS', amount: 1n });
    const [mark, kept] = [book.mark(), book.close()];
    book.post({ ownerId: 'alice', currency: 'COINS', amount: -2n, causeId: null });
    book.post({ ownerId: 'bob', currency: 'BONUS_COINS', amount: 3n, causeId: null });
    book.postSystem({ shard: 7, accountId: 'transit:1>2', currency: 'COINS', amount: 2n });
    book.postSystem({ shard: 7, accountId: 'bonus-grants', currency: 'BONUS_COINS', amount: -3n });
    const inner = book.mark();
    book.rollback(mark);
    expect([book.close(), book.walletOf('alice').coins, book.walletOf('bob').version]).toEqual([kept, 9n, 3n]);
    expect(() => book.rollback(inner)).toThrow(/void/);
    book.post({ ownerId: 'alice', currency: 'COINS', amount: -9n, causeId: 'after' });
    book.postSystem({ shard: 7, accountId: 'transit:1>2', currency: 'COINS', amount: 9n });
    expect(book.close().entries.map(({ seq, causeId }) => [seq, causeId])).toEqual([
      [4n, 'kept'],
      [5n, 'after'],
    ]);
  });

  test('writes nothing for legs that cancel each other on one of the platform’s accounts', () => {
    const book = openFor();
    for (const amount of [2n, -2n]) book.postSystem({ shard: 7, accountId: 'holds', currency: 'COINS', amount });
    expect(book.close().systemPostings).toEqual([]);
  });

  test('refuses a second currency in one of the platform’s accounts', () => {
    const book = openFor();
    book.postSystem({ shard: 7, accountId: 'revenue', currency: 'COINS', amount: 2n });
    expect(() => book.postSystem({ shard: 7, accountId: 'revenue', currency: 'BONUS_COINS', amount: 2n })).toThrow(/holds COINS/);
  });

  test('sums up what happens to one of the platform’s accounts', () => {
    const book = openFor(aWallet());
    book.post({ ownerId: 'alice', currency: 'COINS', amount: -5n, causeId: null });
    for (const amount of [2n, 3n]) book.postSystem({ shard: 7, accountId: 'transit:1>2', currency: 'COINS', amount });
    expect(book.close().systemPostings).toEqual([{ shard: 7, accountId: 'transit:1>2', currency: 'COINS', amount: 5n }]);
  });

  test('refuses to overdraw a wallet', () => {
    const book = openFor(aWallet({ coins: 3n }));
    expect(() => book.post({ ownerId: 'alice', currency: 'COINS', amount: -4n, causeId: null })).toThrow(/overdraw/);
    expect(() => book.post({ ownerId: 'alice', currency: 'DIAMONDS', amount: -1n, causeId: null })).toThrow(/overdraw/);
    expect(book.walletOf('alice').coins).toBe(3n);
  });

  test('refuses wallets that are not locked', () => {
    expect(() => openFor(aWallet()).post({ ownerId: 'mallory', currency: 'COINS', amount: 1n, causeId: null })).toThrow(/not locked/);
  });

  test('does not close while a shard or a currency is out of balance', () => {
    const oneSided = openFor(aWallet());
    oneSided.post({ ownerId: 'alice', currency: 'COINS', amount: -5n, causeId: null });
    expect(() => oneSided.close()).toThrow(/7 COINS sum to -5/);

    const acrossShards = openFor(aWallet());
    acrossShards.post({ ownerId: 'alice', currency: 'COINS', amount: -5n, causeId: null });
    acrossShards.postSystem({ shard: 8, accountId: 'transit:1>2', currency: 'COINS', amount: 5n });
    expect(() => acrossShards.close()).toThrow(/sum to/);

    const acrossCurrencies = openFor(aWallet());
    acrossCurrencies.post({ ownerId: 'alice', currency: 'COINS', amount: -5n, causeId: null });
    acrossCurrencies.postSystem({ shard: 7, accountId: 'issuance', currency: 'DIAMONDS', amount: 5n });
    expect(() => acrossCurrencies.close()).toThrow(/sum to/);
  });
});

test('coins between two shards have one account on each side, and the way back has others', () => {
  expect([transitAccount(1, 2, 'COINS'), mirrorAccount(1, 2, 'COINS'), transitAccount(2, 1, 'COINS')]).toEqual([
    'transit:1>2',
    'mirror:1>2',
    'transit:2>1',
  ]);
  expect([transitAccount(1, 2, 'BONUS_COINS'), mirrorAccount(1, 2, 'BONUS_COINS')]).toEqual(['bonus-transit:1>2', 'bonus-mirror:1>2']);
});

test('a receiver earns one diamond per coin', () => {
  expect(diamondsFor(520n)).toBe(520n);
});
