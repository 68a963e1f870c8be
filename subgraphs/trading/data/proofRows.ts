import type { Queryable, Transaction } from '#platform/database/database.ts';
import type { Currency } from '../domain/ledger.ts';
import { type ChainPosition, type GroupSum, PROOF_FAULTS_MAX, type Way } from '../domain/ledgerProof.ts';
import { ACCOUNT_GROUP } from './sealRows.ts';

/** The running sums of a database, and up to which seals they count. One statement, so that both are of one moment. */
export const readSealedSums = async (
  db: Queryable,
): Promise<{ readonly chains: readonly ChainPosition[]; readonly sums: readonly GroupSum[] }> => {
  const rows = await db.query<SealedRow>({ name: 'readSealedSums', text: READ_SEALED_SUMS });
  const chains = new Map(rows.map(({ shard, seq, hash, sealed_at }) => [shard, { shard, seal: seq, hash, sealedAt: sealed_at }]));
  const sums = rows.flatMap(({ shard, account_group, currency, amount }) =>
    account_group === null ? [] : [{ shard, group: account_group, currency, amount }],
  );
  return { chains: [...chains.values()], sums };
};

/** Has the transaction see one moment only, and take no statement longer than so many milliseconds. Call it first. Answers with the name of that moment. Two statements. */
export const beginSnapshot = async (tx: Transaction, statementMs: number): Promise<string> => {
  const [, , rows] = await Promise.all([
    tx.query({ text: '/* beginSnapshot */ SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY' }),
    tx.query({ text: "/* beginSnapshot */ SELECT set_config('statement_timeout', $1, true)", values: [String(statementMs)] }),
    tx.query<{ readonly snapshot: string }>({ text: '/* beginSnapshot */ SELECT pg_current_snapshot()::text AS snapshot' }),
  ]);
  return rows[0]?.snapshot ?? '';
};

/** What all balances of a database add up to, by group of accounts. Reads every wallet. One statement. */
export const readBalanceSums = (tx: Transaction): Promise<readonly GroupSum[]> => tx.query<GroupSum>({ text: READ_BALANCE_SUMS });

/** What all sealed entries of a database add up to, by group of accounts. Reads every entry. One statement. */
export const readEntrySums = (tx: Transaction): Promise<readonly GroupSum[]> => tx.query<GroupSum>({ text: READ_ENTRY_SUMS });

/** Accounts whose balance is not the sum of their entries, PROOF_FAULTS_MAX at most. Reads every wallet and every entry. One statement. */
export const listForgedBalances = (tx: Transaction): Promise<readonly ForgedBalance[]> =>
  tx.query<ForgedBalance>({ text: LIST_FORGED_BALANCES, values: [PROOF_FAULTS_MAX] });

export interface ForgedBalance {
  readonly shard: number;
  readonly kind: 'WALLET' | 'SYSTEM';
  readonly id: string;
  readonly currency: Currency;
  readonly balance: bigint;
  readonly entries: bigint;
}

/** One side of everything that goes from shard to shard, as it is now: what was sent from this database's shards (`transit`), or has arrived in them (`mirror`). One statement. */
export const readWays = (db: Queryable, side: 'transit' | 'mirror'): Promise<readonly Way[]> =>
  db.query<Way>({ text: READ_WAYS, values: [[side, `bonus-${side}`]] });

interface SealedRow {
  readonly shard: number;
  readonly seq: bigint;
  readonly hash: Uint8Array;
  readonly sealed_at: Date;
  readonly account_group: string | null;
  readonly currency: Currency;
  readonly amount: bigint;
}

const READ_SEALED_SUMS = `/* readSealedSums */
  SELECT c.shard, c.seq, c.hash, c.sealed_at, s.account_group, s.currency, s.amount
  FROM ledger_chain c LEFT JOIN ledger_sum s ON s.shard = c.shard
  ORDER BY c.shard, s.account_group, s.currency`;

const WALLET_BALANCES = `(VALUES ('COINS'::currency, w.coins), ('BONUS_COINS', w.bonus_coins), ('DIAMONDS', w.diamonds)) AS b (currency, balance)`;

const READ_BALANCE_SUMS = `/* readBalanceSums */
  SELECT shard, 'wallets' AS "group", currency, sum(balance)::bigint AS amount FROM (
    SELECT w.shard, b.currency, b.balance
    FROM (SELECT shard, sum(coins) AS coins, sum(bonus_coins) AS bonus_coins, sum(diamonds) AS diamonds FROM wallet GROUP BY shard) AS w
    CROSS JOIN LATERAL ${WALLET_BALANCES}) AS held
  GROUP BY shard, currency
  UNION ALL
  SELECT shard, split_part(id, ':', 1), currency, sum(balance)::bigint FROM system_account GROUP BY 1, 2, 3
  ORDER BY 1, 2, 3`;

const READ_ENTRY_SUMS = `/* readEntrySums */
  SELECT e.shard, ${ACCOUNT_GROUP} AS "group", e.currency, sum(e.amount)::bigint AS amount
  FROM ledger_entry e
  WHERE NOT EXISTS (SELECT FROM ledger_unsealed u WHERE u.shard = e.shard AND u.batch_id = e.batch_id)
  GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`;

// Accounts and entries are compared by grouping their union: it costs the same with and without statistics, where a join may not.
const LIST_FORGED_BALANCES = `/* listForgedBalances */
  SELECT shard, kind, id, currency, sum(balance)::bigint AS balance, sum(amount)::bigint AS entries FROM (
    SELECT w.shard, 'WALLET'::account_kind AS kind, w.owner_id AS id, b.currency, b.balance, 0 AS amount FROM wallet w CROSS JOIN LATERAL ${WALLET_BALANCES}
    UNION ALL SELECT shard, 'SYSTEM', id, currency, balance, 0 FROM system_account
    UNION ALL SELECT shard, account_kind, account_id, currency, 0, amount FROM ledger_entry) AS both_sides
  GROUP BY shard, kind, id, currency HAVING sum(balance) <> sum(amount)
  ORDER BY shard, kind, id, currency LIMIT $1`;

const READ_WAYS = `/* readWays */
  SELECT split_part(id, ':', 2) AS pair, currency, balance FROM system_account WHERE split_part(id, ':', 1) = ANY ($1::text[])`;
