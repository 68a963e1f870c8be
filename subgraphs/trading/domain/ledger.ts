// Double entry. Every posting is a set of legs that sum to zero per shard and currency, and so does every batch, every shard and the whole. A is the shard of
// who pays, B of who receives (they may be the same); n coins, m bonus coins, d diamonds.
//
//   posting              shard  currency      legs
//   top-up               A      COINS         top-up −n            wallet +n
//   top-up refund        A      COINS         wallet −n            top-up +n
//   bonus grant, extra   A      BONUS_COINS   bonus-grants −m      wallet +m
//   grant taken back     A      BONUS_COINS   wallet −m            bonus-grants +m
//   gift                 A      COINS         wallet −n            transit A→B +n
//                        A      BONUS_COINS   wallet −m            bonus-transit A→B +m
//   gift held            A      COINS         wallet −n            holds +n
//                        A      BONUS_COINS   wallet −m            bonus-holds +m
//   hold posted          A      COINS         holds −n             transit A→B +n
//                        A      BONUS_COINS   bonus-holds −m       bonus-transit A→B +m
//   hold voided, expired A      COINS         holds −n             wallet +n
//                        A      BONUS_COINS   bonus-holds −m       wallet +m
//   credit               B      COINS         mirror A→B −n        revenue +n
//                        B      BONUS_COINS   bonus-mirror A→B −m  bonus-revenue +m
//                        B      DIAMONDS      issuance −d          wallet +d
//   refund               B      COINS         revenue −n           transit B→A +n
//                        B      BONUS_COINS   bonus-revenue −m     bonus-transit B→A +m
//                        B      DIAMONDS      wallet −(d − l), refund-loss −l    issuance +d    (l: what the receiver no longer has)
//   refund arrives       A      COINS         mirror B→A −n        wallet +n
//                        A      BONUS_COINS   bonus-mirror B→A −m  wallet +m
//
// Coins and bonus coins never leave their shard by themselves: what shard A sends to shard B waits in `transit A→B` of shard A, and shard B's mirror of that
// account says how much of it has arrived. Both only grow (in their own direction) and are never cleared; what is under way from A to B is the sum of the two.
// What has arrived is the platform's revenue; the receiver earns diamonds instead, issued at an explicit rate, and for bought coins only: free money never becomes
// earnings. The currencies stay zero-sum each for itself. A gift inside one shard goes the same way. Nothing is ever edited: what is taken back is posted back.

import type { SenderRules, Spending } from './limits.ts';

/** COINS: bought. BONUS_COINS: granted, or a top-up's extra. DIAMONDS: earned. */
export type Currency = 'COINS' | 'BONUS_COINS' | 'DIAMONDS';
/** What gifts are paid with. */
export type SpendableCurrency = Exclude<Currency, 'DIAMONDS'>;

export const CURRENCIES: readonly Currency[] = ['COINS', 'BONUS_COINS', 'DIAMONDS'];

/** What a receiver earns for one coin of gifts. Orders and events carry the result, so a change touches new gifts only. */
export const DIAMONDS_PER_COIN = 1n;

/** Diamonds for an amount of coins. */
export const diamondsFor = (coins: bigint): bigint => coins * DIAMONDS_PER_COIN;

/** Where bought coins come from. Never positive. */
export const TOP_UP_ACCOUNT = 'top-up';
/** Where bonus coins come from. Never positive. */
export const BONUS_GRANTS_ACCOUNT = 'bonus-grants';
/** Where diamonds come from. Never positive. */
export const ISSUANCE_ACCOUNT = 'issuance';
/** Diamonds of refunded gifts that their receiver no longer had: the platform's loss. Never positive. */
export const REFUND_LOSS_ACCOUNT = 'refund-loss';

/** Where the coins of arrived gifts end. Never negative. */
export const revenueAccount = (currency: SpendableCurrency): string => `${PREFIX[currency]}revenue`;
/** Coins of gifts that can still be cancelled. Never negative. */
export const holdsAccount = (currency: SpendableCurrency): string => `${PREFIX[currency]}holds`;
/** On the sending shard: coins that left for another (or the same) shard. Shard indexes. Never negative. */
export const transitAccount = (from: number, to: number, currency: SpendableCurrency): string => `${PREFIX[currency]}transit:${from}>${to}`;
/** On the receiving shard: how much of `transit` has arrived. Shard indexes. Never positive. */
export const mirrorAccount = (from: number, to: number, currency: SpendableCurrency): string => `${PREFIX[currency]}mirror:${from}>${to}`;

// An account holds one currency, so those that two currencies have are two accounts.
const PREFIX: Readonly<Record<SpendableCurrency, string>> = { COINS: '', BONUS_COINS: 'bonus-' };

