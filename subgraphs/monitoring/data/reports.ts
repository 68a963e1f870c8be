import { createHash } from 'node:crypto';
import type { Transaction } from '#platform/database/database.ts';
import { shardOf } from '#platform/ids.ts';
import { checkSeriesCount, conflict, decideReport, type ParsedSample, type ReportAnswer, type ReportedSample } from '../domain/report.ts';
import { readSeriesName } from './series-name.ts';

/** One report on its way through the lane. `receivedAtMs`: our clock when it came in. */
export interface ReportCommand {
  /** `service:<name>` or `user:<id>`. */
  readonly reporterId: string;
  readonly key: string;
  readonly samples: readonly ReportedSample[];
  readonly receivedAtMs: number;
}

/** Runs a batch of reports: seven statements, whatever its size. Locks the reporters, then the series, both in order. Samples of one series at one instant
 * are one sample: the first counts, whether it came in this batch or earlier, so that nothing that was read once changes. */
export async function runReports(tx: Transaction, batch: readonly ReportCommand[]): Promise<readonly ReportAnswer[]> {
  await lockReporters(tx, batch);
  const stored = await readStoredReports(tx, batch);
  const decisions = batch.map((command) => decideReport(command.samples, command.receivedAtMs, readSeriesName));
  const keys = seriesKeys(decisions.flatMap((decision) => (decision.error === null ? decision.samples : [])));
  const known = await readKnownSeries(tx, keys);
  const counts = await countSeries(tx, [...new Set(batch.map((command) => command.reporterId))]);
  const taken: TakenReport[] = [];
  const fresh: FreshReport[] = [];
  const answers = batch.map((command, index) => {
    const slot = slotOf(command);
    const fingerprint = fingerprintOf(command.samples);
    const before = stored.get(slot);
    if (before !== undefined) return before.fingerprint === fingerprint ? before.answer : { accepted: 0, error: conflict() };
    const decision = decisions[index];
    if (decision === undefined) throw new Error(`report ${index} of the batch was not decided`);
    const answer =
      decision.error === null ? admit(command, decision.samples, { known, counts, taken }) : { accepted: 0, error: decision.error };
    stored.set(slot, { fingerprint, answer });
    fresh.push({ command, fingerprint, answer });
    return answer;
  });
  await insertReports(tx, fresh);
  await upsertSeries(tx, taken, keys);
  await insertSamples(tx, taken, keys);
  return answers;
}

interface StoredReport {
  readonly fingerprint: string;
  readonly answer: ReportAnswer;
}

interface FreshReport extends StoredReport {
  readonly command: ReportCommand;
}

interface TakenReport {
  readonly command: ReportCommand;
  readonly samples: readonly ParsedSample[];
}

/** What the batch has found and done so far. Changed by `admit`, so that the next report is decided against it. */
interface Progress {
  readonly known: Set<string>;
  readonly counts: Map<string, number>;
  readonly taken: TakenReport[];
}

function admit(command: ReportCommand, samples: readonly ParsedSample[], progress: Progress): ReportAnswer {
  const added = new Set(samples.map(({ series }) => series.name).filter((name) => !progress.known.has(name)));
  const existing = progress.counts.get(command.reporterId) ?? 0;
  const error = checkSeriesCount(existing, added.size);
  if (error !== null) return { accepted: 0, error };
  for (const name of added) progress.known.add(name);
  progress.counts.set(command.reporterId, existing + added.size);
  progress.taken.push({ command, samples });
  return { accepted: samples.length, error: null };
}

async function lockReporters(tx: Transaction, batch: readonly ReportCommand[]): Promise<void> {
  const lastAtMs = new Map<string, number>();
  for (const { reporterId, receivedAtMs } of batch) lastAtMs.set(reporterId, Math.max(receivedAtMs, lastAtMs.get(reporterId) ?? 0));
  const ids = [...lastAtMs.keys()];
  await tx.query({
    name: 'lockReporters',
    text: `/* lockReporters */
      INSERT INTO metric_reporter (shard, id, last_reported_at)
      SELECT shard, id, at FROM unnest($1::int[], $2::text[], $3::timestamptz[]) AS reporter (shard, id, at) ORDER BY shard, id
      ON CONFLICT (shard, id) DO UPDATE SET last_reported_at = greatest(metric_reporter.last_reported_at, excluded.last_reported_at)`,
    values: [ids.map(shardOf), ids, ids.map((id) => isoOf(lastAtMs.get(id) ?? 0))],
  });
}

async function readStoredReports(tx: Transaction, batch: readonly ReportCommand[]): Promise<Map<string, StoredReport>> {
  const rows = await tx.query<{ reporter_id: string; key: string; fingerprint: string; answer: ReportAnswer }>({
    name: 'readStoredReports',
    text: `/* readStoredReports */
      SELECT report.reporter_id, report.key, report.fingerprint, report.answer
      FROM unnest($1::int[], $2::text[], $3::text[]) AS wanted (shard, reporter_id, key)
      JOIN metric_report AS report USING (shard, reporter_id, key)`,
    values: [batch.map(({ reporterId }) => shardOf(reporterId)), batch.map(({ reporterId }) => reporterId), batch.map(({ key }) => key)],
  });
  return new Map(
    rows.map(({ reporter_id, key, fingerprint, answer }) => [slotOf({ reporterId: reporter_id, key }), { fingerprint, answer }]),
  );
}

