import { describe, expect, test } from 'vitest';
import { readSeriesName } from '../../subgraphs/monitoring/data/series-name.ts';
import {
  SAMPLE_AGE_MAX_MS,
  SAMPLE_AHEAD_MAX_MS,
  SAMPLES_PER_REPORT_MAX,
  SERIES_PER_REPORTER_MAX,
} from '../../subgraphs/monitoring/domain/limits.ts';
import { checkSampleCount, checkSeriesCount, decideReport, type ReportDecision } from '../../subgraphs/monitoring/domain/report.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 12);
const UP = 'fanfare_service_up{service="trading",instance="a"}';
const decide = (name: string, agoMs = 0): ReportDecision =>
  decideReport(
    [
      { name: UP, at: new Date(NOW_MS), value: 1 },
      { name, at: new Date(NOW_MS - agoMs), value: 2 },
    ],
    NOW_MS,
    readSeriesName,
  );

describe('the name of a series', () => {
  test('has one canonical form, whatever the order of its labels', () => {
    const [one, other] = [
      readSeriesName('fanfare_dependency_up{on="redis",instance="a",service="trading"}'),
      readSeriesName('fanfare_dependency_up{service="trading",instance="a",on="redis"}'),
    ];
    expect(one).toEqual(other);
    expect(one).toMatchObject({ family: 'fanfare_dependency_up', labels: { service: 'trading', instance: 'a', on: 'redis' } });
  });

  test.each([
    ['no_such_metric', /no metric no_such_metric/],
    ['fanfare_service_up{color="red"}', /no label color/],
    ['fanfare_service_up{service=""}', /1 to 128/],
    [`fanfare_service_up{service="${'x'.repeat(129)}"}`, /1 to 128/],
    ['fanfare_service_up{service="a",service="b"}', /not the name/],
    ['fanfare_service_up{service="a"', /not the name/],
    ['', /not the name/],
    [`fanfare_service_up{service="${'x'.repeat(600)}"}`, /not the name/],
  ])('%s is refused', (name, problem) => {
    expect(readSeriesName(name)).toMatch(problem);
  });
});

describe('a report', () => {
  test('is taken as a whole', () => {
    expect(decide('fanfare_gifts_total{service="trading",instance="a"}')).toMatchObject({
      error: null,
      samples: [{ value: 1 }, { value: 2 }],
    });
  });

  test('is refused as a whole, with the path of the first sample at fault', () => {
    expect(decide('nothing_we_know')).toEqual({
      error: expect.objectContaining({ code: 'UNKNOWN_METRIC', field: ['input', 'samples', '1', 'name'] }),
    });
  });

  test('with a sample that is too old, or too far ahead, is refused; at the bounds it is taken', () => {
    expect(decide(UP, SAMPLE_AGE_MAX_MS).error).toBeNull();
    expect(decide(UP, -SAMPLE_AHEAD_MAX_MS).error).toBeNull();
    expect(decide(UP, SAMPLE_AGE_MAX_MS + 1).error).toMatchObject({ code: 'TOO_OLD', field: ['input', 'samples', '1', 'at'] });
    expect(decide(UP, -SAMPLE_AHEAD_MAX_MS - 1).error).toMatchObject({ code: 'TOO_OLD' });
  });

  test('has one to a thousand samples', () => {
    expect([1, SAMPLES_PER_REPORT_MAX].map(checkSampleCount)).toEqual([null, null]);
    expect([0, SAMPLES_PER_REPORT_MAX + 1].map((count) => checkSampleCount(count)?.code)).toEqual(['TOO_MANY_SAMPLES', 'TOO_MANY_SAMPLES']);
  });

  test('cannot create more series than a reporter may have, but can always add to those it has', () => {
    expect(checkSeriesCount(SERIES_PER_REPORTER_MAX - 1, 1)).toBeNull();
    expect(checkSeriesCount(SERIES_PER_REPORTER_MAX, 1)?.code).toBe('TOO_MANY_SAMPLES');
    expect(checkSeriesCount(SERIES_PER_REPORTER_MAX, 0)).toBeNull();
  });
});
