import { randomUUID } from 'node:crypto';
import type { ExecutionResult } from 'graphql';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Transaction } from '#platform/database/database.ts';
import type { Identity } from '#platform/identity/identity.ts';
import { ANONYMOUS } from '#platform/identity/identity.ts';
import type { RunningSubgraph } from '#platform/subgraph/subgraph.ts';
import { type ReportCommand, runReports } from '../../subgraphs/monitoring/data/reports.ts';
import { SAMPLES_PER_REPORT_MAX, SERIES_PER_REPORTER_MAX } from '../../subgraphs/monitoring/domain/limits.ts';
import { aDatabaseUrl } from '../support/postgres.ts';
import { aService, ask, askData, aUser } from '../support/runtime.ts';
import { ago, aMonitoring, eventually, type Monitoring, monitoringTables, type Sample } from './monitoring-support.ts';

const REPORT =
  'mutation Report($input: ReportMetricsInput!) { reportMetrics(input: $input) { accepted userErrors { code message field } } }';

interface Payload {
  readonly accepted: number;
  readonly userErrors: readonly { readonly code: string; readonly message: string; readonly field: readonly string[] | null }[];
}

let url: string;
let processes: readonly Monitoring[];
let monitoring: RunningSubgraph;
let twin: RunningSubgraph;
let rows: pg.Pool;

// Two processes' worth of monitoring over one database.
beforeAll(async () => {
  url = await aDatabaseUrl('monitoring');
  const [one, other] = [await aMonitoring({ url }), await aMonitoring({ url })];
  processes = [one, other];
  [monitoring, twin] = [one.running, other.running];
  rows = new pg.Pool({ connectionString: url, max: 2 });
});

afterAll(async () => {
  await rows?.end();
  for (const process of processes ?? []) await process.close();
});

const reporter = (name: string = randomUUID()): Identity => aService(name, 'metrics:write');
const aSample = (sample: Partial<Sample> = {}): Sample => ({
  name: `fanfare_gifts_total{service="trading",instance="${randomUUID()}"}`,
  at: new Date().toISOString(),
  value: 1,
  ...sample,
});
const report = async (
  samples: readonly Sample[],
  options: { readonly as?: Identity; readonly key?: string; readonly to?: RunningSubgraph } = {},
) => {
  const variables = { input: { idempotencyKey: options.key ?? randomUUID(), samples } };
  const data = await askData<{ reportMetrics: Payload }>(options.to ?? monitoring, {
    as: options.as ?? reporter(),
    query: REPORT,
    variables,
  });
  return data.reportMetrics;
};
const storedSamples = async (name: string): Promise<readonly number[]> => {
  const found = await rows.query<{ value: number }>(
    'SELECT sample.value FROM metric_series AS series JOIN metric_sample AS sample ON sample.shard = series.shard AND sample.series_id = series.id WHERE series.name = $1 ORDER BY sample.at',
    [name],
  );
  return found.rows.map(({ value }) => value);
};
const codesOf = (payload: Payload): readonly string[] => payload.userErrors.map(({ code }) => code);
const codeOf = ({ errors }: ExecutionResult): unknown => errors?.[0]?.extensions['code'];

