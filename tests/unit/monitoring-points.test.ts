import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { POINTS_MAX } from '../../subgraphs/monitoring/domain/limits.ts';
import { counterPoints, type Grid, gaugePoints, gridProblem, type Sample } from '../../subgraphs/monitoring/domain/points.ts';

const aGrid = (grid: Partial<Grid> = {}): Grid => ({ fromMs: 0, toMs: 60_000, stepMs: 10_000, holdMs: 15_000, ...grid });
const every5s = (values: readonly number[], fromMs = 0): readonly Sample[] =>
  values.map((value, index) => ({ atMs: fromMs + index * 5_000, value }));
const valuesOf = (points: readonly { readonly value: number | null }[]): readonly (number | null)[] => points.map(({ value }) => value);

describe('grid', () => {
  test('a step of 0 or of half a second, a time that ends before it begins, and too many steps are refused with a sentence', () => {
    expect(gridProblem(aGrid({ stepMs: 0 }))).toMatch(/stepSeconds/);
    expect(gridProblem(aGrid({ stepMs: 500 }))).toMatch(/stepSeconds/);
    expect(gridProblem(aGrid({ toMs: 0 }))).toMatch(/later than from/);
    expect(gridProblem(aGrid({ toMs: 10_000 * (POINTS_MAX + 1) }))).toMatch(`at most ${POINTS_MAX}`);
    expect(gridProblem(aGrid({ toMs: 10_000 * POINTS_MAX }))).toBeNull();
  });

  test('steps begin at from and end before to, also when the last one is cut short', () => {
    expect(gaugePoints([], aGrid({ toMs: 25_000 })).map(({ atMs }) => atMs)).toEqual([0, 10_000, 20_000]);
  });
});

describe('gauges', () => {
  test('a step with samples shows their mean', () => {
    expect(valuesOf(gaugePoints(every5s([1, 3, 10, 20]), aGrid({ toMs: 20_000 })))).toEqual([2, 15]);
  });

  test('a step without a sample shows the last value while it holds, then a gap', () => {
    const points = gaugePoints([{ atMs: 1_000, value: 7 }], aGrid({ toMs: 25_000, stepMs: 5_000 }));
    expect(valuesOf(points)).toEqual([7, 7, 7, 7, null]);
  });

  test('a sample before the grid holds into it', () => {
    expect(valuesOf(gaugePoints([{ atMs: -10_000, value: 7 }], aGrid({ toMs: 20_000 })))).toEqual([7, null]);
  });
});

describe('counters', () => {
  test('an even increase has the same rate in every step', () => {
    const samples = every5s(
      Array.from({ length: 20 }, (_, index) => index * 10),
      -10_000,
    );
    expect(valuesOf(counterPoints(samples, aGrid()))).toEqual([2, 2, 2, 2, 2, 2]);
  });

  test('a restart counts what has been counted since, and never gives a negative rate', () => {
    expect(valuesOf(counterPoints(every5s([100, 120, 5, 25]), aGrid({ toMs: 15_000, stepMs: 5_000 })))).toEqual([4, 1, 4]);
  });

  test('two samples further apart than the hold time leave a gap between them', () => {
    const samples = [
      { atMs: 0, value: 0 },
      { atMs: 10_000, value: 10 },
      { atMs: 40_000, value: 1_000 },
      { atMs: 50_000, value: 1_010 },
    ];
    expect(valuesOf(counterPoints(samples, aGrid()))).toEqual([1, null, null, null, 1, null]);
  });

  test('nothing after `to` changes a point that begins before it', () => {
    const samples = every5s([0, 10, 20, 1_000]);
    expect(valuesOf(counterPoints(samples, aGrid({ toMs: 7_500, stepMs: 5_000 })))).toEqual([2, 2]);
  });

  test('whatever the grid, rate × time summed over the steps is the increase between neighbours', () => {
    const gap = fc.integer({ min: 1, max: 15_000 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(gap, fc.nat(1_000)), { minLength: 2, maxLength: 60 }),
        fc.integer({ min: 1_000, max: 60_000 }),
        (steps, stepMs) => {
          const samples: Sample[] = [];
          for (const [afterMs, more] of steps) {
            const before = samples.at(-1) ?? { atMs: 0, value: 0 };
            samples.push({ atMs: before.atMs + afterMs, value: before.value + more });
          }
          const [first, last] = [samples[0], samples.at(-1)];
          if (first === undefined || last === undefined) throw new Error('there are at least two samples');
          const grid = aGrid({ fromMs: first.atMs, toMs: last.atMs, stepMs });
          const counted = counterPoints(samples, grid).reduce((sum, point) => {
            const lengthMs = Math.min(point.atMs + stepMs, grid.toMs) - point.atMs;
            return sum + ((point.value ?? 0) * lengthMs) / 1_000;
          }, 0);
          expect(counted).toBeCloseTo(last.value - first.value, 4);
        },
      ),
      { numRuns: 300 },
    );
  });
});
