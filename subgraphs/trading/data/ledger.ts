import { plain, rowsOf, texts, times, uuids } from '#platform/database/arrays.ts';
import type { Transaction } from '#platform/database/database.ts';
import type { BookChanges, SystemPosting, WalletEntry, WalletState } from '../domain/ledger.ts';

/** Writes what a batch's book holds: wallets, their entries, and one entry per account of the platform. The wallets must be locked (lockWallets); the
 * platform's accounts are locked here, after them and in one order. `batchId`: a UUIDv7, which all legs of one transaction carry; one book per transaction.
 * Three statements at most. */
export const writeBook = async (tx: Transaction, { at, wallets, entries, systemPostings }: BookChanges, batchId: string): Promise<void> => {
  await Promise.all([
    wallets.length > 0 && updateWallets(tx, wallets),
    entries.length > 0 && insertWalletEntries(tx, entries, batchId),
    entries.length + systemPostings.length > 0 &&
      postToSystemAccounts(tx, systemPostings, {
        id: batchId,
        at,
        shards: new Set([...entries, ...systemPostings].map(({ shard }) => shard)),
      }),
  ]);
};

interface Batch {
  readonly id: string;
  readonly at: Date;
  /** Where it has entries. */
  readonly shards: ReadonlySet<number>;
}

const updateWallets = async (tx: Transaction, wallets: readonly WalletState[]): Promise<void> => {
  await tx.query({
    name: 'updateWallets',
    text: UPDATE_WALLETS,
    values: [
      plain(wallets.map((wallet) => wallet.shard)),
      texts(wallets.map((wallet) => wallet.ownerId)),
      plain(wallets.map((wallet) => wallet.coins)),
      plain(wallets.map((wallet) => wallet.bonusCoins)),
      plain(wallets.map((wallet) => wallet.diamonds)),
      plain(wallets.map((wallet) => wallet.version)),
      times(wallets.map((wallet) => wallet.changedAt)),
      plain(wallets.map((wallet) => wallet.settingsVersion)),
      plain(wallets.map((wallet) => wallet.backpackPieces)),
      plain(wallets.map(({ spending }) => spending.day)),
      plain(wallets.map(({ spending }) => spending.dayCoins)),
      plain(wallets.map(({ spending }) => spending.windowStartedMs)),
      plain(wallets.map(({ spending }) => spending.windowOrders)),
    ],
  });
};

const insertWalletEntries = async (tx: Transaction, entries: readonly WalletEntry[], batchId: string): Promise<void> => {
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
      plain(entries.map((entry) => entry.coinsAfter)),
      plain(entries.map((entry) => entry.bonusCoinsAfter)),
      plain(entries.map((entry) => entry.diamondsAfter)),
      uuids(entries.map((entry) => entry.causeId)),
      times(entries.map((entry) => entry.at)),
      batchId,
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
      plain([...batch.shards]),
    ],
  });
};

// The rows are locked and were read under that lock: absolute values are right.
const UPDATE_WALLETS = `/* updateWallets */
  UPDATE wallet w SET coins = n.coins, bonus_coins = n.bonus_coins, diamonds = n.diamonds, version = n.version, changed_at = n.changed_at,
    settings_version = n.settings_version, backpack_pieces = n.backpack_pieces,
    spent_day = n.spent_day, day_coins = n.day_coins, window_started_ms = n.window_started_ms, window_orders = n.window_orders
  FROM ${rowsOf('n', { shard: 'int', owner_id: 'text', coins: 'bigint', bonus_coins: 'bigint', diamonds: 'bigint', version: 'bigint', changed_at: 'timestamptz', settings_version: 'bigint', backpack_pieces: 'int', spent_day: 'int', day_coins: 'bigint', window_started_ms: 'bigint', window_orders: 'int' })}
  WHERE w.shard = n.shard AND w.owner_id = n.owner_id COLLATE "C"`;

const INSERT_WALLET_ENTRIES = `/* insertWalletEntries */
  INSERT INTO ledger_entry (shard, account_kind, account_id, seq, currency, amount, balance_after, coins_after, bonus_coins_after, diamonds_after, batch_id,
    cause_id, at)
  SELECT e.shard, 'WALLET', e.account_id, e.seq, e.currency, e.amount, e.balance_after, e.coins_after, e.bonus_coins_after, e.diamonds_after, $12::uuid,
    e.cause_id, e.at
  FROM ${rowsOf('e', { shard: 'int', account_id: 'text', seq: 'bigint', currency: 'currency', amount: 'bigint', balance_after: 'bigint', coins_after: 'bigint', bonus_coins_after: 'bigint', diamonds_after: 'bigint', cause_id: 'uuid', at: 'timestamptz' })}`;

// The upsert takes its row locks in the order of its input, creates accounts on first use, and answers with balances that include everybody's postings. One row per shard
// says that the batch waits for its seal (sealer.ts): it appears with the batch, at COMMIT.
const POST_TO_SYSTEM_ACCOUNTS = `/* postToSystemAccounts */
  WITH posting AS MATERIALIZED (
    SELECT p.shard, p.account_id, p.currency, p.amount
    FROM unnest($1::int[], $2::text[], $3::currency[], $4::bigint[]) AS p (shard, account_id, currency, amount)
  ), account AS (
    INSERT INTO system_account AS a (shard, id, currency, balance, version, changed_at)
    SELECT shard, account_id, currency, amount, 1, $6::timestamptz FROM posting ORDER BY shard, account_id COLLATE "C"
    ON CONFLICT (shard, id) DO UPDATE SET balance = a.balance + excluded.balance, version = a.version + 1,
      changed_at = greatest(a.changed_at, excluded.changed_at)
    RETURNING a.shard, a.id, a.currency, a.balance, a.version, a.changed_at
  ), unsealed AS (
    INSERT INTO ledger_unsealed (shard, batch_id) SELECT shard, $5::uuid FROM unnest($7::int[]) AS s (shard)
  )
  INSERT INTO ledger_entry (shard, account_kind, account_id, seq, currency, amount, balance_after, batch_id, cause_id, at)
  SELECT a.shard, 'SYSTEM', a.id, a.version, a.currency, p.amount, a.balance, $5::uuid, NULL, a.changed_at
  FROM account a JOIN posting p ON p.shard = a.shard AND p.account_id COLLATE "C" = a.id`;