describe('a report', () => {
  test('stores its samples and says how many', async () => {
    const [one, other] = [aSample({ value: 3.5 }), aSample({ value: 7 })];
    expect(await report([one, other])).toEqual({ accepted: 2, userErrors: [] });
    expect([await storedSamples(other.name), await storedSamples(one.name)]).toEqual([[7], [3.5]]);
  });

  test('writes one series whatever the order of its labels', async () => {
    const instance = randomUUID();
    await report([aSample({ name: `fanfare_gifts_total{instance="${instance}",service="trading"}`, at: ago(1), value: 1 })]);
    await report([aSample({ name: `fanfare_gifts_total{service="trading",instance="${instance}"}`, value: 2 })]);
    expect(await storedSamples(`fanfare_gifts_total{service="trading",instance="${instance}"}`)).toEqual([1, 2]);
  });

  test('with two samples of one series at one instant keeps the first, now and ever after', async () => {
    const instant = ago(5);
    const [first, second, third] = [1, 2, 3].map((value) =>
      aSample({ name: 'fanfare_gifts_total{service="twice"}', at: instant, value }),
    ) as [Sample, Sample, Sample];
    await report([first, second]);
    await report([third]);
    expect(await storedSamples(first.name)).toEqual([1]);
  });

  test.each([
    ['an unknown metric', { name: 'no_such_metric' }, 'UNKNOWN_METRIC', 'name'],
    ['a name that is no series', { name: 'fanfare_gifts_total{' }, 'UNKNOWN_METRIC', 'name'],
    ['a sample older than an hour', { at: ago(3_700) }, 'TOO_OLD', 'at'],
    ['a sample from the future', { at: ago(-120) }, 'TOO_OLD', 'at'],
  ])('with %s is refused as a whole: the good sample beside it is not stored', async (_, fault, code, field) => {
    const good = aSample();
    const payload = await report([good, aSample(fault)]);
    expect(payload).toMatchObject({ accepted: 0, userErrors: [{ code, field: ['input', 'samples', '1', field] }] });
    expect(await storedSamples(good.name)).toEqual([]);
  });

  test('without samples, or with one more than allowed, is refused; with as many as allowed it is taken', async () => {
    const many = Array.from({ length: SAMPLES_PER_REPORT_MAX }, (_, index) =>
      aSample({ name: 'fanfare_lane_queued{service="many"}', at: ago(index) }),
    );
    expect(codesOf(await report([]))).toEqual(['TOO_MANY_SAMPLES']);
    expect(codesOf(await report([...many, aSample()]))).toEqual(['TOO_MANY_SAMPLES']);
    expect((await report(many)).accepted).toBe(SAMPLES_PER_REPORT_MAX);
  });

  test('cannot create more series than a reporter may have, while those it has go on', async () => {
    const as = reporter();
    const instance = randomUUID();
    const named = (index: number): Sample => aSample({ name: `fanfare_lane_queued{instance="${instance}",lane="lane-${index}"}` });
    const half = SERIES_PER_REPORTER_MAX / 2;
    for (const from of [0, half])
      expect(
        codesOf(
          await report(
            Array.from({ length: half }, (_, index) => named(from + index)),
            { as },
          ),
        ),
      ).toEqual([]);
    expect(codesOf(await report([named(SERIES_PER_REPORTER_MAX)], { as }))).toEqual(['TOO_MANY_SAMPLES']);
    expect((await report([named(7)], { as })).accepted).toBe(1);
    expect((await report([named(SERIES_PER_REPORTER_MAX)])).accepted).toBe(1);
  });

  test('waits for the one before it by the same reporter: together they cannot create more series than allowed', async () => {
    const tables = await monitoringTables(url);
    const reporterId = randomUUID();
    const command = (from: number, count: number): ReportCommand => {
      const samples = Array.from({ length: count }, (_, index) =>
        parsed(aSample({ name: `fanfare_lane_queued{instance="${reporterId}",lane="${from + index}"}` })),
      );
      return { reporterId, key: randomUUID(), samples, receivedAtMs: Date.now() };
    };
    try {
      const [ran, mayCommit] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const first = tables.database.transaction('first', async (tx) => {
        const answers = await runReports(tx, [command(0, 1_000), command(1_000, 999)]);
        ran.resolve();
        await mayCommit.promise;
        return answers;
      });
      await ran.promise;
      const second = tables.database.transaction('second', (tx) => runReports(tx, [command(5_000, 1), command(6_000, 1)]));
      const waiting = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%lockReporters%'";
      await Promise.race([
        second,
        eventually(
          async () => (await rows.query(waiting)).rowCount,
          (count) => count === 1,
        ),
      ]);
      mayCommit.resolve();
      expect((await first).map(({ accepted }) => accepted)).toEqual([1_000, 999]);
      expect((await second).map(({ accepted, error }) => [accepted, error?.code])).toEqual([
        [1, undefined],
        [0, 'TOO_MANY_SAMPLES'],
      ]);
    } finally {
      await tables.close();
    }
  });
});

