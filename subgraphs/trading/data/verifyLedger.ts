import type { Queryable } from '#platform/database/database.ts';
import { millisecondsOfId, shardAt } from '#platform/ids.ts';
import { CHAIN_BEGIN, digestOf, type SealedEntry, sealAfter } from '../domain/seal.ts';
import type { ChainHead } from './sealRows.ts';
import {
  type AccountFault,
  listBrokenEntries,
  listForgedAccounts,
  listSeals,
  preferAppendOrder,
  readBatchRange,
  readChainHeads,
  type WalkedRow,
  walkBatches,
} from './verifyRows.ts';

/** Seals in one read. */
const SEALS_AT_ONCE = 5_000;
/** Entries in one read at most; where more fall into a window, it gets narrower. */
const ENTRIES_AT_ONCE = 20_000;
/** The first window of a walk over batches, by the time when their ids were made. It doubles while there is little in it. */
const WINDOW_BEGIN_MS = 60_000;
/** What is found is told up to this many times: a broken ledger has thousands. The first is what matters. */
const FAULTS_MAX = 20;

export interface VerifyOptions {
  /** One of trading's databases, on a connection without time limits. */
  readonly database: Queryable;
  /** Indexes (0 to 63) of the shards that are in it. */
  readonly shards: readonly number[];
  /** Ends of chains that were written down earlier: what was sealed until then must still be there. */
  readonly expected: readonly ChainHead[];
  /** Told now and then what has been done so far. */
  readonly onProgress: (sentence: string) => void;
}

export interface VerifyReport {
  /** In the order in which they were found; empty: nobody has touched what is sealed. FAULTS_MAX at most. */
  readonly faults: readonly string[];
  /** Where the chains ended when it began: write them down elsewhere. */
  readonly heads: readonly ChainHead[];
  readonly seals: number;
  readonly entries: number;
}

/** Recomputes the chains, the digest of every batch and every balance of one database, and says what is not as it must be. Reads everything, in pages of bounded size; batches
 * that are committed meanwhile are no fault. */
export const verifyLedger = async ({ database, shards, expected, onProgress }: VerifyOptions): Promise<VerifyReport> => {
  const faults: string[] = [];
  const tell = (fault: string): void => {
    if (faults.length < FAULTS_MAX) faults.push(fault);
  };
  const heads = await readChainHeads(database);
  let seals = 0;
  for (const [index, shardIndex] of shards.entries()) {
    const shard = shardAt(shardIndex);
    const head = heads.find((each) => each.shard === shard) ?? { shard, seq: 0n, hash: CHAIN_BEGIN };
    seals += await verifyChain(database, head, expected, tell);
    onProgress(`chains: ${index + 1} of ${shards.length} shards, ${seals} seals`);
  }
  await preferAppendOrder(database, true);
  const entries = await verifyBatches(database, onProgress, tell);
  await preferAppendOrder(database, false);
  for (const [index, shardIndex] of shards.entries()) {
    const shard = shardAt(shardIndex);
    for (const fault of await listBrokenEntries(database, shard, FAULTS_MAX)) tell(sentenceOf(shard, fault));
    for (const fault of await listForgedAccounts(database, shard, FAULTS_MAX)) tell(sentenceOf(shard, fault));
    onProgress(`accounts: ${index + 1} of ${shards.length} shards`);
  }
  return { faults, heads, seals, entries };
};

/** Ends of chains as text, to be written down: a line per shard with its shard, seal and hash. */
export const formatHeads = (heads: readonly ChainHead[]): string =>
  heads.map(({ shard, seq, hash }) => `${shard} ${seq} ${Buffer.from(hash).toString('hex')}\n`).join('');

/** Ends of chains from such a text. Throws for a line that is none. */
export const parseHeads = (text: string): readonly ChainHead[] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, shard, seq, hash] = /^(\d{1,9}) (\d{1,18}) ([0-9a-f]{64})$/.exec(line.trim()) ?? [];
      if (shard === undefined || seq === undefined || hash === undefined) throw new Error(`"${line}" is not a shard, a seal and a hash`);
      return { shard: Number(shard), seq: BigInt(seq), hash: Buffer.from(hash, 'hex') };
    });

const sentenceOf = (shard: number, { kind, id, seq, fault }: AccountFault): string =>
  `shard ${shard}, ${kind === 'WALLET' ? 'the wallet of' : 'account'} ${id}${seq === null ? '' : `, entry ${seq}`}: ${fault}`;

