import type { ExecutionResult } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ANONYMOUS } from '#platform/identity/identity.ts';
import { POINTS_MAX, SERIES_READ_MAX } from '../../subgraphs/monitoring/domain/limits.ts';
import { ask, askData, aUser } from '../support/runtime.ts';
import { aMonitoring, type Monitoring, OPERATOR, reportSamples } from './monitoring-support.ts';

const SERIES = 'query Series($input: MetricSeriesInput!) { metricSeries(input: $input) { name unit points { at value } } }';

interface Series {
  readonly name: string;
  readonly unit: string;
  readonly points: readonly { readonly at: string; readonly value: number | null }[];
}

let monitoring: Monitoring;
// A minute that lies two minutes back, on whole tens of seconds.
const fromMs = Math.floor(Date.now() / 10_000) * 10_000 - 120_000;
const at = (seconds: number): string => new Date(fromMs + seconds * 1_000).toISOString();

beforeAll(async () => {
  monitoring = await aMonitoring();
});
afterAll(() => monitoring?.close());

const inputOf = (name: string, input: object = {}) => ({ name, from: at(0), to: at(60), stepSeconds: 10, ...input });
const series = async (name: string, input: object = {}): Promise<readonly Series[]> =>
  (
    await askData<{ metricSeries: readonly Series[] }>(monitoring.running, {
      as: OPERATOR,
      query: SERIES,
      variables: { input: inputOf(name, input) },
    })
  ).metricSeries;
const refusal = async (name: string, input: object = {}, as = OPERATOR): Promise<{ readonly code: unknown; readonly message: string }> => {
  const { errors }: ExecutionResult = await ask(monitoring.running, { as, query: SERIES, variables: { input: inputOf(name, input) } });
  return { code: errors?.[0]?.extensions['code'], message: errors?.[0]?.message ?? '' };
};
const every5s = (name: string, values: readonly number[]) => values.map((value, index) => ({ name, at: at(index * 5), value }));

test('a counter is answered as its rate per second, restarts and gaps included, on the asked grid', async () => {
  const name = 'fanfare_gifts_total{service="trading",instance="rate"}';
  await reportSamples(monitoring.running, [
    ...every5s(name, [0, 50, 100, 5, 55]),
    { name, at: at(45), value: 1_000 },
    { name, at: at(50), value: 1_010 },
  ]);
  expect(await series(name)).toEqual([
    {
      name,
      unit: 'gifts/s',
      points: [10, 5.5, null, null, 2, null].map((value, index) => ({ at: at(index * 10), value })),
    },
  ]);
});

test('a gauge is answered as its mean per step', async () => {
  const name = 'fanfare_lane_queued{service="trading",instance="mean",lane="gifts"}';
  await reportSamples(monitoring.running, every5s(name, [1, 3, 10, 20]));
  expect((await series(name, { to: at(20) }))[0]).toMatchObject({ unit: 'commands', points: [{ value: 2 }, { value: 15 }] });
});

test('a family answers with every series that reported then, by name, and labels narrow it', async () => {
  const named = (service: string, instance: string): string => `fanfare_messages_total{service="${service}",instance="${instance}"}`;
  const names = [named('messaging', 'a'), named('messaging', 'b'), named('other', 'a')];
  await reportSamples(
    monitoring.running,
    names.flatMap((name) => every5s(name, [0, 10])),
  );
  const namesOf = async (name: string, input = {}): Promise<readonly string[]> => (await series(name, input)).map((one) => one.name);
  expect(await namesOf('fanfare_messages_total')).toEqual(names);
  expect(await namesOf('fanfare_messages_total{service="messaging"}')).toEqual(names.slice(0, 2));
  expect(await namesOf('fanfare_messages_total{service="messaging",instance="b"}')).toEqual(names.slice(1, 2));
  expect(await namesOf('fanfare_messages_total{service="nobody"}')).toEqual([]);
});

describe('refused with a clear sentence', () => {
  test.each([
    ['an unknown metric', 'no_such_metric', {}, /no metric no_such_metric/],
    ['a name that is none', 'fanfare_gifts_total{', {}, /not the name/],
    ['a step of nothing', 'fanfare_gifts_total', { stepSeconds: 0 }, /stepSeconds/],
    ['a negative step', 'fanfare_gifts_total', { stepSeconds: -5 }, /stepSeconds/],
    ['a time that ends before it begins', 'fanfare_gifts_total', { to: at(-1) }, /later than from/],
    ['too many points', 'fanfare_gifts_total', { to: at(POINTS_MAX + 1), stepSeconds: 1 }, new RegExp(`at most ${POINTS_MAX}`)],
    [
      'a time before and after everything',
      'fanfare_gifts_total',
      { from: '0001-01-01T00:00:00Z', to: '9999-12-31T00:00:00Z', stepSeconds: 1 },
      /at most/,
    ],
  ])('%s', async (_, name, input, message) => {
    expect(await refusal(name, input)).toEqual({ code: 'BAD_USER_INPUT', message: expect.stringMatching(message) });
  });

  test('more series than one answer holds', async () => {
    const names = Array.from({ length: SERIES_READ_MAX + 1 }, (_, index) => `fanfare_feed_lag_events{service="crowd",instance="${index}"}`);
    await reportSamples(
      monitoring.running,
      names.map((name) => ({ name, at: at(1), value: 1 })),
    );
    expect(await refusal('fanfare_feed_lag_events')).toEqual({ code: 'BAD_USER_INPUT', message: expect.stringMatching(/add labels/) });
    expect(await series('fanfare_feed_lag_events{service="crowd",instance="7"}')).toHaveLength(1);
  });

  test('who may not read operations', async () => {
    expect((await refusal('fanfare_gifts_total', {}, ANONYMOUS as typeof OPERATOR)).code).toBe('UNAUTHENTICATED');
    expect((await refusal('fanfare_gifts_total', {}, aUser('alice', 'metrics:write'))).code).toBe('FORBIDDEN');
  });
});
