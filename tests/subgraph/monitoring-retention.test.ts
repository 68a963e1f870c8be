import { afterAll, beforeAll, expect, test } from 'vitest';
import { evaluateSilences } from '../../subgraphs/monitoring/data/evaluation.ts';
import { type ReportCommand, runReports } from '../../subgraphs/monitoring/data/reports.ts';
import { trimRest, trimSeries } from '../../subgraphs/monitoring/data/retention.ts';
import { ALERT_RETENTION_MS, REPORT_RETENTION_MS, SAMPLE_RETENTION_MS } from '../../subgraphs/monitoring/domain/limits.ts';
import { serviceSilentRule } from '../../subgraphs/monitoring/domain/silence.ts';
import { aDatabaseUrl } from '../support/postgres.ts';
import { type MonitoringTables, monitoringTables } from './monitoring-support.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 12);
let tables: MonitoringTables;

beforeAll(async () => {
  tables = await monitoringTables(await aDatabaseUrl('monitoring'));
});
afterAll(() => tables?.close());

/** One report per age, as if it had come in then. */
async function reportAt(name: string, agesMs: readonly number[]): Promise<void> {
  const commands = agesMs.map((ageMs): ReportCommand => {
    const samples = [{ name: `fanfare_lane_queued{service="${name}"}`, at: new Date(NOW_MS - ageMs), value: 1 }];
    return { reporterId: `service:${name}`, key: `${name}-${ageMs}`, samples, receivedAtMs: NOW_MS - ageMs };
  });
  await tables.database.transaction('report', (tx) => runReports(tx, commands));
}

test('what is older than its retention goes, in bounded steps; everything younger stays', async () => {
  const minute = 60_000;
  const old = Array.from({ length: 450 }, (_, index) => SAMPLE_RETENTION_MS + (index + 1) * minute);
  await reportAt('busy', [...old, SAMPLE_RETENTION_MS - minute, 0]);
  await reportAt('gone', [SAMPLE_RETENTION_MS + minute]);
  expect(await tables.db.metricSample.count()).toBe(453);

  let place = await trimSeries(tables.database, NOW_MS, null);
  expect(place).toBeNull();
  // At most 200 samples of one series at a time: three runs for 450 of them.
  expect(await tables.db.metricSample.count()).toBe(252);
  for (let run = 0; run < 2; run += 1) place = await trimSeries(tables.database, NOW_MS, place);
  expect(await tables.db.metricSample.findMany({ select: { at: true }, orderBy: { at: 'asc' } })).toEqual([
    { at: new Date(NOW_MS - SAMPLE_RETENTION_MS + minute) },
    { at: new Date(NOW_MS) },
  ]);

  await trimRest(tables.database, NOW_MS);
  expect(await tables.db.metricSeries.findMany({ select: { name: true } })).toEqual([{ name: 'fanfare_lane_queued{service="busy"}' }]);
  expect(await tables.db.metricReport.findMany({ select: { key: true } })).toEqual([{ key: 'busy-0' }]);
  expect(await tables.db.metricReporter.findMany({ select: { id: true } })).toEqual([{ id: 'service:busy' }]);
});

test('a series with samples is kept even when its newest is old, until they are gone', async () => {
  await reportAt('slow', [SAMPLE_RETENTION_MS + 1_000]);
  await trimRest(tables.database, NOW_MS);
  expect(await tables.db.metricSeries.count({ where: { name: { contains: 'slow' } } })).toBe(1);
});

test('an answer to a report is kept for longer than a sample may be old', async () => {
  await reportAt('keys', [REPORT_RETENTION_MS - 1_000, REPORT_RETENTION_MS + 1_000]);
  await trimRest(tables.database, NOW_MS);
  expect(await tables.db.metricReport.count({ where: { key: { startsWith: 'keys' } } })).toBe(1);
});

test('resolved alerts go after a quarter, open ones stay whatever their age', async () => {
  const evaluate = (service: string, silence: number, ageMs: number): Promise<number> =>
    evaluateSilences(tables.database, tables.feeds, {
      rule: serviceSilentRule(15_000),
      silences: [{ service, seconds: silence, heardSeconds: silence }],
      nowMs: NOW_MS - ageMs,
    });
  const day = 24 * 60 * 60_000;
  await evaluate('over', 20, ALERT_RETENTION_MS + day);
  await evaluate('over', 1, ALERT_RETENTION_MS + day);
  await evaluate('recent', 20, day);
  await evaluate('recent', 1, day);
  await evaluate('open', 20, ALERT_RETENTION_MS + 2 * day);
  await trimRest(tables.database, NOW_MS);
  expect(await tables.db.alert.findMany({ select: { service: true, state: true }, orderBy: { service: 'asc' } })).toEqual([
    { service: 'open', state: 'PENDING' },
    { service: 'recent', state: 'RESOLVED' },
  ]);
});
