import { afterEach, expect, test } from 'vitest';
import { CommitUnknownError, type Database, RetryTransactionError, type Transaction } from '#platform/database/database.ts';
import { openDatabase } from '#platform/database/open.ts';
import { TRANSACTION_ATTEMPTS_MAX } from '#platform/database/transaction.ts';
import { aDroppingProxy } from '../support/dropping-proxy.ts';
import { anEmptyDatabaseUrl } from '../support/postgres.ts';
import { aTelemetry, metricOf } from '../support/telemetry.ts';

const telemetry = aTelemetry();
const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const thing of open.splice(0).toReversed()) await thing.close();
});

/** A database with the table `coin (id, n)` and the rows 1 and 2, n = 0. */
async function aCoinDatabase(url?: string): Promise<Database> {
  const database = await openDatabase({ name: 'test', url: url ?? (await anEmptyDatabaseUrl()), telemetry });
  open.push(database);
  await database.query({ text: 'CREATE TABLE IF NOT EXISTS coin (id int PRIMARY KEY, n bigint NOT NULL)' });
  await database.query({ text: 'INSERT INTO coin VALUES (1, 0), (2, 0) ON CONFLICT DO NOTHING' });
  return database;
}

const add = (tx: Transaction, id: number) => tx.query({ text: 'UPDATE coin SET n = n + 1 WHERE id = $1', values: [id] });
const coins = async (database: Database) =>
  (await database.query<{ n: bigint }>({ text: 'SELECT n FROM coin ORDER BY id' })).map(({ n }) => n);
const counted = (name: string, labels: Record<string, string>) => metricOf(telemetry, name, labels);

/** Resolves for all callers when `count` of them have come. Later callers pass. */
function aMeeting(count: number): () => Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let here = 0;
  return () => {
    here += 1;
    if (here === count) resolve();
    return promise;
  };
}

test('two transactions that deadlock are both committed: the victim runs again', async () => {
  const database = await aCoinDatabase();
  const bothHoldOne = aMeeting(2);
  let attempts = 0;
  const crosswise = (first: number, second: number) =>
    database.transaction('deadlock', async (tx) => {
      attempts += 1;
      await add(tx, first);
      await bothHoldOne();
      await add(tx, second);
    });
  await Promise.all([crosswise(1, 2), crosswise(2, 1)]);
  expect(await coins(database)).toEqual([2n, 2n]);
  expect(attempts).toBe(3);
  expect(await counted('fanfare_database_retries_total', { transaction: 'deadlock' })).toBe(1);
  expect(await counted('fanfare_database_transactions_total', { transaction: 'deadlock', outcome: 'committed' })).toBe(2);
});

