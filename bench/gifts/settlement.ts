import type { Database, Statement, Transaction } from '#platform/database/database.ts';

/** When each batch of credits was committed, on the clock of the wall (epoch milliseconds): a credit counts from its COMMIT, not from its row's time. */
export interface SettlementWatch {
  /** The database for the credit consumer. */
  readonly database: Database;
  /** How long after their orders were decided receivers were credited, in milliseconds, for orders from that moment on. */
  lagsMs(since: Date): Promise<readonly number[]>;
}

const ORDERS_MAX = 500_000;

export const watchSettlement = (real: Database): SettlementWatch => {
  const committedMs = new Map<string, number>();
  const transaction = async <T>(name: string, work: (tx: Transaction) => Promise<T>): Promise<T> => {
    let batchId: string | null = null;
    const result = await real.transaction(name, (tx) =>
      work({
        afterCommit: (effect) => tx.afterCommit(effect),
        query: <Row extends object>(statement: Statement): Promise<Row[]> => {
          if (statement.name === 'insertCredits')
            batchId = String(statement.values?.find((value) => typeof value === 'string' && UUID.test(value)));
          return tx.query<Row>(statement);
        },
      }),
    );
    if (batchId !== null) committedMs.set(batchId, Date.now());
    return result;
  };
  return {
    database: {
      name: real.name,
      label: real.label,
      pool: real.pool,
      query: (statement) => real.query(statement),
      transaction,
      close: () => Promise.resolve(),
    },
    lagsMs: async (since) => {
      const rows = await real.query<{ readonly batch_id: string; readonly created_at: Date }>({ text: LAGS, values: [since, ORDERS_MAX] });
      return rows.flatMap(({ batch_id, created_at }) => {
        const atMs = committedMs.get(batch_id);
        return atMs === undefined ? [] : [atMs - created_at.getTime()];
      });
    },
  };
};

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7/;

const LAGS = `/* settlementLags */ SELECT gift_credit.batch_id, gift_order.created_at FROM gift_order
  JOIN gift_credit ON gift_credit.order_id = gift_order.id WHERE gift_order.created_at >= $1 LIMIT $2`;