/** A wallet as it stands. `shard`: value of the shard column. */
export interface WalletState {
  readonly shard: number;
  readonly ownerId: string;
  readonly coins: bigint;
  readonly bonusCoins: bigint;
  readonly diamonds: bigint;
  /** Entries of this wallet so far: the seq of its last one. */
  readonly version: bigint;
  /** Changes so far that are no entries: frozen or not, and other settings of the row. */
  readonly settingsVersion: bigint;
  /** `at` of its last entry: no later one is dated before it. */
  readonly changedAt: Date;
  /** It can receive and not spend. */
  readonly frozen: boolean;
  /** Pieces left in the owner's backpack, also those whose time is past and that nobody has swept yet. 0: no need to look for lots. */
  readonly backpackPieces: number;
  /** What its owner has spent, as far as limits need to know. */
  readonly spending: Spending;
  /** What an operator, and the owner, said about sending. */
  readonly rules: SenderRules;
}

/** What a wallet has besides its balances. */
export type WalletSettings = Pick<WalletState, 'frozen' | 'rules'>;

/** Counts all changes of a wallet, whatever has changed: of two copies the one with the higher number is newer. */
export const walletVersion = (wallet: Pick<WalletState, 'version' | 'settingsVersion'>): bigint => wallet.version + wallet.settingsVersion;

/** What the wallet holds in one currency. */
const balanceOf = (wallet: Pick<WalletState, 'coins' | 'bonusCoins' | 'diamonds'>, currency: Currency): bigint => wallet[BALANCE[currency]];

const BALANCE = { COINS: 'coins', BONUS_COINS: 'bonusCoins', DIAMONDS: 'diamonds' } as const satisfies Record<Currency, keyof WalletState>;

/** One leg on a wallet. `seq` is the wallet's version with it; `causeId` the order, top-up or grant it is for, null where it sums up a batch. */
export interface WalletEntry {
  readonly shard: number;
  readonly ownerId: string;
  readonly seq: bigint;
  readonly currency: Currency;
  readonly amount: bigint;
  readonly balanceAfter: bigint;
  /** All that the wallet holds with it, so that one entry tells what somebody owned at a time. */
  readonly coinsAfter: bigint;
  readonly bonusCoinsAfter: bigint;
  readonly diamondsAfter: bigint;
  readonly causeId: string | null;
  /** The batch's time, or that of the wallet's entry before where a clock went back: `at` never runs backwards in one account. */
  readonly at: Date;
}

/** What a batch does to one of the platform's accounts, summed up. Its balance is known to the database only. */
export interface SystemPosting {
  readonly shard: number;
  readonly accountId: string;
  readonly currency: Currency;
  readonly amount: bigint;
}

export interface WalletPosting {
  readonly ownerId: string;
  readonly currency: Currency;
  /** Signed: what the wallet gains. Not zero. */
  readonly amount: bigint;
  readonly causeId: string | null;
}

/** A point in a book to go back to. */
export type BookMark = number & { readonly bookMark: unique symbol };

/** The postings of one batch over wallets that it has locked. */
export interface Book {
  /** The wallet as it stands after the postings so far. Throws when it was not locked. */
  walletOf(ownerId: string): WalletState;
  /** Posts one leg to a wallet and answers with the wallet after it. Throws when that would overdraw it: decide first. */
  post(posting: WalletPosting): WalletState;
  /** Changes what is not a balance and answers with the wallet after it. Whatever else belongs to the change is for the caller to write. */
  changeSettings(ownerId: string, settings: Partial<WalletSettings>): WalletState;
  /** Counts pieces into (positive) or out of the owner's backpack and answers with the wallet after it. The lots are for the caller to write. */
  changePieces(ownerId: string, by: number): WalletState;
  /** Notes what the owner has spent, for limits, and answers with the wallet after it. */
  setSpending(ownerId: string, spending: Spending): WalletState;
  /** Adds to the platform's side. Many calls for one account become one entry. */
  postSystem(posting: SystemPosting): void;
  /** Where the book stands. `rollback` to it undoes what is posted from here on: several legs all or nothing. */
  mark(): BookMark;
  /** Takes back whatever was posted since the mark. Marks taken after it are void. Throws for a mark of a later state or another book. */
  rollback(mark: BookMark): void;
  /** What is to be written. Throws when a shard and currency does not sum to zero. */
  close(): BookChanges;
}

export interface BookChanges {
  /** The batch's time. */
  readonly at: Date;
  readonly wallets: readonly WalletState[];
  readonly entries: readonly WalletEntry[];
  readonly systemPostings: readonly SystemPosting[];
}

