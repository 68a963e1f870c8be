// Double entry. Every posting is a set of legs that sum to zero per shard and currency, and so does every batch, every shard and the whole.
//
//   top-up         owner's shard      top-up −n         wallet +n                                   (coins)
//   gift           sender's shard A   wallet −n         transit A→B +n                              (coins)
//   credit         receiver's shard B mirror A→B −n     revenue +n                                  (coins)
//                                     issuance −d       wallet +d,  d = n × DIAMONDS_PER_COIN       (diamonds)
//
// Coins never leave their shard by themselves: what shard A sends to shard B waits in `transit A→B` of shard A, and shard B's mirror of that account says
// how much of it has arrived. Both only grow (in their own direction) and are never cleared; coins under way from A to B are the sum of the two. Arrived
// coins are the platform's revenue; the receiver earns diamonds instead, issued at an explicit rate. The currencies stay zero-sum each for itself.
// A gift inside one shard goes the same way.

export type Currency = 'COINS' | 'DIAMONDS';

/** What a receiver earns for one coin of gifts. Orders and events carry the result, so a change touches new gifts only. */
export const DIAMONDS_PER_COIN = 1n;

/** Diamonds for an amount of coins. */
export const diamondsFor = (coins: bigint): bigint => coins * DIAMONDS_PER_COIN;

/** Where bought coins come from. */
export const TOP_UP_ACCOUNT = 'top-up';
/** Where the coins of arrived gifts end. */
export const REVENUE_ACCOUNT = 'revenue';
/** Where diamonds come from. */
export const ISSUANCE_ACCOUNT = 'issuance';

/** On the sending shard: coins that left for another (or the same) shard. Shard indexes. */
export const transitAccount = (from: number, to: number): string => `transit:${from}>${to}`;
/** On the receiving shard: how much of `transit` has arrived, negative. Shard indexes. */
export const mirrorAccount = (from: number, to: number): string => `mirror:${from}>${to}`;

/** A wallet as it stands. `shard`: value of the shard column. */
export interface WalletState {
  readonly shard: number;
  readonly ownerId: string;
  readonly coins: bigint;
  readonly diamonds: bigint;
  readonly version: bigint;
}

/** One leg on a wallet. `seq` is the wallet's version with it; `causeId` the order or top-up it is for, null where it sums up a batch. */
export interface WalletEntry {
  readonly shard: number;
  readonly ownerId: string;
  readonly seq: bigint;
  readonly currency: Currency;
  readonly amount: bigint;
  readonly balanceAfter: bigint;
  readonly causeId: string | null;
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

/** The postings of one batch over wallets that it has locked. */
export interface Book {
  /** The wallet as it stands after the postings so far. Throws when it was not locked. */
  walletOf(ownerId: string): WalletState;
  /** Posts one leg to a wallet and answers with the wallet after it. Throws when that would overdraw it: decide first. */
  post(posting: WalletPosting): WalletState;
  /** Adds to the platform's side. Many calls for one account become one entry. */
  postSystem(posting: SystemPosting): void;
  /** What is to be written. Throws when a shard and currency does not sum to zero. */
  close(): BookChanges;
}

export interface BookChanges {
  readonly wallets: readonly WalletState[];
  readonly entries: readonly WalletEntry[];
  readonly systemPostings: readonly SystemPosting[];
}

/** Opens the book of one batch over the wallets it holds locked. */
export const openBook = (locked: ReadonlyMap<string, WalletState>): Book => {
  const changed = new Map<string, WalletState>();
  const entries: WalletEntry[] = [];
  const system = new Map<string, SystemPosting>();
  const walletOf = (ownerId: string): WalletState => {
    const wallet = changed.get(ownerId) ?? locked.get(ownerId);
    if (wallet === undefined) throw new Error(`the wallet of ${ownerId} is not locked by this batch`);
    return wallet;
  };
  return {
    walletOf,
    post: (posting) => {
      const after = walletAfter(walletOf(posting.ownerId), posting);
      changed.set(posting.ownerId, after);
      const balanceAfter = posting.currency === 'COINS' ? after.coins : after.diamonds;
      entries.push({ ...posting, shard: after.shard, seq: after.version, balanceAfter });
      return after;
    },
    postSystem: (posting) => {
      const name = `${posting.shard} ${posting.accountId}`;
      const amount = (system.get(name)?.amount ?? 0n) + posting.amount;
      system.set(name, { ...posting, amount });
    },
    close: () => {
      const changes = { wallets: [...changed.values()], entries, systemPostings: [...system.values()] };
      requireZeroSum([...changes.entries, ...changes.systemPostings]);
      return changes;
    },
  };
};

const walletAfter = (wallet: WalletState, { ownerId, currency, amount }: WalletPosting): WalletState => {
  const coins = currency === 'COINS' ? wallet.coins + amount : wallet.coins;
  const diamonds = currency === 'DIAMONDS' ? wallet.diamonds + amount : wallet.diamonds;
  if (coins < 0n || diamonds < 0n) throw new RangeError(`posting ${amount} ${currency} would overdraw the wallet of ${ownerId}`);
  return { shard: wallet.shard, ownerId, coins, diamonds, version: wallet.version + 1n };
};

/** Throws when the legs of a batch do not sum to zero per shard and currency: then nothing must be written. */
export const requireZeroSum = (legs: readonly { readonly shard: number; readonly currency: Currency; readonly amount: bigint }[]): void => {
  const sums = new Map<string, bigint>();
  for (const { shard, currency, amount } of legs) {
    const name = `${shard} ${currency}`;
    sums.set(name, (sums.get(name) ?? 0n) + amount);
  }
  for (const [name, sum] of sums) {
    if (sum !== 0n) throw new Error(`the postings of shard and currency ${name} sum to ${sum} instead of 0: nothing is written`);
  }
};
