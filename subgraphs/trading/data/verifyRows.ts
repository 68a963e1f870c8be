import type { Queryable } from '#platform/database/database.ts';
import type { Seal, SealedEntry } from '../domain/seal.ts';
import type { ChainHead, IdRange } from './sealRows.ts';

// What the verifier reads. Nothing here trusts what it is to verify: hashes and digests are made anew in Node, where the sealer makes digests in SQL.

/** One row of a walk over batches: an entry, its batch's seal, or both. A batch with two seals, or an entry without one, shows as what it is. */
export interface WalkedRow {
  readonly shard: number;
  readonly batchId: string;
  /** Null: the batch has no seal. */
  readonly seal: Pick<Seal, 'seq' | 'entries' | 'digest'> | null;
  /** It waits for its seal. */
  readonly waits: boolean;
  /** Null: the seal's batch has no entries. */
  readonly entry: SealedEntry | null;
}

/** Where the chains end, by shard. One statement. */
export const readChainHeads = async (db: Queryable): Promise<readonly ChainHead[]> =>
  db.query<ChainHead>({ text: '/* readChainHeads */ SELECT shard, seq, hash FROM ledger_chain ORDER BY shard' });

/** Seals of a shard's chain after `afterSeq`, in order. One statement. */
export const listSeals = async (db: Queryable, shard: number, afterSeq: bigint, limit: number): Promise<readonly Seal[]> => {
  const rows = await db.query<Omit<Seal, 'batchId'> & { readonly batch_id: string }>({
    text: '/* listSeals */ SELECT shard, seq, batch_id, entries, digest, hash FROM ledger_seal WHERE shard = $1 AND seq > $2 ORDER BY seq LIMIT $3',
    values: [shard, afterSeq, limit],
  });
  return rows.map(({ batch_id, ...seal }) => ({ ...seal, batchId: batch_id }));
};

/** The first and the last id of all batches that have an entry or a seal; null when there is none. One statement. */
export const readBatchRange = async (db: Queryable): Promise<IdRange | null> => {
  const [row] = await db.query<{ readonly first: string | null; readonly last: string | null }>({ text: READ_BATCH_RANGE });
  return row === undefined || row.first === null || row.last === null ? null : { first: row.first, last: row.last };
};

/** Everything about the batches from the first to the last of these ids, batch by batch and shard by shard, entries in the order of their digest. `limit` null: all. One statement, so
 * that entries and seals are of one moment. */
export const walkBatches = async (db: Queryable, { first, last }: IdRange, limit: number | null): Promise<readonly WalkedRow[]> => {
  const rows = await db.query<RawRow>({ text: WALK_BATCHES, values: [first, last, limit] });
  return rows.map((row) => ({
    shard: row.shard,
    batchId: row.batch_id,
    waits: row.waits,
    seal: row.seal_seq === null ? null : { seq: row.seal_seq, entries: row.seal_entries, digest: row.seal_digest },
    entry: row.seq === null ? null : toEntry(row, row.seq),
  }));
};

/** Has PostgreSQL find batches by where they were appended, whatever it believes about the table: for the rest of the connection's life, or until `false`. One statement. */
export const preferAppendOrder = async (db: Queryable, prefer: boolean): Promise<void> => {
  await db.query({ text: "/* preferAppendOrder */ SELECT set_config('enable_seqscan', $1, false)", values: [prefer ? 'off' : 'on'] });
};

/** Entries of a shard that do not follow from the one before them in their account. One statement. */
export const listBrokenEntries = (db: Queryable, shard: number, limit: number): Promise<readonly AccountFault[]> =>
  db.query<AccountFault>({ text: LIST_BROKEN_ENTRIES, values: [shard, limit] });

/** Accounts of a shard whose row does not say what their last entry says. One statement. */
export const listForgedAccounts = (db: Queryable, shard: number, limit: number): Promise<readonly AccountFault[]> =>
  db.query<AccountFault>({ text: LIST_FORGED_ACCOUNTS, values: [shard, limit] });

/** What is wrong with an account. `seq`: at which entry; null: with its row. */
export interface AccountFault {
  readonly kind: 'WALLET' | 'SYSTEM';
  readonly id: string;
  readonly seq: bigint | null;
  readonly fault: string;
}

interface RawRow {
  readonly shard: number;
  readonly batch_id: string;
  readonly waits: boolean;
  readonly seal_seq: bigint | null;
  readonly seal_entries: number;
  readonly seal_digest: Uint8Array;
  readonly account_kind: SealedEntry['accountKind'];
  readonly account_id: string;
  readonly seq: bigint | null;
  readonly currency: SealedEntry['currency'];
  readonly amount: bigint;
  readonly cause_id: string | null;
  readonly at: Date;
}

const toEntry = (row: RawRow, seq: bigint): SealedEntry => ({
  shard: row.shard,
  batchId: row.batch_id,
  accountKind: row.account_kind,
  accountId: row.account_id,
  seq,
  currency: row.currency,
  amount: row.amount,
  causeId: row.cause_id,
  at: row.at,
});

const READ_BATCH_RANGE = `/* readBatchRange */
  WITH edge AS (
    (SELECT batch_id FROM ledger_entry ORDER BY batch_id LIMIT 1) UNION ALL (SELECT batch_id FROM ledger_entry ORDER BY batch_id DESC LIMIT 1)
    UNION ALL (SELECT batch_id FROM ledger_seal ORDER BY batch_id LIMIT 1) UNION ALL (SELECT batch_id FROM ledger_seal ORDER BY batch_id DESC LIMIT 1)
  )
  SELECT (SELECT batch_id FROM edge ORDER BY batch_id LIMIT 1) AS first, (SELECT batch_id FROM edge ORDER BY batch_id DESC LIMIT 1) AS last`;

