import type pg from 'pg';

/** One statement. `text` starts with a tag comment naming the function (slash-star functionName star-slash); `name` makes it a prepared statement of
 * that name on each connection; `values` are its parameters. */
export interface Statement {
  readonly text: string;
  readonly name?: string;
  readonly values?: readonly unknown[];
}

/** Anything that runs statements: the pool or a transaction. bigint columns (int8) come back as `bigint`, timestamptz as `Date`. */
export interface Queryable {
  query<Row extends object>(statement: Statement): Promise<Row[]>;
}

/** An open transaction on one connection. Statements run strictly in the order in which `query` was called, each seeing what the ones before it did; those that need
 * nothing from each other's answers are best called without waiting in between (`Promise.all`): they travel together. Await every one of them. */
export interface Transaction extends Queryable {
  /** Runs after a successful COMMIT, in order of registration (publishing hints). Must not throw; never runs after a rollback. */
  afterCommit(effect: () => void): void;
}

/** One subgraph's database: one `pg.Pool`, shared with Prisma's adapter (`new PrismaPg(database.pool)`). */
export interface Database extends Queryable {
  /** The subgraph's name. */
  readonly name: string;
  /** The same for logs and metrics: which one it is, where a subgraph has several. */
  readonly label: string;
  readonly pool: pg.Pool;
  /** Runs `work` inside BEGIN … COMMIT (READ COMMITTED). Serialization failures and deadlocks (40001, 40P01) are retried, a bounded
   * number of times with jitter. `name` is for logs and metrics. Throws CommitUnknownError when the connection was lost while COMMIT was under way. */
  transaction<T>(name: string, work: (tx: Transaction) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** The connection died between sending COMMIT and its answer: the transaction may or may not have happened. */
export class CommitUnknownError extends Error {
  constructor(options: { readonly cause: unknown }) {
    super('the connection was lost while COMMIT was under way', options);
    this.name = 'CommitUnknownError';
  }
}

/** Thrown inside a transaction to have it rolled back and run again, like a serialization failure: what it found no longer holds, and the next attempt will see why. */
export class RetryTransactionError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'RetryTransactionError';
  }
}