/** Walks one shard's chain from its beginning. Answers with how many seals it has. */
const verifyChain = async (
  database: Queryable,
  head: ChainHead,
  expected: readonly ChainHead[],
  tell: (fault: string) => void,
): Promise<number> => {
  const marks = new Map(expected.filter(({ shard }) => shard === head.shard).map(({ seq, hash }) => [seq, hash]));
  const where = `shard ${head.shard}`;
  let before: { readonly seq: bigint; readonly hash: Uint8Array } = { seq: 0n, hash: CHAIN_BEGIN };
  let headFound = head.seq === 0n;
  let count = 0;
  for (;;) {
    const page = await listSeals(database, head.shard, before.seq, SEALS_AT_ONCE);
    for (const seal of page) {
      if (seal.seq !== before.seq + 1n) tell(`${where}: seal ${seal.seq} comes after seal ${before.seq}: what is in between is gone`);
      const wanted = sealAfter(before.hash, seal);
      if (!isSame(wanted.hash, seal.hash))
        tell(`${where}: seal ${seal.seq} (batch ${seal.batchId}) does not follow from the seal before it`);
      const mark = marks.get(seal.seq);
      if (mark !== undefined && !isSame(mark, seal.hash)) tell(`${where}: seal ${seal.seq} is not the one that was written down`);
      marks.delete(seal.seq);
      if (seal.seq === head.seq) headFound = isSame(head.hash, seal.hash);
      before = seal;
    }
    count += page.length;
    if (page.length < SEALS_AT_ONCE) break;
  }
  if (!headFound) tell(`${where}: the chain says that it ends at seal ${head.seq}, and that seal is not there`);
  for (const seq of marks.keys())
    if (seq > 0n) tell(`${where}: the chain ends at seal ${before.seq}, seal ${seq} that was written down is gone`);
  return count;
};

/** Makes the digest of every batch anew, in the order of their ids, and compares it with its seal. Answers with how many entries there are. */
const verifyBatches = async (
  database: Queryable,
  onProgress: (sentence: string) => void,
  tell: (fault: string) => void,
): Promise<number> => {
  const range = await readBatchRange(database);
  if (range === null) return 0;
  const endMs = millisecondsOfId(range.last) + 1;
  let fromMs = millisecondsOfId(range.first);
  let windowMs = WINDOW_BEGIN_MS;
  let entries = 0;
  while (fromMs < endMs) {
    const untilMs = Math.min(endMs, fromMs + windowMs);
    // One millisecond is read whole, however much is in it.
    const limit = windowMs === 1 ? null : ENTRIES_AT_ONCE + 1;
    const rows = await walkBatches(database, { first: lowestIdAt(fromMs), last: highestIdAt(untilMs - 1) }, limit);
    if (limit !== null && rows.length === limit) {
      windowMs = Math.max(1, Math.floor(windowMs / 8));
      continue;
    }
    for (const [, ofBatch] of Map.groupBy(rows, ({ batchId, shard }) => `${batchId} ${shard}`)) entries += verifyBatch(ofBatch, tell);
    if (rows.length < ENTRIES_AT_ONCE / 4) windowMs *= 2;
    fromMs = untilMs;
    onProgress(`batches: until ${new Date(untilMs).toISOString()}, ${entries} entries`);
  }
  return entries;
};

/** Judges what is known of one batch in one shard. Answers with how many entries it has. */
const verifyBatch = (rows: readonly WalkedRow[], tell: (fault: string) => void): number => {
  const [first] = rows;
  if (first === undefined) return 0;
  const where = `shard ${first.shard}, batch ${first.batchId}`;
  const seals = new Map(rows.flatMap(({ seal }) => (seal === null ? [] : [[seal.seq, seal]])));
  if (seals.size > 1) tell(`${where}: it is sealed ${seals.size} times, by seals ${[...seals.keys()].join(' and ')}`);
  const entries = rows.filter(({ seal }) => seal?.seq === first.seal?.seq).flatMap(({ entry }) => entry ?? []);
  for (const [currency, sum] of sumsOf(entries)) if (sum !== 0n) tell(`${where}: its ${currency} sum to ${sum} instead of 0`);
  const { seal } = first;
  if (seal === null) {
    if (!first.waits) tell(`${where}: ${entries.length} entries are in no seal, and wait for none`);
  } else if (entries.length === 0) {
    tell(`${where}: seal ${seal.seq} is for ${seal.entries} entries, and all of them are gone`);
  } else if (entries.length !== seal.entries || !isSame(digestOf(entries), seal.digest)) {
    tell(`${where}: its ${entries.length} entries are not the ${seal.entries} that seal ${seal.seq} is for`);
  }
  return entries.length;
};

const sumsOf = (entries: readonly SealedEntry[]): ReadonlyMap<string, bigint> => {
  const sums = new Map<string, bigint>();
  for (const { currency, amount } of entries) sums.set(currency, (sums.get(currency) ?? 0n) + amount);
  return sums;
};

const isSame = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;

/** The lowest id of a millisecond. */
const lowestIdAt = (ms: number): string => `${idPrefixAt(ms)}-0000-0000-000000000000`;
/** The highest id of a millisecond. */
const highestIdAt = (ms: number): string => `${idPrefixAt(ms)}-ffff-ffff-ffffffffffff`;

const idPrefixAt = (ms: number): string => {
  const hex = ms.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
};