async function readKnownSeries(tx: Transaction, keys: SeriesKeys): Promise<Set<string>> {
  const rows = await tx.query<{ name: string }>({
    name: 'readKnownSeries',
    text: `/* readKnownSeries */
      SELECT series.name FROM unnest($1::int[], $2::uuid[]) AS wanted (shard, id) JOIN metric_series AS series USING (shard, id)`,
    values: [[...keys.values()].map(({ shard }) => shard), [...keys.values()].map(({ id }) => id)],
  });
  return new Set(rows.map(({ name }) => name));
}

async function countSeries(tx: Transaction, reporterIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await tx.query<{ reporter_id: string; series: number }>({
    name: 'countSeries',
    text: `/* countSeries */
      SELECT reporter_id, count(*)::int AS series FROM metric_series WHERE reporter_id = ANY ($1::text[]) GROUP BY reporter_id`,
    values: [reporterIds],
  });
  return new Map(rows.map(({ reporter_id, series }) => [reporter_id, series]));
}

async function insertReports(tx: Transaction, fresh: readonly FreshReport[]): Promise<void> {
  await tx.query({
    name: 'insertReports',
    text: `/* insertReports */
      INSERT INTO metric_report (shard, reporter_id, key, fingerprint, answer, reported_at)
      SELECT * FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::jsonb[], $6::timestamptz[])`,
    values: [
      fresh.map(({ command }) => shardOf(command.reporterId)),
      fresh.map(({ command }) => command.reporterId),
      fresh.map(({ command }) => command.key),
      fresh.map(({ fingerprint }) => fingerprint),
      fresh.map(({ answer }) => JSON.stringify(answer)),
      fresh.map(({ command }) => isoOf(command.receivedAtMs)),
    ],
  });
}

async function upsertSeries(tx: Transaction, taken: readonly TakenReport[], keys: SeriesKeys): Promise<void> {
  const newest = new Map<string, { readonly command: ReportCommand; readonly sample: ParsedSample }>();
  for (const { command, samples } of taken) {
    for (const sample of samples) {
      const before = newest.get(sample.series.name);
      if (before === undefined || before.sample.atMs < sample.atMs) newest.set(sample.series.name, { command, sample });
    }
  }
  const rows = [...newest.values()];
  await tx.query({
    name: 'upsertSeries',
    text: `/* upsertSeries */
      INSERT INTO metric_series (shard, id, name, family, labels, reporter_id, last_at, last_value, last_received_at)
      SELECT * FROM unnest($1::int[], $2::uuid[], $3::text[], $4::text[], $5::jsonb[], $6::text[], $7::timestamptz[], $8::float8[], $9::timestamptz[])
        AS series (shard, id, name, family, labels, reporter_id, last_at, last_value, last_received_at)
      ORDER BY shard, id
      ON CONFLICT (shard, id) DO UPDATE
      SET last_at = excluded.last_at, last_value = excluded.last_value, last_received_at = excluded.last_received_at
      WHERE metric_series.last_at < excluded.last_at`,
    values: [
      rows.map(({ sample }) => keyOf(keys, sample).shard),
      rows.map(({ sample }) => keyOf(keys, sample).id),
      rows.map(({ sample }) => sample.series.name),
      rows.map(({ sample }) => sample.series.family),
      rows.map(({ sample }) => JSON.stringify(sample.series.labels)),
      rows.map(({ command }) => command.reporterId),
      rows.map(({ sample }) => isoOf(sample.atMs)),
      rows.map(({ sample }) => sample.value),
      rows.map(({ command }) => isoOf(command.receivedAtMs)),
    ],
  });
}

async function insertSamples(tx: Transaction, taken: readonly TakenReport[], keys: SeriesKeys): Promise<void> {
  const samples = taken.flatMap((report) => report.samples);
  await tx.query({
    name: 'insertSamples',
    text: `/* insertSamples */
      INSERT INTO metric_sample (shard, series_id, at, value)
      SELECT shard, series_id, at, value FROM unnest($1::int[], $2::uuid[], $3::timestamptz[], $4::float8[]) WITH ORDINALITY
        AS sample (shard, series_id, at, value, place)
      ORDER BY shard, series_id, at, place
      ON CONFLICT (shard, series_id, at) DO NOTHING`,
    values: [
      samples.map((sample) => keyOf(keys, sample).shard),
      samples.map((sample) => keyOf(keys, sample).id),
      samples.map(({ atMs }) => isoOf(atMs)),
      samples.map(({ value }) => value),
    ],
  });
}

/** Where each series of the batch lies, by its name: hashed once. */
type SeriesKeys = ReadonlyMap<string, { readonly shard: number; readonly id: string }>;

function seriesKeys(samples: readonly ParsedSample[]): SeriesKeys {
  const names = new Set(samples.map(({ series }) => series.name));
  return new Map([...names].map((name) => [name, { shard: shardOf(name), id: seriesIdOf(name) }]));
}

function keyOf(keys: SeriesKeys, { series: { name } }: ParsedSample): { readonly shard: number; readonly id: string } {
  const key = keys.get(name);
  if (key === undefined) throw new Error(`series ${name} has no key in this batch`);
  return key;
}

/** The fingerprint covers the raw input only. */
function fingerprintOf(samples: readonly ReportedSample[]): string {
  const raw = samples.map(({ name, at, value }) => [name, at.getTime(), value]);
  return createHash('sha256').update(JSON.stringify(raw)).digest('hex');
}

/** The first 128 bits of SHA-256 over the name, as a UUID: writers need no look-up, and equal names meet. */
function seriesIdOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}

function slotOf({ reporterId, key }: { readonly reporterId: string; readonly key: string }): string {
  return JSON.stringify([reporterId, key]);
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}
