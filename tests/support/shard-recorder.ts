import type { Database, Statement } from '#platform/database/database.ts';

/** What was wrong with transactions that should have stayed in one shard. */
export interface ShardRecorder {
  readonly database: Database;
  /** Statements without the equality, or with another shard's, and rows of other shards; empty when all is well. */
  readonly faults: string[];
  /** Transactions seen so far. */
  transactions(): number;
}

// The epoch's row is the database's, whatever the shard.
const EQUALITY = /(?<!epoch\.)\bshard = \$(\d+)/g;

/** A database that looks at every statement of its transactions, and before each COMMIT at every row that the transaction has written or locked. `wholeTables`: those that are whole
 * everywhere; a statement about nothing else needs no shard. */
export const recordShards = (database: Database, wholeTables: RegExp): ShardRecorder => {
  const faults: string[] = [];
  let transactions = 0;
  return {
    faults,
    transactions: () => transactions,
    database: {
      ...database,
      transaction: (name, work) =>
        database.transaction(name, async (tx) => {
          transactions += 1;
          const shards = new Set<unknown>();
          const answer = await work({
            afterCommit: (effect) => tx.afterCommit(effect),
            query: (statement) => {
              const named = wholeTables.test(statement.text) ? [] : shardsIn(statement);
              if (named.length === 0 && !wholeTables.test(statement.text)) faults.push(`${name}: no shard in ${statement.text}`);
              for (const shard of named) shards.add(shard);
              return tx.query(statement);
            },
          });
          const rows = await tx.query<{ readonly table: string; readonly shard: number }>({ text: TOUCHED });
          for (const { shard } of rows) shards.add(shard);
          if (shards.size > 1)
            faults.push(
              `${name}: shards ${[...shards].join(', ')}; rows ${rows.map(({ table, shard }) => `${table} ${shard}`).join(', ')}`,
            );
          return answer;
        }),
    },
  };
};

/** The values that a statement compares `shard` columns with. */
const shardsIn = ({ text, values = [] }: Statement): readonly unknown[] =>
  [...text.matchAll(EQUALITY)].map(([, place]) => values[Number(place) - 1]);

/** A row's xmin is who wrote it, its xmax who locked it. */
const TABLES = [
  'wallet',
  'system_account',
  'ledger_entry',
  'ledger_unsealed',
  'answer',
  'gift_order',
  'gift_hold',
  'sender_stream',
  'sender_gift',
  'gift_credit',
]
  .concat([
    'backpack_lot',
    'backpack_use',
    'gift_refund',
    'gift_refund_return',
    'stream_gift_totals',
    'gift_goal',
    'top_up',
    'feed',
    'feed_event',
  ])
  .concat(['gift_stock', 'stock_reservation'])
  .concat(['ledger_chain', 'ledger_seal', 'ledger_sum'])
  .concat(['wallet_action', 'top_up_refund', 'payment_event', 'leaderboard_consent']);

const TOUCHED = TABLES.map(
  (table) => `SELECT DISTINCT '${table}' AS table, shard FROM ${table} WHERE pg_current_xact_id_if_assigned()::xid IN (xmin, xmax)`,
).join('\nUNION ALL ');
