import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AlertState, type OpenAlert, stepAlert, type ThresholdRule } from '../../subgraphs/monitoring/domain/alert.ts';
import { SERVICE_FORGOTTEN_MS } from '../../subgraphs/monitoring/domain/limits.ts';
import { describeSilence, measureSilences, serviceSilentRule } from '../../subgraphs/monitoring/domain/silence.ts';

const RULE: ThresholdRule = { name: 'test', threshold: 15, clearLevel: 10, forMs: 5_000, clearForMs: 4_000 };

/** Plays values, one every two seconds, and answers with the change at each. */
const play = (values: readonly (number | null)[]): readonly (AlertState | null)[] => {
  let open: OpenAlert | null = null;
  return values.map((value, index) => {
    const step = stepAlert(RULE, open, value, index * 2_000);
    open = step.next;
    return step.change;
  });
};

describe('a threshold rule', () => {
  test('opens an alert above the threshold, fires after its time, and resolves after its time at the clear level', () => {
    expect(play([15, 16, 16, 16, 16, 10, 10, 10])).toEqual([null, 'PENDING', null, null, 'FIRING', null, null, 'RESOLVED']);
  });

  test('ends a pending alert as soon as the value is back, without having fired', () => {
    expect(play([16, 15, 16])).toEqual(['PENDING', 'RESOLVED', 'PENDING']);
  });

  test('keeps firing between the clear level and the threshold, and starts the clear time anew after a relapse', () => {
    expect(play([16, 16, 16, 16, 12, 12, 12, 12])).toEqual(['PENDING', null, null, 'FIRING', null, null, null, null]);
    expect(play([16, 16, 16, 16, 5, 5, 12, 5, 5, 5])).toEqual(['PENDING', null, null, 'FIRING', null, null, null, null, null, 'RESOLVED']);
  });

  test('resolves when there is nothing left to measure, and opens nothing then', () => {
    expect(play([16, null, null])).toEqual(['PENDING', 'RESOLVED', null]);
    expect(play([16, 16, 16, 16, null])).toEqual(['PENDING', null, null, 'FIRING', 'RESOLVED']);
  });

  test('only ever goes PENDING, FIRING, RESOLVED, and fires only after its time above the threshold without a break', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 30 })), { maxLength: 80 }), (values) => {
        const allowed: Readonly<Record<string, readonly AlertState[]>> = {
          RESOLVED: ['PENDING'],
          PENDING: ['FIRING', 'RESOLVED'],
          FIRING: ['RESOLVED'],
        };
        let state: AlertState = 'RESOLVED';
        for (const [index, change] of play(values).entries()) {
          if (change === null) continue;
          expect(allowed[state]).toContain(change);
          if (change === 'FIRING')
            expect(values.slice(index - 3, index + 1).every((value) => value !== null && value > RULE.threshold)).toBe(true);
          state = change;
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('the silence of services', () => {
  const nowMs = 10 * SERVICE_FORGOTTEN_MS;
  const report = (service: string, agoMs: number, instance = 'a') => ({ service, instance, up: true, atMs: nowMs - agoMs });

  test('is counted from the newest report of any instance, for every service of the last day', () => {
    const up = [
      report('trading', 60_000),
      report('trading', 3_000, 'b'),
      report('messaging', 20_000),
      report('gone', SERVICE_FORGOTTEN_MS + 1),
    ];
    expect(measureSilences(up, 0, nowMs).map(({ service, seconds }) => [service, seconds])).toEqual([
      ['messaging', 20],
      ['trading', 3],
    ]);
  });

  test('before we listened is not heard: after a restart of monitoring nobody is accused at once', () => {
    expect(measureSilences([report('trading', 60_000)], nowMs - 2_000, nowMs)).toEqual([
      { service: 'trading', seconds: 60, heardSeconds: 2 },
    ]);
  });

  test('a clock that is ahead does not make it negative', () => {
    expect(measureSilences([report('trading', -5_000)], 0, nowMs)[0]?.seconds).toBe(0);
  });

  test('is told in a sentence', () => {
    expect(describeSilence('trading', 21.6, false)).toBe('trading has not reported for 22 seconds.');
    expect(describeSilence('trading', 0.4, true)).toBe('trading reports again.');
    expect(describeSilence('trading', null, true)).toMatch('not watched any more');
  });

  test('has a threshold that follows how often processes report', () => {
    expect(serviceSilentRule(15_000)).toMatchObject({ name: 'service-silent', threshold: 15, clearLevel: 10 });
    expect(serviceSilentRule(180_000)).toMatchObject({ threshold: 180, clearLevel: 120 });
  });
});
