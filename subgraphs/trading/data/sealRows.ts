import { plain, uuids } from '#platform/database/arrays.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import type { Seal } from '../domain/seal.ts';

/** Where a shard's chain ends. */
export interface ChainHead {
  readonly shard: number;
  readonly seq: bigint;
  readonly hash: Uint8Array;
}

/** One batch's part in one shard that waits for its seal. */
export interface UnsealedBatch {
  readonly shard: number;
  readonly batchId: string;
}

/** What the digest of a batch's entries in a shard is. */
export interface BatchDigest extends UnsealedBatch {
  readonly entries: number;
  readonly digest: Uint8Array;
  /** Its entries sum to zero in each currency. */
  readonly balanced: boolean;
}

/** Begins the chains of these shards where they are missing. One statement. */
export const createChains = async (db: Queryable, shards: readonly number[]): Promise<void> => {
  await db.query({ text: CREATE_CHAINS, values: [plain(shards)] });
};

/** Whether any batch waits for its seal. One statement. */
export const hasUnsealedBatches = async (db: Queryable): Promise<boolean> =>
  (await db.query({ name: 'hasUnsealedBatches', text: HAS_UNSEALED_BATCHES })).length > 0;

/** Those of these shards in which batches wait for their seals. One statement. */
export const listUnsealedShards = async (db: Queryable, shards: readonly number[]): Promise<readonly number[]> =>
  (await db.query<{ readonly shard: number }>({ name: 'listUnsealedShards', text: LIST_UNSEALED_SHARDS, values: [plain(shards)] })).map(
    ({ shard }) => shard,
  );

/** Tells the index on batches about the pages that were appended since the last time, else their entries are found by reading all of them. Does nothing while the table is
 * being vacuumed, which does the same. Run it in a transaction of its own. Two statements. */
export const indexAppendedPages = async (tx: Transaction): Promise<void> => {
  await Promise.all([
    tx.query({ text: `/* indexAppendedPages */ SELECT set_config('lock_timeout', '${INDEX_LOCK_MS}', true)` }),
    tx.query({ text: "/* indexAppendedPages */ SELECT brin_summarize_new_values('ledger_entry_batch_id_idx')" }),
  ]);
};

/** A vacuum holds the table for longer than anybody should wait. */
const INDEX_LOCK_MS = 50;

/** Has PostgreSQL find entries by where they were appended and match them with their batches by hashing, in this transaction, whatever it believes about the table: it grows faster than it is
 * analysed, and what looks like a few entries to compare with each batch are a hundred thousand. One statement. */
export const preferAppendOrderHere = async (tx: Transaction): Promise<void> => {
  await tx.query({
    name: 'preferAppendOrderHere',
    text: "/* preferAppendOrderHere */ SELECT set_config('enable_seqscan', 'off', true), set_config('enable_nestloop', 'off', true), set_config('max_parallel_workers_per_gather', '0', true)",
  });
};

/** Locks the ends of these shards' chains, except those that somebody else is at. One statement. */
export const lockChains = (tx: Transaction, shards: readonly number[]): Promise<readonly ChainHead[]> =>
  tx.query<ChainHead>({ name: 'lockChains', text: LOCK_CHAINS, values: [plain(shards)] });

/** The batches that have waited longest in each of these shards, `limit` per shard at most, by shard and batch. One statement. */
export const listUnsealedBatches = async (tx: Transaction, shards: readonly number[], limit: number): Promise<readonly UnsealedBatch[]> => {
  const rows = await tx.query<{ readonly shard: number; readonly batch_id: string }>({
    name: 'listUnsealedBatches',
    text: LIST_UNSEALED_BATCHES,
    values: [plain(shards), limit],
  });
  return rows.map(({ shard, batch_id }) => ({ shard, batchId: batch_id }));
};

/** The digests of these batches, by shard and batch. `ids` are the first and the last of them. One statement. */
export const readDigests = async (tx: Transaction, batches: readonly UnsealedBatch[], ids: IdRange): Promise<readonly BatchDigest[]> => {
  const values = valuesOf(batches, ids);
  const rows = await tx.query<DigestRow>({ name: 'readDigests', text: READ_DIGESTS, values });
  return rows.map(({ shard, batch_id, entries, digest, balanced }) => ({ shard, batchId: batch_id, entries, digest, balanced }));
};

/** Adds what these batches moved to the running sums of their shards. One statement. */
export const addToSums = async (tx: Transaction, batches: readonly UnsealedBatch[], ids: IdRange): Promise<void> => {
  await tx.query({ name: 'addToSums', text: ADD_TO_SUMS, values: valuesOf(batches, ids) });
};

/** Writes seals, and moves the ends of their chains to the last of each. Two statements, and one for the batches that wait no more. */
export const writeSeals = async (tx: Transaction, seals: readonly Seal[], at: Date): Promise<void> => {
  const heads = [...new Map(seals.map((seal) => [seal.shard, seal])).values()];
  await Promise.all([
    tx.query({
      name: 'insertSeals',
      text: INSERT_SEALS,
      values: [
        plain(seals.map(({ shard }) => shard)),
        plain(seals.map(({ seq }) => seq)),
        uuids(seals.map(({ batchId }) => batchId)),
        plain(seals.map(({ entries }) => entries)),
        hexes(seals.map(({ digest }) => digest)),
        hexes(seals.map(({ hash }) => hash)),
      ],
    }),
    tx.query({
      name: 'moveChains',
      text: MOVE_CHAINS,
      values: [plain(heads.map(({ shard }) => shard)), plain(heads.map(({ seq }) => seq)), hexes(heads.map(({ hash }) => hash)), at],
    }),
    tx.query({
      name: 'deleteUnsealed',
      text: DELETE_UNSEALED,
      values: [plain(seals.map(({ shard }) => shard)), uuids(seals.map(({ batchId }) => batchId))],
    }),
  ]);
};