test('a serialization failure runs again on a new snapshot', async () => {
  const database = await aCoinDatabase();
  const bothHaveRead = aMeeting(2);
  const readThenWrite = () =>
    database.transaction('serialization', async (tx) => {
      await tx.query({ text: 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ' });
      const [row] = await tx.query<{ n: bigint }>({ text: 'SELECT n FROM coin WHERE id = 1' });
      await bothHaveRead();
      await tx.query({ text: 'UPDATE coin SET n = $1 WHERE id = 1', values: [(row?.n ?? 0n) + 1n] });
    });
  await Promise.all([readThenWrite(), readThenWrite()]);
  expect(await coins(database)).toEqual([2n, 0n]);
  expect(await counted('fanfare_database_retries_total', { transaction: 'serialization' })).toBe(1);
});

test('work that asks to begin again is rolled back and run again', async () => {
  const database = await aCoinDatabase();
  let attempts = 0;
  await database.transaction('asking', async (tx) => {
    attempts += 1;
    await add(tx, 1);
    if (attempts < 3) throw new RetryTransactionError('the row has moved');
  });
  expect([attempts, await coins(database)]).toEqual([3, [1n, 0n]]);
});

test('a transaction that fails every time is tried a bounded number of times', async () => {
  const database = await aCoinDatabase();
  let attempts = 0;
  const always = database.transaction('always', async (tx) => {
    attempts += 1;
    await tx.query({ text: "DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$" });
  });
  await expect(always).rejects.toMatchObject({ code: '40001' });
  expect(attempts).toBe(TRANSACTION_ATTEMPTS_MAX);
});

test('another error is not retried and leaves nothing behind', async () => {
  const database = await aCoinDatabase();
  let attempts = 0;
  const failing = database.transaction('failing', async (tx) => {
    attempts += 1;
    await add(tx, 1);
    await tx.query({ text: 'INSERT INTO coin VALUES (1, 0)' });
  });
  await expect(failing).rejects.toMatchObject({ code: '23505' });
  expect([attempts, await coins(database)]).toEqual([1, [0n, 0n]]);
});

test('an error of the work itself rolls back and reaches the caller as it is', async () => {
  const database = await aCoinDatabase();
  const cause = new Error('no such gift');
  const failing = database.transaction('failing', async (tx) => {
    await add(tx, 1);
    throw cause;
  });
  await expect(failing).rejects.toBe(cause);
  expect(await coins(database)).toEqual([0n, 0n]);
});

test('of statements that travel together the one that failed is heard, not those behind it, however long its way up is', async () => {
  const database = await aCoinDatabase();
  const failing = async (tx: Transaction): Promise<unknown> => {
    try {
      return await tx.query({ text: 'SELECT 1 / 0' });
    } finally {
      // Long enough for the answers behind it to be here.
      for (let turn = 0; turn < 1_000; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const both = database.transaction('test', (tx) =>
    Promise.all([failing(tx), tx.query({ text: 'SELECT 1' }), tx.query({ text: 'SELECT 2' })]),
  );
  await expect(both).rejects.toMatchObject({ code: '22012' });
});

test('named statements that a failure kept from being prepared work in the next transaction of that connection', async () => {
  const database = await aCoinDatabase();
  const named = { name: 'later', text: 'SELECT 2 AS two' };
  await expect(
    database.transaction('test', (tx) => Promise.all([tx.query({ text: 'SELECT 1 / 0' }), tx.query(named), tx.query(named)])),
  ).rejects.toMatchObject({ code: '22012' });
  expect(await database.transaction('test', (tx) => tx.query(named))).toEqual([{ two: 2 }]);
});

test('a failed statement that the work swallows is not taken for a commit', async () => {
  const database = await aCoinDatabase();
  const swallowing = database.transaction('swallowing', async (tx) => {
    await add(tx, 1);
    await tx.query({ text: 'SELECT 1 / 0' }).catch(() => undefined);
  });
  await expect(swallowing).rejects.toThrow('swallowing was rolled back');
  expect(await coins(database)).toEqual([0n, 0n]);
});

test('statements that are called without waiting run in the order of their calls, each seeing what the ones before it did', async () => {
  const database = await aCoinDatabase();
  const read = (tx: Transaction) => tx.query<{ n: bigint }>({ text: 'SELECT n FROM coin WHERE id = 1' });
  const seen = await database.transaction('pipelined', (tx) => Promise.all([add(tx, 1), read(tx), add(tx, 1), add(tx, 1), read(tx)]));
  expect([seen[1], seen[4]]).toEqual([[{ n: 1n }], [{ n: 3n }]]);
  expect(await coins(database)).toEqual([3n, 0n]);
});

test('of statements that are called without waiting the one at fault is reported, nothing of them stays, and the connection is kept', async () => {
  const database = await aCoinDatabase();
  const failing = { name: 'failing', text: 'INSERT INTO coin VALUES ($1, 0)', values: [1] };
  const work = database.transaction('pipelined', (tx) => Promise.all([add(tx, 1), tx.query(failing), add(tx, 2), tx.query(failing)]));
  await expect(work).rejects.toMatchObject({ code: '23505' });
  expect(await coins(database)).toEqual([0n, 0n]);
  await database.transaction('pipelined', (tx) => Promise.all([tx.query({ ...failing, values: [3] }), add(tx, 3)]));
  expect(await coins(database)).toEqual([0n, 0n, 1n]);
  expect(database.pool.totalCount).toBe(1);
});

test('effects run after COMMIT, in order, once, and not for attempts that were rolled back', async () => {
  const database = await aCoinDatabase();
  const effects: string[] = [];
  let attempts = 0;
  await database.transaction('effects', async (tx) => {
    attempts += 1;
    tx.afterCommit(() => effects.push(`first of attempt ${attempts}`));
    tx.afterCommit(() => effects.push('second'));
    await add(tx, 1);
    if (attempts === 1) await tx.query({ text: "DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40P01'; END $$" });
    expect(effects).toEqual([]);
  });
  expect(effects).toEqual(['first of attempt 2', 'second']);
});

test('an effect that throws takes nothing back and stops no other effect', async () => {
  const database = await aCoinDatabase();
  const effects: string[] = [];
  await database.transaction('throwing effect', async (tx) => {
    tx.afterCommit(() => {
      throw new Error('no listeners');
    });
    tx.afterCommit(() => effects.push('second'));
    await add(tx, 1);
  });
  expect([effects, await coins(database)]).toEqual([['second'], [1n, 0n]]);
});

test('a statement after the end of its transaction is refused', async () => {
  const database = await aCoinDatabase();
  const escaped = await database.transaction('escaping', async (tx) => () => add(tx, 1));
  await expect(escaped()).rejects.toThrow('this transaction has ended');
  expect(await coins(database)).toEqual([0n, 0n]);
});

test('a connection lost before COMMIT is a plain failure: nothing happened, and the pool goes on', async () => {
  const database = await aCoinDatabase();
  const failing = database.transaction('killed', async (tx) => {
    await add(tx, 1);
    const [row] = await tx.query<{ pid: number }>({ text: 'SELECT pg_backend_pid() AS pid' });
    await database.query({ text: 'SELECT pg_terminate_backend($1, 5000)', values: [row?.pid] });
  });
  const error = await failing.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(Error);
  expect(error).not.toBeInstanceOf(CommitUnknownError);
  expect(await coins(database)).toEqual([0n, 0n]);
});

test.each([
  ['unanswered', 1n],
  ['unsent', 0n],
] as const)('a COMMIT that is lost %s is CommitUnknownError, whatever became of it, and no effect runs', async (how, coinsAfter) => {
  const url = await anEmptyDatabaseUrl();
  const proxy = await aDroppingProxy(url);
  open.push(proxy);
  const database = await aCoinDatabase(proxy.url);
  const effects: string[] = [];
  proxy.dropAt('COMMIT', how);
  const lost = database.transaction(`commit ${how}`, async (tx) => {
    tx.afterCommit(() => effects.push('ran'));
    await add(tx, 1);
  });
  await expect(lost).rejects.toBeInstanceOf(CommitUnknownError);
  expect(effects).toEqual([]);
  expect(await coins(database)).toEqual([coinsAfter, 0n]);
  expect(await counted('fanfare_database_transactions_total', { transaction: `commit ${how}`, outcome: 'unknown' })).toBe(1);
});

test('a COMMIT that PostgreSQL refuses (a deferred constraint) is a plain failure', async () => {
  const database = await aCoinDatabase();
  await database.query({ text: 'CREATE TABLE debt (id int REFERENCES coin DEFERRABLE INITIALLY DEFERRED)' });
  const refused = database.transaction('deferred', (tx) => tx.query({ text: 'INSERT INTO debt VALUES (99)' }));
  await expect(refused).rejects.toMatchObject({ code: '23503' });
});
