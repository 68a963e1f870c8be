import type { Database, Statement } from '#platform/database/database.ts';
import { ALERT_RETENTION_MS, REPORT_RETENTION_MS, SAMPLE_RETENTION_MS } from '../domain/limits.ts';

/** Rows of one kind (other than samples) that one run deletes at most: a backlog is worked off in several runs, none of which holds locks for long. */
const TRIM_ROWS_MAX = 5_000;
/** Series that one run looks through, and samples that it deletes of each: at a run every five seconds and a sample every five seconds this keeps up with 100,000 series. */
const TRIM_SERIES_MAX = 500;
const TRIM_SAMPLES_PER_SERIES_MAX = 200;

/** A place among all series, in the order of their key. */
export interface SeriesPlace {
  readonly shard: number;
  readonly id: string;
}

/** Deletes old samples of the next TRIM_SERIES_MAX series after `after` (null: from the first), and those of these series that have none left and report no
 * more. Answers with where to go on; null after the last. */
export async function trimSeries(database: Database, nowMs: number, after: SeriesPlace | null): Promise<SeriesPlace | null> {
  const series = await database.query<{ shard: number; id: string }>({
    name: 'nextSeries',
    text: `/* nextSeries */
      SELECT shard, id FROM metric_series WHERE $1::int IS NULL OR (shard, id) > ($1::int, $2::uuid) ORDER BY shard, id LIMIT $3`,
    values: [after?.shard ?? null, after?.id ?? null, TRIM_SERIES_MAX],
  });
  const values = [series.map(({ shard }) => shard), series.map(({ id }) => id), before(nowMs, SAMPLE_RETENTION_MS)];
  // The primary key leads to each series' oldest samples: no index on time alone is needed.
  await database.query({
    name: 'trimSamples',
    text: `/* trimSamples */
      WITH old AS (
        SELECT series.shard, series.id, bound.at
        FROM unnest($1::int[], $2::uuid[]) AS series (shard, id)
        CROSS JOIN LATERAL (
          SELECT max(at) AS at FROM (
            SELECT at FROM metric_sample WHERE shard = series.shard AND series_id = series.id AND at < $3::timestamptz ORDER BY at LIMIT $4
          ) AS oldest
        ) AS bound
        WHERE bound.at IS NOT NULL
      )
      DELETE FROM metric_sample AS sample USING old
      WHERE sample.shard = old.shard AND sample.series_id = old.id AND sample.at <= old.at`,
    values: [...values, TRIM_SAMPLES_PER_SERIES_MAX],
  });
  await database.query({
    name: 'trimIdleSeries',
    text: `/* trimIdleSeries */
      DELETE FROM metric_series AS series USING (
        SELECT idle.shard, idle.id FROM unnest($1::int[], $2::uuid[]) AS wanted (shard, id) JOIN metric_series AS idle USING (shard, id)
        WHERE idle.last_at < $3::timestamptz
          AND NOT EXISTS (SELECT FROM metric_sample AS sample WHERE sample.shard = idle.shard AND sample.series_id = idle.id)
        ORDER BY idle.shard, idle.id FOR UPDATE OF idle SKIP LOCKED
      ) AS idle
      WHERE series.shard = idle.shard AND series.id = idle.id`,
    values,
  });
  return series.length < TRIM_SERIES_MAX ? null : (series.at(-1) ?? null);
}

/** Deletes answers to reports, reporters that are gone, resolved alerts, and settled deliveries with their attempts, when their time is
 * over. A fixed number of statements, each bounded by TRIM_ROWS_MAX. Safe to run twice at once. */
export async function trimRest(database: Database, nowMs: number): Promise<void> {
  for (const statement of [trimReports, trimReporters, trimDeliveries, trimAlerts]) await database.query(statement(nowMs));
}

const trimReports = (nowMs: number): Statement => ({
  name: 'trimReports',
  text: `/* trimReports */
    DELETE FROM metric_report AS report USING (
      SELECT shard, reporter_id, key FROM metric_report WHERE reported_at < $1::timestamptz ORDER BY reported_at LIMIT $2
    ) AS old
    WHERE report.shard = old.shard AND report.reporter_id = old.reporter_id AND report.key = old.key`,
  values: [before(nowMs, REPORT_RETENTION_MS), TRIM_ROWS_MAX],
});

/** A reporter's row is only a lock: whoever reports again gets a new one. SKIP LOCKED leaves alone who reports right now. */
const trimReporters = (nowMs: number): Statement => ({
  name: 'trimReporters',
  text: `/* trimReporters */
    DELETE FROM metric_reporter AS reporter USING (
      SELECT shard, id FROM metric_reporter WHERE last_reported_at < $1::timestamptz ORDER BY shard, id LIMIT $2 FOR UPDATE SKIP LOCKED
    ) AS old
    WHERE reporter.shard = old.shard AND reporter.id = old.id`,
  values: [before(nowMs, SAMPLE_RETENTION_MS), TRIM_ROWS_MAX],
});

const trimDeliveries = (nowMs: number): Statement => ({
  name: 'trimDeliveries',
  text: `/* trimDeliveries */
    WITH old AS (
      DELETE FROM webhook_delivery AS delivery USING (
        SELECT shard, id FROM webhook_delivery WHERE settled_at IS NOT NULL AND created_at < $1::timestamptz ORDER BY created_at LIMIT $2
      ) AS settled
      WHERE delivery.shard = settled.shard AND delivery.id = settled.id
      RETURNING delivery.shard, delivery.id
    )
    DELETE FROM webhook_attempt AS attempt USING old WHERE attempt.shard = old.shard AND attempt.delivery_id = old.id`,
  values: [before(nowMs, ALERT_RETENTION_MS), TRIM_ROWS_MAX],
});

const trimAlerts = (nowMs: number): Statement => ({
  name: 'trimAlerts',
  text: `/* trimAlerts */
    DELETE FROM alert USING (SELECT shard, id FROM alert WHERE resolved_at < $1::timestamptz ORDER BY resolved_at LIMIT $2) AS old
    WHERE alert.shard = old.shard AND alert.id = old.id`,
  values: [before(nowMs, ALERT_RETENTION_MS), TRIM_ROWS_MAX],
});

function before(nowMs: number, retentionMs: number): string {
  return new Date(nowMs - retentionMs).toISOString();
}
