import fc from 'fast-check';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Database, Transaction } from '#platform/database/database.ts';
import { openDatabase } from '#platform/database/open.ts';
import { createLane, type Lane, type LaneOptions } from '#platform/lane/lane.ts';
import { withDeadline } from '../support/deadline.ts';
import { aDroppingProxy, type DroppingProxy } from '../support/dropping-proxy.ts';
import { aFeedDatabase, ITEM_DEADLINE_MS } from '../support/feeds.ts';
import { eventually } from '../support/platform.ts';
import { aFeedDatabaseUrl, aPostgres, runOn } from '../support/postgres.ts';
import { aTelemetry, metricOf } from '../support/telemetry.ts';

interface Note {
  readonly actor: string;
  readonly key: string;
  readonly text: string;
}

test('an idle lane runs a command at once; what arrives while a batch runs travels in the next one, in order', async () => {
  const gate = Promise.withResolvers<void>();
  const { lane, batches } = await aLane({ before: (batch) => (batch[0]?.key === 'first' ? gate.promise : Promise.resolve()) });
  const first = lane.submit(note('first'));
  await eventually('the first is running', () => batches.length === 1, ITEM_DEADLINE_MS);
  const rest = ['a', 'b', 'c', 'd'].map((key) => lane.submit(note(key)));
  expect(lane.queued).toBe(4);
  gate.resolve();
  expect(await Promise.all([first, ...rest])).toEqual(['first!', 'a!', 'b!', 'c!', 'd!']);
  expect(batches).toEqual([['first'], ['a', 'b', 'c', 'd']]);
  expect(lane.queued).toBe(0);
});

test('a burst in one turn is one batch, and a batch never exceeds its limit', async () => {
  const { lane, batches } = await aLane({ batchMax: 10 });
  await Promise.all(Array.from({ length: 25 }, (_, index) => lane.submit(note(`k${index}`))));
  expect(batches.map((batch) => batch.length)).toEqual([10, 10, 5]);
});

test('a lane that has become slow takes in no more than it can answer in time', async () => {
  const now = performance.now.bind(performance);
  let aheadMs = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now() + aheadMs);
  const { lane } = await aLane({
    batchMax: 10,
    deadlineMs: 30_000,
    before: async (batch) => {
      if (batch[0]?.key === 'slow') aheadMs = 22_500;
    },
  });
  await lane.submit(note('slow'));
  // A fifth of it counts: two batches are now expected to take 9 s, three 13.5 s, which is longer than a command may wait, 12 s.
  const outcomes = Array.from({ length: 50 }, (_, index) => lane.submit(note(`k${index}`)));
  const settled = await Promise.allSettled(outcomes);
  const refused = settled.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as { readonly code: string }] : []));
  expect(refused.map(({ code }) => code)).toEqual(Array.from({ length: 30 }, () => 'BUSY'));
});

test('a lane rests between two batches for as long as it is told, and not while it closes', async () => {
  const rests = [300, 60_000];
  const { lane, batches } = await aLane({ restMs: () => rests.shift() ?? 0 });
  await lane.submit(note('first'));
  const beganMs = performance.now();
  await lane.submit(note('second'));
  expect(performance.now() - beganMs).toBeGreaterThan(250);
  // By then it rests.
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  const third = lane.submit(note('third'));
  const closed = lane.close();
  await expect(withDeadline(Promise.all([third, closed]), 'closing')).resolves.toEqual(['third!', undefined]);
  expect(batches).toEqual([['first'], ['second'], ['third']]);
});

test('one poison command fails alone, with its own error, wherever it stands in the batch', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 0, max: 39 }), { minLength: 1, maxLength: 4 }), async (poisoned) => {
      const { lane, stored } = await aLane({});
      const prefix = crypto.randomUUID();
      const outcomes = await Promise.allSettled(
        Array.from({ length: 40 }, (_, index) =>
          lane.submit(note(`${prefix} ${String(index).padStart(2, '0')}`, { text: poisoned.includes(index) ? 'a\u0000b' : 'fine' })),
        ),
      );
      expect(outcomes.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []))).toEqual(poisoned.toSorted((a, b) => a - b));
      for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: '22021' });
      const keys = await stored(prefix);
      expect(keys).toEqual(keys.toSorted());
      expect(keys).toHaveLength(40 - poisoned.length);
      await lane.close();
    }),
    { numRuns: 8 },
  );
});

