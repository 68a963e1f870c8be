import { CURRENCIES, type Currency } from './ledger.ts';

// The proof that nothing was made or lost: in every shard and currency what the wallets hold and what the platform's own accounts hold sum to zero, and nothing has
// arrived in a shard that was not sent to it. What it is made from is read elsewhere; here it is only added up and judged.

/** What one group of accounts of a shard adds up to. `group`: `wallets`, or the kind of the platform's accounts. `shard`: value of the shard column. */
export interface GroupSum {
  readonly shard: number;
  readonly group: string;
  readonly currency: Currency;
  readonly amount: bigint;
}

/** Where a shard's chain of seals stood. */
export interface ChainPosition {
  readonly shard: number;
  readonly seal: bigint;
  readonly hash: Uint8Array;
  readonly sealedAt: Date;
}

/** The books of one of trading's databases at one moment. */
export interface PartitionBooks {
  readonly partition: number;
  readonly chains: readonly ChainPosition[];
  /** PostgreSQL's snapshot that everything was recomputed in; null: these are the running sums as of the last seals. */
  readonly snapshot: string | null;
  readonly sums: readonly GroupSum[];
  /** What recomputation found. */
  readonly faults: readonly string[];
}

/** What is under way from one shard to another, as its two sides tell: what was sent (positive) and what has arrived (negative). */
export interface Way {
  /** As in the accounts' names: `1>2` of shard indexes. */
  readonly pair: string;
  readonly currency: Currency;
  readonly balance: bigint;
}

export interface ShardProof {
  readonly shard: number;
  readonly currency: Currency;
  readonly wallets: bigint;
  readonly platform: bigint;
  readonly sum: bigint;
  readonly groups: readonly GroupSum[];
}

export interface CurrencyProof {
  readonly currency: Currency;
  readonly wallets: bigint;
  readonly platform: bigint;
  readonly sum: bigint;
  /** Sent and not arrived yet, over all shards. */
  readonly underWay: bigint;
}

export interface LedgerProof {
  readonly recomputed: boolean;
  readonly currencies: readonly CurrencyProof[];
  readonly shards: readonly ShardProof[];
  readonly partitions: readonly PartitionBooks[];
  readonly faults: readonly string[];
}

/** Faults that are told; a broken ledger has thousands. */
export const PROOF_FAULTS_MAX = 50;

/** Wallets' group among the sums. */
const WALLETS = 'wallets';
const UNDER_WAY: ReadonlySet<string> = new Set(['transit', 'mirror', 'bonus-transit', 'bonus-mirror']);

/** Adds up and judges. `arrived` was read before `sent`: what has arrived was sent before, so a pair of shards whose sides do not fit that way has made coins. */
export const proveLedger = (
  partitions: readonly PartitionBooks[],
  { arrived, sent }: { readonly arrived: readonly Way[]; readonly sent: readonly Way[] },
): LedgerProof => {
  const sums = partitions.flatMap((books) => books.sums);
  const shards = proveShards(sums);
  const currencies = CURRENCIES.map((currency) => proveCurrency(currency, shards));
  const unbalanced = shards.filter(({ sum }) => sum !== 0n);
  const faults = [
    ...unbalanced.map(({ shard, currency, sum }) => `shard ${shard}: its ${currency} sum to ${sum} instead of 0`),
    ...impossibleWays(arrived, sent),
    ...partitions.flatMap((books) => books.faults),
  ].slice(0, PROOF_FAULTS_MAX);
  return { recomputed: partitions.every(({ snapshot }) => snapshot !== null), currencies, shards, partitions, faults };
};

/** What running sums and recomputed ones disagree about, as sentences. */
export const sumFaults = (running: readonly GroupSum[], recomputed: readonly GroupSum[]): readonly string[] => {
  const nameOf = ({ shard, group, currency }: GroupSum): string => `shard ${shard}, ${group}, ${currency}`;
  const kept = new Map(running.map((sum) => [nameOf(sum), sum.amount]));
  const made = new Map(recomputed.map((sum) => [nameOf(sum), sum.amount]));
  return [...new Set([...kept.keys(), ...made.keys()])]
    .filter((name) => (kept.get(name) ?? 0n) !== (made.get(name) ?? 0n))
    .map((name) => `${name}: the running sum is ${kept.get(name) ?? 0n}, its sealed entries sum to ${made.get(name) ?? 0n}`);
};

const proveShards = (sums: readonly GroupSum[]): readonly ShardProof[] => {
  const byShard = Map.groupBy(sums, ({ shard, currency }) => `${shard} ${currency}`);
  return [...byShard.values()].flatMap((groups) => {
    const [first] = groups;
    if (first === undefined) return [];
    const wallets = total(groups.filter(({ group }) => group === WALLETS));
    const platform = total(groups.filter(({ group }) => group !== WALLETS));
    return [{ shard: first.shard, currency: first.currency, wallets, platform, sum: wallets + platform, groups }];
  });
};

const proveCurrency = (currency: Currency, shards: readonly ShardProof[]): CurrencyProof => {
  const own = shards.filter((shard) => shard.currency === currency);
  const groups = own.flatMap((shard) => shard.groups);
  const wallets = total(groups.filter(({ group }) => group === WALLETS));
  const platform = total(groups.filter(({ group }) => group !== WALLETS));
  const underWay = total(groups.filter(({ group }) => UNDER_WAY.has(group)));
  return { currency, wallets, platform, sum: wallets + platform, underWay };
};

const impossibleWays = (arrived: readonly Way[], sent: readonly Way[]): readonly string[] => {
  const left = new Map<string, bigint>();
  for (const { pair, currency, balance } of [...sent, ...arrived]) {
    const name = `(${pair}) ${currency}`;
    left.set(name, (left.get(name) ?? 0n) + balance);
  }
  return [...left].flatMap(([name, underWay]) =>
    underWay < 0n ? [`from shard to shard ${name}: ${-underWay} more have arrived than were ever sent`] : [],
  );
};

const total = (sums: readonly { readonly amount: bigint }[]): bigint => sums.reduce((sum, { amount }) => sum + amount, 0n);