describe('a key', () => {
  test('that is repeated gets the stored answer and stores nothing again, from any process', async () => {
    const [as, key, sample] = [reporter(), randomUUID(), aSample()];
    const answers = [
      await report([sample], { as, key }),
      await report([sample], { as, key, to: twin }),
      await report([sample], { as, key }),
    ];
    expect(answers).toEqual(Array.from({ length: 3 }, () => ({ accepted: 1, userErrors: [] })));
  });

  test('that comes with other samples is a conflict, and changes nothing', async () => {
    const [as, key, sample, other] = [reporter(), randomUUID(), aSample(), aSample()];
    await report([sample], { as, key });
    expect(codesOf(await report([other], { as, key }))).toEqual(['IDEMPOTENCY_CONFLICT']);
    expect(codesOf(await report([{ ...sample, value: 2 }], { as, key, to: twin }))).toEqual(['IDEMPOTENCY_CONFLICT']);
    expect(await storedSamples(other.name)).toEqual([]);
    expect(await report([sample], { as, key })).toEqual({ accepted: 1, userErrors: [] });
  });

  test('keeps a refusal too', async () => {
    const [as, key] = [reporter(), randomUUID()];
    const refused = await report([aSample({ name: 'no_such_metric' })], { as, key });
    expect(codesOf(refused)).toEqual(['UNKNOWN_METRIC']);
    expect(codesOf(await report([aSample()], { as, key }))).toEqual(['IDEMPOTENCY_CONFLICT']);
  });

  test('belongs to its reporter: a user, a service and another service may use the same', async () => {
    const key = randomUUID();
    const name = randomUUID();
    const people = [aUser(name, 'metrics:write'), aService(name, 'metrics:write'), reporter()];
    for (const as of people) expect(await report([aSample()], { as, key })).toEqual({ accepted: 1, userErrors: [] });
  });

  test('sent fifty times at once through two processes is taken once and answered alike', async () => {
    const [as, key, sample] = [reporter(), randomUUID(), aSample()];
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => report([sample], { as, key, to: index % 2 === 0 ? monitoring : twin })),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(new Set([JSON.stringify({ accepted: 1, userErrors: [] })]));
    expect(await storedSamples(sample.name)).toEqual([1]);
  });

  test('that is empty or too long is refused as input', async () => {
    for (const idempotencyKey of ['', 'x'.repeat(129)]) {
      const answer = await ask(monitoring, {
        as: reporter(),
        query: REPORT,
        variables: { input: { idempotencyKey, samples: [aSample()] } },
      });
      expect(codeOf(answer)).toBe('BAD_USER_INPUT');
    }
  });
});

describe('who may report', () => {
  test.each([
    ['nobody', ANONYMOUS, 'UNAUTHENTICATED'],
    ['a user without the scope', aUser('alice', 'chat:write', 'ops:read'), 'FORBIDDEN'],
    ['a service without the scope', aService('trading'), 'FORBIDDEN'],
    ['an audience', { kind: 'audience', audience: 'everyone' } as const, 'FORBIDDEN'],
  ])('not %s', async (_, as, code) => {
    const sample = aSample();
    const answer = await ask(monitoring, { as, query: REPORT, variables: { input: { idempotencyKey: randomUUID(), samples: [sample] } } });
    expect(codeOf(answer)).toBe(code);
    expect(await storedSamples(sample.name)).toEqual([]);
  });
});

test('numbers that are none, and texts that the database cannot keep, are refused before anything is stored', async () => {
  const bad: readonly unknown[] = [
    { ...aSample(), value: Number.POSITIVE_INFINITY },
    { ...aSample(), value: Number.NaN },
    { ...aSample(), value: '1' },
    { ...aSample(), at: '2026-02-30T00:00:00Z' },
    { ...aSample(), name: 'fanfare_gifts_total{service="\0"}' },
    { ...aSample(), name: 'fanfare_gifts_total{service="\ud800"}' },
  ];
  for (const sample of bad) {
    const answer = await ask(monitoring, {
      as: reporter(),
      query: REPORT,
      variables: { input: { idempotencyKey: randomUUID(), samples: [sample] } },
    });
    expect(codeOf(answer)).toBe('BAD_USER_INPUT');
  }
});

test('a batch costs the same number of statements whatever its size', async () => {
  const tables = await monitoringTables(url);
  try {
    const statementsFor = (reports: number): Promise<number> =>
      tables.database.transaction('test', async (tx) => {
        let statements = 0;
        const counting: Transaction = {
          ...tx,
          query: (statement) => {
            statements += 1;
            return tx.query(statement);
          },
        };
        const command = (): ReportCommand => ({
          reporterId: randomUUID(),
          key: randomUUID(),
          samples: [parsed(aSample()), parsed(aSample())],
          receivedAtMs: Date.now(),
        });
        const answers = await runReports(counting, Array.from({ length: reports }, command));
        expect(answers.every(({ accepted }) => accepted === 2)).toBe(true);
        return statements;
      });
    expect(await statementsFor(20)).toBe(await statementsFor(1));
  } finally {
    await tables.close();
  }
});

const parsed = ({ name, at, value }: Sample) => ({ name, at: new Date(at), value });