test('a bug in run that one command provokes fails that command alone', async () => {
  const { lane } = await aLane({
    before: (batch) =>
      batch.some(({ key }) => key === 'bug') ? Promise.reject(new TypeError('undefined is not a function')) : Promise.resolve(),
  });
  const outcomes = await Promise.allSettled(['a', 'bug', 'b'].map((key) => lane.submit(note(key))));
  expect(outcomes).toMatchObject([{ value: 'a!' }, { reason: { message: 'undefined is not a function' } }, { value: 'b!' }]);
});

test('run must decide every command: otherwise nothing is committed', async () => {
  const { database } = await aLane({});
  const lane = createLane<Note, string>({
    name: 'short',
    database,
    telemetry: aTelemetry(),
    actorOf: ({ actor }) => actor,
    run: async (tx, batch) => (await store(tx, batch)).slice(1),
  });
  onTestFinished(() => lane.close());
  await expect(lane.submit(note('lost'))).rejects.toThrow('lane short decided 0 of 1 commands');
  expect(await database.query({ text: "SELECT FROM note WHERE key = 'lost'" })).toEqual([]);
});

test('a full queue answers BUSY at once, and so does one actor with more than its share; both say when to come back', async () => {
  const gate = Promise.withResolvers<void>();
  const telemetry = aTelemetry();
  const { lane, batches } = await aLane({ queueMax: 1_000, telemetry, before: () => gate.promise });
  const running = lane.submit(note('running'));
  await eventually('it is running', () => batches.length === 1, ITEM_DEADLINE_MS);
  const accepted: Promise<string>[] = [];
  for (let index = 0; index < 50; index += 1) accepted.push(lane.submit(note(`greedy ${index}`, { actor: 'greedy' })));
  await expect(lane.submit(note('one more', { actor: 'greedy' }))).rejects.toMatchObject({
    code: 'BUSY',
    retryAfterMs: expect.any(Number),
    message: expect.stringContaining('your own'),
  });
  for (let index = 50; index < 1_000; index += 1) accepted.push(lane.submit(note(`other ${index}`, { actor: `other ${index % 100}` })));
  await expect(lane.submit(note('too many', { actor: 'late' }))).rejects.toMatchObject({
    code: 'BUSY',
    message: expect.stringContaining('was not executed'),
  });
  gate.resolve();
  await Promise.all([running, ...accepted]);
  expect(await lane.submit(note('again', { actor: 'greedy' }))).toBe('again!');
  expect(await metricOf(telemetry, 'fanfare_lane_commands_total', { end: 'busy' })).toBe(2);
  expect(await metricOf(telemetry, 'fanfare_lane_commands_total', { end: 'done' })).toBe(1_002);
});

test('a small queue still gives every actor twenty places', async () => {
  const gate = Promise.withResolvers<void>();
  const { lane, batches } = await aLane({ queueMax: 100, before: () => gate.promise });
  const running = lane.submit(note('running'));
  await eventually('it is running', () => batches.length === 1, ITEM_DEADLINE_MS);
  const accepted = Array.from({ length: 20 }, (_, index) => lane.submit(note(`k${index}`)));
  await expect(lane.submit(note('k20'))).rejects.toMatchObject({ code: 'BUSY' });
  gate.resolve();
  expect(await Promise.all([running, ...accepted])).toHaveLength(21);
});

test('abort removes what is queued and gives its place back; what is running is finished and answered', async () => {
  const gate = Promise.withResolvers<void>();
  const { lane, batches, stored } = await aLane({ queueMax: 100, before: () => gate.promise });
  const abort = new AbortController();
  const running = lane.submit(note('running'), { signal: abort.signal });
  await eventually('it is running', () => batches.length === 1, ITEM_DEADLINE_MS);
  const queued = Array.from({ length: 20 }, (_, index) => lane.submit(note(`queued ${index}`), { signal: abort.signal }));
  const kept = lane.submit(note('kept', { actor: 'somebody else' }));
  const settled = Promise.allSettled(queued);
  abort.abort(new Error('hung up'));
  for (const outcome of await settled) expect(outcome).toMatchObject({ status: 'rejected', reason: { message: 'hung up' } });
  expect(lane.queued).toBe(1);
  await expect(lane.submit(note('never'), { signal: abort.signal })).rejects.toThrow('hung up');
  const instead = lane.submit(note('instead'));
  gate.resolve();
  expect(await Promise.all([running, kept, instead])).toEqual(['running!', 'kept!', 'instead!']);
  expect(await stored('')).toEqual(['running', 'kept', 'instead']);
});

