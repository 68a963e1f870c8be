import { createHash } from 'node:crypto';
import type { Currency } from './ledger.ts';

// The books' evidence against tampering. Each batch that is committed is sealed per shard, in a chain: a seal's hash covers the hash of the seal before it and the
// digest of the batch's entries in that shard. Whoever changes, adds or removes an entry, a batch or a seal has to make every later seal anew, and then the last
// one is no longer what was written down elsewhere.

/** One entry. Its digest covers whose it is, its number, currency, amount, cause and time; balances follow from amounts, and the verifier follows them. */
export interface SealedEntry {
  readonly shard: number;
  readonly batchId: string;
  readonly accountKind: 'WALLET' | 'SYSTEM';
  readonly accountId: string;
  readonly seq: bigint;
  readonly currency: Currency;
  readonly amount: bigint;
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

/** The digest of one batch's entries in one shard. They come in order: wallets before the platform's accounts, by id in byte order, by seq. The sealer has PostgreSQL make
 * the same bytes (sealRows.ts), which takes half of the time that any text would: a change of this form needs a new chain. */
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

// What PostgreSQL's record_send makes of ROW(account_kind::text, account_id, seq, currency::text, amount, cause_id, at): how many fields, then of each its type, its
// length (-1: null) and its bytes, all numbers big-endian.
const canonical = (entry: SealedEntry): Uint8Array => {
  const fields: readonly (readonly [number, Buffer | null])[] = [
    [TEXT, Buffer.from(entry.accountKind)],
    [TEXT, Buffer.from(entry.accountId)],
    [BIGINT, bigintBytes(entry.seq)],
    [TEXT, Buffer.from(entry.currency)],
    [BIGINT, bigintBytes(entry.amount)],
    [UUID, entry.causeId === null ? null : Buffer.from(entry.causeId.replaceAll('-', ''), 'hex')],
    [TIMESTAMPTZ, bigintBytes(BigInt(entry.at.getTime() - POSTGRES_EPOCH_MS) * 1_000n)],
  ];
  return Buffer.concat([
    intBytes(fields.length),
    ...fields.flatMap(([type, bytes]) => [intBytes(type), intBytes(bytes?.length ?? -1), bytes ?? Buffer.alloc(0)]),
  ]);
};

/** PostgreSQL's numbers of its own types. They are part of its protocol and never change. */
const TEXT = 25;
const BIGINT = 20;
const UUID = 2_950;
const TIMESTAMPTZ = 1_184;
/** It counts microseconds from here. */
const POSTGRES_EPOCH_MS = Date.UTC(2000, 0, 1);

const intBytes = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};

const bigintBytes = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return bytes;
};