/** Opens the book of one batch over the wallets it holds locked. `at`: the batch's time. */
export const openBook = (locked: ReadonlyMap<string, WalletState>, at: Date): Book => {
  const changed = new Map<string, WalletState>();
  const entries: WalletEntry[] = [];
  const system = new Map<string, SystemPosting>();
  const undo: (() => void)[] = [];
  const walletOf = (ownerId: string): WalletState => {
    const wallet = changed.get(ownerId) ?? locked.get(ownerId);
    if (wallet === undefined) throw new Error(`the wallet of ${ownerId} is not locked by this batch`);
    return wallet;
  };
  const change = (wallet: WalletState): WalletState => {
    const { ownerId } = wallet;
    const before = changed.get(ownerId);
    const after = { ...wallet, settingsVersion: wallet.settingsVersion + 1n };
    changed.set(ownerId, after);
    undo.push(() => putBack(changed, ownerId, before));
    return after;
  };
  return {
    walletOf,
    post: (posting) => {
      const before = changed.get(posting.ownerId);
      const after = walletAfter(walletOf(posting.ownerId), posting, at);
      changed.set(posting.ownerId, after);
      entries.push(entryOf(posting, after));
      undo.push(() => {
        entries.pop();
        putBack(changed, posting.ownerId, before);
      });
      return after;
    },
    changeSettings: (ownerId, settings) => change({ ...walletOf(ownerId), ...settings }),
    changePieces: (ownerId, by) => {
      const wallet = walletOf(ownerId);
      const backpackPieces = wallet.backpackPieces + by;
      if (backpackPieces < 0) throw new RangeError(`taking ${-by} pieces would leave fewer than none in the backpack of ${ownerId}`);
      return change({ ...wallet, backpackPieces });
    },
    setSpending: (ownerId, spending) => {
      const before = changed.get(ownerId);
      const after = { ...walletOf(ownerId), spending };
      changed.set(ownerId, after);
      undo.push(() => putBack(changed, ownerId, before));
      return after;
    },
    postSystem: (posting) => {
      const name = `${posting.shard} ${posting.accountId}`;
      const before = system.get(name);
      if (before !== undefined && before.currency !== posting.currency)
        throw new Error(`account ${posting.accountId} holds ${before.currency}, not ${posting.currency}`);
      system.set(name, { ...posting, amount: (before?.amount ?? 0n) + posting.amount });
      undo.push(() => putBack(system, name, before));
    },
    mark: () => undo.length as BookMark,
    rollback: (mark) => {
      if (mark > undo.length) throw new RangeError('this mark is void: the book was rolled back to before it');
      for (const back of undo.splice(mark).reverse()) back();
    },
    close: () => {
      // Legs that cancel each other on one of the platform's accounts leave nothing to write there.
      const systemPostings = [...system.values()].filter((posting) => posting.amount !== 0n);
      requireZeroSum([...entries, ...systemPostings]);
      return { at, wallets: [...changed.values()], entries, systemPostings };
    },
  };
};

const entryOf = (posting: WalletPosting, after: WalletState): WalletEntry => ({
  ...posting,
  shard: after.shard,
  seq: after.version,
  balanceAfter: balanceOf(after, posting.currency),
  coinsAfter: after.coins,
  bonusCoinsAfter: after.bonusCoins,
  diamondsAfter: after.diamonds,
  at: after.changedAt,
});

const putBack = <Value>(map: Map<string, Value>, key: string, before: Value | undefined): void => {
  if (before === undefined) map.delete(key);
  else map.set(key, before);
};

const walletAfter = (wallet: WalletState, { ownerId, currency, amount }: WalletPosting, at: Date): WalletState => {
  const balance = balanceOf(wallet, currency) + amount;
  if (balance < 0n) throw new RangeError(`posting ${amount} ${currency} would overdraw the wallet of ${ownerId}`);
  return {
    ...wallet,
    [BALANCE[currency]]: balance,
    version: wallet.version + 1n,
    changedAt: at < wallet.changedAt ? wallet.changedAt : at,
  };
};

/** Throws when the legs of a batch do not sum to zero per shard and currency: then nothing must be written. */
const requireZeroSum = (legs: readonly { readonly shard: number; readonly currency: Currency; readonly amount: bigint }[]): void => {
  const sums = new Map<string, bigint>();
  for (const { shard, currency, amount } of legs) {
    const name = `${shard} ${currency}`;
    sums.set(name, (sums.get(name) ?? 0n) + amount);
  }
  for (const [name, sum] of sums) {
    if (sum !== 0n) throw new Error(`the postings of shard and currency ${name} sum to ${sum} instead of 0: nothing is written`);
  }
};