test('a command whose deadline passes in the queue is removed with TIMEOUT; one that is being written, with OUTCOME_UNKNOWN', async () => {
  const [reached, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const { lane, stored } = await aLane({
    before: (batch) => {
      reached.resolve();
      return batch[0]?.key === 'stuck' ? gate.promise : Promise.resolve();
    },
  });
  stopTheClock();
  const stuck = lane.submit(note('stuck'));
  await reached.promise;
  const outcomes = Promise.allSettled([stuck, lane.submit(note('waiting'))]);
  vi.advanceTimersByTime(5_000);
  expect(await outcomes).toMatchObject([
    { reason: { code: 'OUTCOME_UNKNOWN' } },
    { reason: { code: 'TIMEOUT', message: expect.stringContaining('not executed') } },
  ]);
  vi.useRealTimers();
  gate.resolve();
  expect(await lane.submit(note('next'))).toBe('next!');
  expect(await stored('')).toEqual(['stuck', 'next']);
});

test('the connection lost at COMMIT, answer lost: the batch runs again and the keys settle it', async () => {
  const { lane, proxy, stored, batches } = await aLane({ proxied: true });
  await lane.submit(note('warm'));
  proxy.dropAt('COMMIT', 'unanswered');
  expect(await Promise.all([lane.submit(note('a')), lane.submit(note('b'))])).toEqual(['a again', 'b again']);
  expect(batches.slice(1)).toEqual([
    ['a', 'b'],
    ['a', 'b'],
  ]);
  expect(await stored('')).toEqual(['warm', 'a', 'b']);
});

test('the connection lost at COMMIT, COMMIT lost: the batch runs again as if for the first time', async () => {
  const { lane, proxy, stored } = await aLane({ proxied: true });
  await lane.submit(note('warm'));
  proxy.dropAt('COMMIT', 'unsent');
  expect(await Promise.all([lane.submit(note('a')), lane.submit(note('b'))])).toEqual(['a!', 'b!']);
  expect(await stored('')).toEqual(['warm', 'a', 'b']);
});

test('the connection lost before COMMIT: surely not executed, so the batch runs again', async () => {
  const { lane, proxy, stored } = await aLane({ proxied: true });
  await lane.submit(note('warm'));
  proxy.dropAt('INSERT INTO note', 'unanswered');
  expect(await lane.submit(note('a'))).toBe('a!');
  expect(await stored('')).toEqual(['warm', 'a']);
});

test('while the database is down: BUSY for what surely did not run, OUTCOME_UNKNOWN for what may have; both settle with the same key afterwards', async () => {
  const postgres = await aPostgres();
  const url = postgres.urlOf('postgres');
  await runOn(url, NOTE_TABLE);
  const proxy = await aDroppingProxy(url);
  onTestFinished(() => proxy.close());
  const database = await openDatabase({ name: 'test', url: proxy.url, telemetry: aTelemetry() });
  onTestFinished(() => database.close());
  const [lane, patient] = [aNoteLane(database, { deadlineMs: 1_500 }), aNoteLane(database, { deadlineMs: 30_000 })];
  await patient.submit(note('warm'));
  proxy.dropAt('COMMIT', 'unanswered');
  const unknown = lane.submit(note('a'));
  await eventually('the commit is done', async () => (await keysIn(url)).includes('a'), ITEM_DEADLINE_MS).finally(() => postgres.kill());
  const busy = lane.submit(note('b'));
  const outcomes = await Promise.allSettled([unknown, busy]);
  expect(outcomes[0]).toSatisfy((outcome: PromiseSettledResult<string>) =>
    outcome.status === 'rejected' ? outcome.reason.code === 'OUTCOME_UNKNOWN' : outcome.value === 'a again',
  );
  expect(outcomes[1]).toMatchObject({ status: 'rejected', reason: { code: expect.stringMatching(/^(BUSY|TIMEOUT)$/) } });
  await postgres.restart();
  expect(new URL(postgres.urlOf('postgres')).port).toBe(new URL(url).port);
  expect(await patient.submit(note('a'))).toBe('a again');
  expect(await patient.submit(note('b'))).toBe('b!');
  expect(await keysIn(url)).toEqual(['warm', 'a', 'b']);
}, 90_000);

test('while the pool has no connection to give, commands end with BUSY at the deadline, and what was refused is not executed later', async () => {
  const { database, batches } = await aLane({});
  const lane = aNoteLane(database, { batches });
  const held = await Promise.all(Array.from({ length: database.pool.options.max }, () => database.pool.connect()));
  stopTheClock();
  const outcomes = Promise.allSettled([lane.submit(note('a')), lane.submit(note('b'))]);
  await expect.poll(() => database.pool.waitingCount).toBe(1);
  vi.advanceTimersByTime(5_000);
  const refused = await outcomes;
  vi.useRealTimers();
  expect(refused.map((outcome) => outcome.status === 'rejected' && outcome.reason.code)).toEqual(['BUSY', 'BUSY']);
  // One that still waits when there is a connection again travels with those that have given up.
  for (const connection of held) connection.release();
  expect(await lane.submit(note('next'))).toBe('next!');
  expect(batches).toEqual([['next']]);
  expect(await keysIn(database.pool.options.connectionString ?? '')).toEqual(['next']);
});

test('a fault that every command would meet is answered at once and not bisected', async () => {
  const { database, batches } = await aLane({});
  const lane = aNoteLane(database, { batches, before: async (_, tx) => void (await tx.query({ text: 'SELECT * FROM no_such_table' })) });
  const outcomes = await Promise.allSettled(Array.from({ length: 30 }, (_, index) => lane.submit(note(`k${index}`))));
  expect(outcomes.every((outcome) => outcome.status === 'rejected' && outcome.reason.code === '42P01')).toBe(true);
  expect(batches).toHaveLength(1);
});

test('closing refuses new commands and finishes what was accepted', async () => {
  const { lane, stored } = await aLane({ batchMax: 2 });
  const accepted = ['a', 'b', 'c', 'd', 'e'].map((key) => lane.submit(note(key)));
  const closed = lane.close();
  await expect(lane.submit(note('late'))).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
  await withDeadline(closed, 'the lane is closed');
  expect(await Promise.all(accepted)).toEqual(['a!', 'b!', 'c!', 'd!', 'e!']);
  expect(await stored('')).toEqual(['a', 'b', 'c', 'd', 'e']);
  await lane.close();
});

const NOTE_TABLE =
  'CREATE TABLE note (actor text NOT NULL, key text NOT NULL, text text NOT NULL, place bigserial, PRIMARY KEY (actor, key))';

/** From now on the lane's time passes by `vi.advanceTimersByTime` only; the database goes on working. */
function stopTheClock(): void {
  onTestFinished(() => void vi.useRealTimers());
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
}

interface Fixture extends Partial<Pick<LaneOptions<Note, string>, 'batchMax' | 'queueMax' | 'deadlineMs' | 'telemetry' | 'restMs'>> {
  /** Runs inside the transaction, before the batch is written. */
  readonly before?: (batch: readonly Note[], tx: Transaction) => Promise<unknown>;
  readonly batches?: string[][];
}

async function aLane(fixture: Fixture & { readonly proxied?: boolean }) {
  const url = await aFeedDatabaseUrl();
  await runOn(url, NOTE_TABLE);
  const proxy: Omit<DroppingProxy, 'cut' | 'mend'> =
    fixture.proxied === true
      ? await aDroppingProxy(url)
      : { url, dropAt: () => undefined, dropped: () => true, close: () => Promise.resolve() };
  onTestFinished(() => proxy.close());
  const database = await aFeedDatabase({ url: proxy.url });
  const batches: string[][] = [];
  const lane = aNoteLane(database, { ...fixture, batches });
  const stored = async (prefix: string): Promise<string[]> => (await keysIn(url)).filter((key) => key.startsWith(prefix));
  return { database, lane, batches, proxy, stored };
}

function aNoteLane(database: Database, { before, batches = [], ...options }: Fixture): Lane<Note, string> {
  const run = async (tx: Transaction, batch: readonly Note[]): Promise<readonly string[]> => {
    batches.push(batch.map(({ key }) => key));
    await before?.(batch, tx);
    return store(tx, batch);
  };
  const lane = createLane<Note, string>({
    name: 'notes',
    database,
    telemetry: aTelemetry(),
    actorOf: ({ actor }) => actor,
    run,
    ...options,
  });
  onTestFinished(() => lane.close());
  return lane;
}

/** Idempotent by (actor, key), as every lane's run is. */
async function store(tx: Transaction, batch: readonly Note[]): Promise<readonly string[]> {
  const rows = await tx.query<{ key: string }>({
    text: '/* store */ INSERT INTO note (actor, key, text) SELECT * FROM unnest($1::text[], $2::text[], $3::text[]) ON CONFLICT DO NOTHING RETURNING key',
    values: [batch.map(({ actor }) => actor), batch.map(({ key }) => key), batch.map(({ text }) => text)],
  });
  const written = new Set(rows.map(({ key }) => key));
  return batch.map(({ key }) => (written.has(key) ? `${key}!` : `${key} again`));
}

async function keysIn(url: string): Promise<string[]> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<{ key: string }>('SELECT key FROM note ORDER BY place')).rows.map(({ key }) => key);
  } finally {
    await client.end();
  }
}

function note(key: string, more: Partial<Note> = {}): Note {
  return { actor: 'alice', key, text: 'hello', ...more };
}
