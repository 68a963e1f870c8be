import { createHash } from 'node:crypto';
import type { Currency } from './ledger.ts';

// The books' evidence against tampering. Each batch that is committed is sealed per shard, in a chain: a seal's hash covers the hash of the seal before it and the
// digest of the batch's entries in that shard. Whoever changes, adds or removes an entry, a batch or a seal has to make every later seal anew, and then the last
// one is no longer what was written down elsewhere.

/** One entry as the digest of its batch covers it: everything that it says. */
export interface SealedEntry {
  readonly shard: number;
  readonly batchId: string;
  readonly accountKind: 'WALLET' | 'SYSTEM';
  readonly accountId: string;
  readonly seq: bigint;
  readonly currency: Currency;
  readonly amount: bigint;
  readonly balanceAfter: bigint;
  /** What the wallet holds with it; null for the platform's own accounts. */
  readonly coinsAfter: bigint | null;
  readonly bonusCoinsAfter: bigint | null;
  readonly diamondsAfter: bigint | null;
  readonly causeId: string | null;
  readonly at: Date;
}

/** One link of a shard's chain. */
export interface Seal {
  readonly shard: number;
  /** Contiguous from 1 per shard. */
  readonly seq: bigint;
  readonly batchId: string;
  /** How many entries of the batch are in this shard. */
  readonly entries: number;
  /** SHA-256 over them. */
  readonly digest: Uint8Array;
  /** SHA-256 over the hash before, all of the above, and thereby over everything before. */
  readonly hash: Uint8Array;
}

/** What stands before the first seal of every chain. */
export const CHAIN_BEGIN: Uint8Array = new Uint8Array(32);

/** The digest of one batch's entries in one shard. They come in order: wallets before the platform's accounts, by id in byte order, by seq. The sealer makes the same
 * text in SQL (sealRows.ts): a change of this form needs a new chain. */
export const digestOf = (entries: readonly SealedEntry[]): Uint8Array => {
  const hash = createHash('sha256');
  for (const entry of entries) hash.update(canonical(entry));
  return hash.digest();
};

/** The next link of a chain. */
export const sealAfter = (before: Uint8Array, { shard, seq, batchId, entries, digest }: Omit<Seal, 'hash'>): Seal => {
  const hash = createHash('sha256').update(before).update(`${shard}|${seq}|${batchId}|${entries}|`).update(digest).digest();
  return { shard, seq, batchId, entries, digest, hash };
};

// The id's length stands before it, so that no id can pass for the fields behind it.
const canonical = (entry: SealedEntry): string =>
  `${[
    entry.accountKind,
    `${Buffer.byteLength(entry.accountId)}:${entry.accountId}`,
    entry.seq,
    entry.currency,
    entry.amount,
    entry.balanceAfter,
    entry.coinsAfter ?? '',
    entry.bonusCoinsAfter ?? '',
    entry.diamondsAfter ?? '',
    entry.causeId ?? '',
    entry.at.getTime(),
  ].join('|')}\n`;
