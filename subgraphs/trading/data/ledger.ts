import { plain, texts } from '#platform/database/arrays.ts';
import type { Transaction } from '#platform/database/database.ts';
import type { BookChanges, SystemPosting, WalletEntry, WalletState } from '../domain/ledger.ts';

/** Which transaction posted it. */
export interface Batch {
  /** UUIDv7. All legs of one transaction carry it. */
  readonly id: string;
  readonly at: Date;
}

/** Writes what a batch's book holds: wallets, their entries, and one entry per account of the platform. The wallets must be locked (lockWallets); the
 * platform's accounts are locked here, after them and in one order. Three statements. */
export const writeBook = async (tx: Transaction, changes: BookChanges, batch: Batch): Promise<void> => {
  if (changes.entries.length === 0) return;
  await Promise.all([
    updateWallets(tx, changes.wallets),
    insertWalletEntries(tx, changes.entries, batch),
    postToSystemAccounts(tx, changes.systemPostings, batch),
  ]);
};

const updateWallets = async (tx: Transaction, wallets: readonly WalletState[]): Promise<void> => {
  await tx.query({
    name: 'updateWallets',
    text: UPDATE_WALLETS,
    values: [
      plain(wallets.map((wallet) => wallet.shard)),
      texts(wallets.map((wallet) => wallet.ownerId)),
      plain(wallets.map((wallet) => wallet.coins)),
      plain(wallets.map((wallet) => wallet.diamonds)),
      plain(wallets.map((wallet) => wallet.version)),
    ],
  });
};

const insertWalletEntries = async (tx: Transaction, entries: readonly WalletEntry[], batch: Batch): Promise<void> => {
  await tx.query({
    name: 'insertWalletEntries',
    text: INSERT_WALLET_ENTRIES,
    values: [
      plain(entries.map((entry) => entry.shard)),
      texts(entries.map((entry) => entry.ownerId)),
      plain(entries.map((entry) => entry.seq)),
      plain(entries.map((entry) => entry.currency)),
      plain(entries.map((entry) => entry.amount)),
      plain(entries.map((entry) => entry.balanceAfter)),
      plain(entries.map((entry) => entry.causeId)),
      batch.id,
      batch.at,
    ],
  });
};

const postToSystemAccounts = async (tx: Transaction, postings: readonly SystemPosting[], batch: Batch): Promise<void> => {
  await tx.query({
    name: 'postToSystemAccounts',
    text: POST_TO_SYSTEM_ACCOUNTS,
    values: [
      plain(postings.map((posting) => posting.shard)),
      texts(postings.map((posting) => posting.accountId)),
      plain(postings.map((posting) => posting.currency)),
      plain(postings.map((posting) => posting.amount)),
      batch.id,
      batch.at,
    ],
  });
};

// The rows are locked and were read under that lock: absolute values are right.
const UPDATE_WALLETS = `/* updateWallets */
  UPDATE wallet w SET coins = n.coins, diamonds = n.diamonds, version = n.version
  FROM unnest($1::int[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[]) AS n (shard, owner_id, coins, diamonds, version)
  WHERE w.shard = n.shard AND w.owner_id = n.owner_id COLLATE "C"`;

const INSERT_WALLET_ENTRIES = `/* insertWalletEntries */
  INSERT INTO ledger_entry (shard, account_kind, account_id, seq, currency, amount, balance_after, batch_id, cause_id, at)
  SELECT e.shard, 'WALLET', e.account_id, e.seq, e.currency, e.amount, e.balance_after, $8::uuid, e.cause_id, $9::timestamptz
  FROM unnest($1::int[], $2::text[], $3::bigint[], $4::currency[], $5::bigint[], $6::bigint[], $7::uuid[])
    AS e (shard, account_id, seq, currency, amount, balance_after, cause_id)`;

// The upsert takes its row locks in the order of its input, creates accounts on first use, and answers with balances that include everybody's postings.
const POST_TO_SYSTEM_ACCOUNTS = `/* postToSystemAccounts */
  WITH posting AS MATERIALIZED (
    SELECT p.shard, p.account_id, p.currency, p.amount
    FROM unnest($1::int[], $2::text[], $3::currency[], $4::bigint[]) AS p (shard, account_id, currency, amount)
  ), account AS (
    INSERT INTO system_account AS a (shard, id, currency, balance, version)
    SELECT shard, account_id, currency, amount, 1 FROM posting ORDER BY shard, account_id COLLATE "C"
    ON CONFLICT (shard, id) DO UPDATE SET balance = a.balance + excluded.balance, version = a.version + 1
    RETURNING a.shard, a.id, a.currency, a.balance, a.version
  )
  INSERT INTO ledger_entry (shard, account_kind, account_id, seq, currency, amount, balance_after, batch_id, cause_id, at)
  SELECT a.shard, 'SYSTEM', a.id, a.version, a.currency, p.amount, a.balance, $5::uuid, NULL, $6::timestamptz
  FROM account a JOIN posting p ON p.shard = a.shard AND p.account_id COLLATE "C" = a.id`;