/** The first and the last of some batches' ids: what lets PostgreSQL find their entries by the place where they were appended. */
export interface IdRange {
  readonly first: string;
  readonly last: string;
}

interface DigestRow {
  readonly shard: number;
  readonly batch_id: string;
  readonly entries: number;
  readonly digest: Uint8Array;
  readonly balanced: boolean;
}

/** A PostgreSQL array of bytes, as texts that `decode(…, 'hex')` reads. */
const hexes = (values: readonly Uint8Array[]): string => plain(values.map((value) => Buffer.from(value).toString('hex')));

const valuesOf = (batches: readonly UnsealedBatch[], { first, last }: IdRange): readonly unknown[] => [
  plain(batches.map(({ shard }) => shard)),
  uuids(batches.map(({ batchId }) => batchId)),
  first,
  last,
];

/** One entry's bytes, as `canonical` in domain/seal.ts makes them. */
const CANONICAL = 'record_send(ROW(e.account_kind::text, e.account_id, e.seq, e.currency::text, e.amount, e.cause_id, e.at))';

const BALANCED = ['COINS', 'BONUS_COINS', 'DIAMONDS']
  .map((currency) => `coalesce(sum(e.amount) FILTER (WHERE e.currency = '${currency}'), 0) = 0`)
  .join(' AND ');

/** What an account is summed up under: all wallets together, the platform's accounts by their kind, which is what stands before the colon. */
export const ACCOUNT_GROUP = `CASE e.account_kind WHEN 'WALLET' THEN 'wallets' ELSE split_part(e.account_id, ':', 1) END`;

const CREATE_CHAINS = `/* createChains */
  INSERT INTO ledger_chain (shard, seq, hash, sealed_at)
  SELECT shard, 0, decode(repeat('00', 32), 'hex'), now() FROM unnest($1::int[]) AS s (shard) ORDER BY shard
  ON CONFLICT DO NOTHING`;

const HAS_UNSEALED_BATCHES = '/* hasUnsealedBatches */ SELECT 1 FROM ledger_unsealed LIMIT 1';

const LIST_UNSEALED_SHARDS = `/* listUnsealedShards */
  SELECT s.shard FROM unnest($1::int[]) AS s (shard) WHERE EXISTS (SELECT FROM ledger_unsealed u WHERE u.shard = s.shard) ORDER BY s.shard`;

const LOCK_CHAINS = `/* lockChains */
  SELECT shard, seq, hash FROM ledger_chain WHERE shard = ANY ($1::int[]) ORDER BY shard FOR NO KEY UPDATE SKIP LOCKED`;

const LIST_UNSEALED_BATCHES = `/* listUnsealedBatches */
  SELECT s.shard, u.batch_id
  FROM unnest($1::int[]) AS s (shard)
  CROSS JOIN LATERAL (SELECT batch_id FROM ledger_unsealed WHERE ledger_unsealed.shard = s.shard ORDER BY batch_id LIMIT $2) AS u
  ORDER BY s.shard, u.batch_id`;

const ENTRIES_OF_BATCHES = `
  FROM unnest($1::int[], $2::uuid[]) AS b (shard, batch_id)
  JOIN ledger_entry e ON e.shard = b.shard AND e.batch_id = b.batch_id
  WHERE e.batch_id BETWEEN $3::uuid AND $4::uuid`;

const READ_DIGESTS = `/* readDigests */
  SELECT e.shard, e.batch_id, count(*)::int AS entries,
    sha256(string_agg(${CANONICAL}, ''::bytea ORDER BY e.account_kind, e.account_id, e.seq)) AS digest,
    ${BALANCED} AS balanced
  ${ENTRIES_OF_BATCHES}
  GROUP BY e.shard, e.batch_id
  ORDER BY e.shard, e.batch_id`;

const ADD_TO_SUMS = `/* addToSums */
  INSERT INTO ledger_sum AS s (shard, account_group, currency, amount)
  SELECT e.shard, ${ACCOUNT_GROUP} AS account_group, e.currency, sum(e.amount)
  ${ENTRIES_OF_BATCHES}
  GROUP BY 1, 2, 3
  ORDER BY 1, 2, 3
  ON CONFLICT (shard, account_group, currency) DO UPDATE SET amount = s.amount + excluded.amount`;

const INSERT_SEALS = `/* insertSeals */
  INSERT INTO ledger_seal (shard, seq, batch_id, entries, digest, hash)
  SELECT n.shard, n.seq, n.batch_id, n.entries, decode(n.digest, 'hex'), decode(n.hash, 'hex')
  FROM unnest($1::int[], $2::bigint[], $3::uuid[], $4::int[], $5::text[], $6::text[]) AS n (shard, seq, batch_id, entries, digest, hash)`;

const MOVE_CHAINS = `/* moveChains */
  UPDATE ledger_chain c SET seq = n.seq, hash = decode(n.hash, 'hex'), sealed_at = $4::timestamptz
  FROM unnest($1::int[], $2::bigint[], $3::text[]) AS n (shard, seq, hash)
  WHERE c.shard = n.shard`;

const DELETE_UNSEALED = `/* deleteUnsealed */
  DELETE FROM ledger_unsealed u USING unnest($1::int[], $2::uuid[]) AS n (shard, batch_id) WHERE u.shard = n.shard AND u.batch_id = n.batch_id`;
