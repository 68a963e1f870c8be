import { SAMPLE_AGE_MAX_MS, SAMPLE_AHEAD_MAX_MS, SAMPLES_PER_REPORT_MAX, SERIES_PER_REPORTER_MAX } from './limits.ts';

/** A series in canonical notation, taken apart. */
export interface SeriesName {
  readonly name: string;
  readonly family: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** A sample as it was reported. */
export interface ReportedSample {
  readonly name: string;
  readonly at: Date;
  readonly value: number;
}

/** A sample whose series is known. Times are epoch milliseconds. */
export interface ParsedSample {
  readonly series: SeriesName;
  readonly atMs: number;
  readonly value: number;
}

export type ReportErrorCode = 'UNKNOWN_METRIC' | 'TOO_MANY_SAMPLES' | 'TOO_OLD' | 'IDEMPOTENCY_CONFLICT';

export interface ReportError {
  readonly code: ReportErrorCode;
  readonly message: string;
  readonly field: readonly string[] | null;
}

/** What a reporter is told, now and whenever it repeats the key. */
export interface ReportAnswer {
  readonly accepted: number;
  readonly error: ReportError | null;
}

export type ReportDecision = { readonly error: null; readonly samples: readonly ParsedSample[] } | { readonly error: ReportError };

/** Reads a series' name; answers with a sentence when it is not one that the platform knows. */
export type ReadSeries = (name: string) => SeriesName | string;

/** Checks what can be told from the shape alone, before a report may wait in the lane. Error: TOO_MANY_SAMPLES. */
export function checkSampleCount(count: number): ReportError | null {
  if (count >= 1 && count <= SAMPLES_PER_REPORT_MAX) return null;
  return refusal('TOO_MANY_SAMPLES', `${count} samples: a report has 1 to ${SAMPLES_PER_REPORT_MAX}`, ['input', 'samples']);
}

/** Decides a report as a whole: the first sample that is at fault refuses all of it. `receivedAtMs` is our clock when it arrived.
 * Errors: UNKNOWN_METRIC (also for a name that cannot be read), TOO_OLD (also for a time that is too far ahead). */
export function decideReport(samples: readonly ReportedSample[], receivedAtMs: number, readSeries: ReadSeries): ReportDecision {
  const parsed: ParsedSample[] = [];
  const seriesByName = new Map<string, SeriesName>();
  for (const [index, { name, at, value }] of samples.entries()) {
    const field = ['input', 'samples', String(index)];
    const series = seriesByName.get(name) ?? readSeries(name);
    if (typeof series === 'string') return { error: refusal('UNKNOWN_METRIC', series, [...field, 'name']) };
    seriesByName.set(name, series);
    const problem = timeProblem(receivedAtMs - at.getTime());
    if (problem !== null) return { error: refusal('TOO_OLD', problem, [...field, 'at']) };
    parsed.push({ series, atMs: at.getTime(), value });
  }
  return { error: null, samples: parsed };
}

/** Whether a reporter may create more series. `existing` and `added`: how many it has and how many it would create. Error: TOO_MANY_SAMPLES. */
export function checkSeriesCount(existing: number, added: number): ReportError | null {
  if (added === 0 || existing + added <= SERIES_PER_REPORTER_MAX) return null;
  return refusal(
    'TOO_MANY_SAMPLES',
    `that makes ${existing + added} series, and a reporter has at most ${SERIES_PER_REPORTER_MAX}: use fewer label values`,
    ['input', 'samples'],
  );
}

/** The same key came with other input. */
export function conflict(): ReportError {
  return refusal('IDEMPOTENCY_CONFLICT', 'this idempotencyKey was used before with other samples: use a new one', [
    'input',
    'idempotencyKey',
  ]);
}

function timeProblem(ageMs: number): string | null {
  if (ageMs > SAMPLE_AGE_MAX_MS) return `the sample is older than ${SAMPLE_AGE_MAX_MS / 60_000} minutes`;
  if (ageMs < -SAMPLE_AHEAD_MAX_MS)
    return `the sample's time is more than ${SAMPLE_AHEAD_MAX_MS / 1_000} seconds ahead of ours: set the clock`;
  return null;
}

function refusal(code: ReportErrorCode, message: string, field: readonly string[]): ReportError {
  return { code, message, field };
}