const WALK_BATCHES = `/* walkBatches */
  WITH e AS (SELECT * FROM ledger_entry WHERE batch_id BETWEEN $1::uuid AND $2::uuid),
    s AS (SELECT shard, batch_id, seq AS seal_seq, entries AS seal_entries, digest AS seal_digest FROM ledger_seal WHERE batch_id BETWEEN $1::uuid AND $2::uuid)
  SELECT shard, batch_id, u.batch_id IS NOT NULL AS waits, seal_seq, seal_entries, seal_digest, account_kind, account_id, seq, currency, amount, cause_id, at
  FROM e FULL JOIN s USING (shard, batch_id) LEFT JOIN ledger_unsealed u USING (shard, batch_id)
  ORDER BY batch_id, shard, seal_seq, account_kind, account_id, seq
  LIMIT $3`;

const LIST_BROKEN_ENTRIES = `/* listBrokenEntries */
  WITH entry AS (
    SELECT account_kind, account_id, seq, currency, amount, balance_after, coins_after, bonus_coins_after, diamonds_after, at,
      coalesce(lag(seq) OVER account, 0) AS seq_before, lag(at) OVER account AS at_before, coalesce(lag(balance_after) OVER account, 0) AS balance_before,
      coalesce(lag(coins_after) OVER account, 0) AS coins_before, coalesce(lag(bonus_coins_after) OVER account, 0) AS bonus_coins_before,
      coalesce(lag(diamonds_after) OVER account, 0) AS diamonds_before
    FROM ledger_entry WHERE shard = $1
    WINDOW account AS (PARTITION BY account_kind, account_id ORDER BY seq)
  ), judged AS (
    SELECT account_kind AS kind, account_id AS id, seq, CASE
      WHEN seq <> seq_before + 1 THEN 'comes after entry ' || seq_before || ': an entry is missing or too many'
      WHEN at < at_before THEN 'is dated before the entry before it'
      WHEN account_kind = 'SYSTEM' AND balance_after <> balance_before + amount THEN 'says ' || balance_after || ' where ' || (balance_before + amount) || ' follows'
      WHEN account_kind = 'SYSTEM' THEN CASE WHEN num_nonnulls(coins_after, bonus_coins_after, diamonds_after) > 0 THEN 'says what only a wallet can hold' END
      WHEN coins_after IS DISTINCT FROM coins_before + CASE currency WHEN 'COINS' THEN amount ELSE 0 END
        THEN 'says ' || coalesce(coins_after::text, 'nothing of its') || ' coins, which do not follow'
      WHEN bonus_coins_after IS DISTINCT FROM bonus_coins_before + CASE currency WHEN 'BONUS_COINS' THEN amount ELSE 0 END
        THEN 'says ' || coalesce(bonus_coins_after::text, 'nothing of its') || ' bonus coins, which do not follow'
      WHEN diamonds_after IS DISTINCT FROM diamonds_before + CASE currency WHEN 'DIAMONDS' THEN amount ELSE 0 END
        THEN 'says ' || coalesce(diamonds_after::text, 'nothing of its') || ' diamonds, which do not follow'
      WHEN balance_after <> CASE currency WHEN 'COINS' THEN coins_after WHEN 'BONUS_COINS' THEN bonus_coins_after ELSE diamonds_after END
        THEN 'says a balance of ' || balance_after || ', which is not what it holds of that currency'
      END AS fault
    FROM entry
  )
  SELECT kind, id, seq, fault FROM judged WHERE fault IS NOT NULL ORDER BY kind, id, seq LIMIT $2`;

const LIST_FORGED_ACCOUNTS = `/* listForgedAccounts */
  WITH last AS (
    SELECT DISTINCT ON (account_kind, account_id) account_kind AS kind, account_id AS id, seq, currency AS last_currency, balance_after, coins_after, bonus_coins_after, diamonds_after
    FROM ledger_entry WHERE shard = $1 ORDER BY account_kind, account_id, seq DESC
  ), account AS (
    SELECT 'WALLET'::account_kind AS kind, owner_id AS id, version, NULL::currency AS currency, NULL::bigint AS balance, coins, bonus_coins, diamonds FROM wallet WHERE shard = $1
    UNION ALL SELECT 'SYSTEM', id, version, currency, balance, NULL, NULL, NULL FROM system_account WHERE shard = $1
  ), judged AS (
    SELECT kind, id, CASE
      WHEN account.version IS NULL THEN 'has entries and no row'
      WHEN account.version <> coalesce(last.seq, 0) THEN 'counts ' || account.version || ' entries where its last one is ' || coalesce(last.seq, 0)
      WHEN kind = 'SYSTEM' AND account.currency <> last_currency THEN 'holds ' || account.currency || ', its entries are ' || last_currency
      WHEN kind = 'SYSTEM' AND account.balance <> coalesce(last.balance_after, 0) THEN 'holds ' || account.balance || ', its last entry says ' || last.balance_after
      WHEN kind = 'WALLET' AND (account.coins, account.bonus_coins, account.diamonds)
        <> (coalesce(last.coins_after, 0), coalesce(last.bonus_coins_after, 0), coalesce(last.diamonds_after, 0))
        THEN format('holds %s coins, %s bonus coins and %s diamonds, its last entry says %s, %s and %s', account.coins, account.bonus_coins, account.diamonds,
          coalesce(last.coins_after, 0), coalesce(last.bonus_coins_after, 0), coalesce(last.diamonds_after, 0))
      END AS fault
    FROM account FULL JOIN last USING (kind, id)
  )
  SELECT kind, id, NULL::bigint AS seq, fault FROM judged WHERE fault IS NOT NULL ORDER BY kind, id LIMIT $2`;
