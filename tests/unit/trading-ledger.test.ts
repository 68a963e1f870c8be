import { describe, expect, test } from 'vitest';
import { diamondsFor, mirrorAccount, openBook, transitAccount, type WalletState } from '../../subgraphs/trading/domain/ledger.ts';

const aWallet = (over: Partial<WalletState> = {}): WalletState => ({
  shard: 7,
  ownerId: 'alice',
  coins: 10n,
  diamonds: 0n,
  version: 3n,
  ...over,
});
const openFor = (...wallets: readonly WalletState[]) => openBook(new Map(wallets.map((wallet) => [wallet.ownerId, wallet])));

describe('a book', () => {
  test('numbers a wallet’s entries on from its version and chains their balances', () => {
    const book = openFor(aWallet());
    book.post({ ownerId: 'alice', currency: 'COINS', amount: -4n, causeId: 'first' });
    book.post({ ownerId: 'alice', currency: 'COINS', amount: -6n, causeId: 'second' });
    book.postSystem({ shard: 7, accountId: 'transit:1>2', currency: 'COINS', amount: 10n });
    expect(book.close()).toEqual({
      wallets: [aWallet({ coins: 0n, version: 5n })],
      entries: [
        { shard: 7, ownerId: 'alice', seq: 4n, currency: 'COINS', amount: -4n, balanceAfter: 6n, causeId: 'first' },
        { shard: 7, ownerId: 'alice', seq: 5n, currency: 'COINS', amount: -6n, balanceAfter: 0n, causeId: 'second' },
      ],
      systemPostings: [{ shard: 7, accountId: 'transit:1>2', currency: 'COINS', amount: 10n }],
    });
  });

  test('keeps coins and diamonds apart', () => {
    const book = openFor(aWallet());
    expect(book.post({ ownerId: 'alice', currency: 'DIAMONDS', amount: 5n, causeId: null })).toEqual(
      aWallet({ diamonds: 5n, version: 4n }),
    );
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
  expect([transitAccount(1, 2), mirrorAccount(1, 2), transitAccount(2, 1)]).toEqual(['transit:1>2', 'mirror:1>2', 'transit:2>1']);
});

test('a receiver earns one diamond per coin', () => {
  expect(diamondsFor(520n)).toBe(520n);
});
