import type { Database } from '#platform/database/database.ts';
import { FanfareError } from '#platform/errors.ts';
import { metricFamily } from '#platform/telemetry/catalogue.ts';
import { SAMPLES_READ_MAX, SERIES_READ_MAX } from '../domain/limits.ts';
import { counterPoints, type Grid, gaugePoints, type Point, type Sample } from '../domain/points.ts';
import type { SeriesName } from '../domain/report.ts';

/** One series on a grid. */
export interface SeriesPoints {
  readonly name: string;
  readonly unit: string;
  readonly points: readonly Point[];
}

/** Reads every series that has the family and at least the labels of `wanted`, ascending by name, on one grid: counters as rates per second, gauges as they are.
 * Throws BAD_USER_INPUT past SERIES_READ_MAX series or SAMPLES_READ_MAX raw samples. */
export async function readSeriesPoints(database: Database, wanted: SeriesName, grid: Grid): Promise<readonly SeriesPoints[]> {
  const family = metricFamily(wanted.family);
  if (family === undefined) return [];
  const range = { fromMs: grid.fromMs - grid.holdMs, toMs: grid.toMs + grid.holdMs };
  const rows = await selectSeries(database, wanted, range);
  if (rows.length > SERIES_READ_MAX) throw tooMuch(`more than ${SERIES_READ_MAX} series match: add labels to the name`);
  const samples = await selectSamples(database, rows, range);
  const toPoints = family.kind === 'counter' ? counterPoints : gaugePoints;
  const unit = family.kind === 'counter' ? `${family.unit}/s` : family.unit;
  return rows.map(({ id, name }) => ({ name, unit, points: toPoints(samples.get(id) ?? [], grid) }));
}

interface SeriesRow {
  readonly shard: number;
  readonly id: string;
  readonly name: string;
}

interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

async function selectSeries(database: Database, wanted: SeriesName, { fromMs }: TimeRange): Promise<readonly SeriesRow[]> {
  return database.query<SeriesRow>({
    name: 'selectSeries',
    text: `/* selectSeries */
      SELECT shard, id, name FROM metric_series
      WHERE family = $1 AND labels @> $2::jsonb AND last_at >= $3::timestamptz ORDER BY name LIMIT $4`,
    values: [wanted.family, JSON.stringify(wanted.labels), new Date(fromMs).toISOString(), SERIES_READ_MAX + 1],
  });
}

async function selectSamples(
  database: Database,
  series: readonly SeriesRow[],
  { fromMs, toMs }: TimeRange,
): Promise<ReadonlyMap<string, readonly Sample[]>> {
  const rows = await database.query<{ series_id: string; at_ms: number[]; values: number[] }>({
    name: 'selectSamples',
    text: `/* selectSamples */
      SELECT series_id, array_agg(extract(epoch FROM at)::float8 * 1000 ORDER BY at) AS at_ms, array_agg(value ORDER BY at) AS values
      FROM (
        SELECT sample.series_id, sample.at, sample.value
        FROM unnest($1::int[], $2::uuid[]) AS wanted (shard, series_id)
        JOIN metric_sample AS sample USING (shard, series_id)
        WHERE sample.at >= $3::timestamptz AND sample.at < $4::timestamptz
        LIMIT $5
      ) AS found
      GROUP BY series_id`,
    values: [
      series.map(({ shard }) => shard),
      series.map(({ id }) => id),
      new Date(fromMs).toISOString(),
      new Date(toMs).toISOString(),
      SAMPLES_READ_MAX + 1,
    ],
  });
  const found = rows.reduce((sum, row) => sum + row.values.length, 0);
  if (found > SAMPLES_READ_MAX)
    throw tooMuch(`more than ${SAMPLES_READ_MAX} samples lie in that time: ask for a shorter one, or add labels to the name`);
  return new Map(
    rows.map(({ series_id, at_ms, values }) => [
      series_id,
      at_ms.map((atMs, index) => ({ atMs: Math.round(atMs), value: values[index] ?? 0 })),
    ]),
  );
}

function tooMuch(message: string): FanfareError {
  return new FanfareError('BAD_USER_INPUT', message);
}
