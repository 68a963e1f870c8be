import { POINTS_MAX } from './limits.ts';

/** One raw sample. Times are epoch milliseconds. */
export interface Sample {
  readonly atMs: number;
  readonly value: number;
}

/** One step: `value` is null where nothing is known (a gap). */
export interface Point {
  readonly atMs: number;
  readonly value: number | null;
}

/** Steps that begin at `fromMs`, `fromMs + stepMs`, … before `toMs`. `holdMs`: how long a gauge's value holds, and how far apart two samples of a counter
 * may be to count as neighbours: as long as a service may be silent. */
export interface Grid {
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
  readonly holdMs: number;
}

/** Checks a grid: null, or what is wrong with it in a sentence. */
export function gridProblem(grid: Grid): string | null {
  if (!Number.isInteger(grid.stepMs) || grid.stepMs < 1_000) return 'stepSeconds must be at least 1';
  if (grid.toMs <= grid.fromMs) return 'to must be later than from';
  const steps = stepsOf(grid);
  if (steps > POINTS_MAX)
    return `that makes ${steps} steps, and at most ${POINTS_MAX} are answered: ask for a shorter time or a longer stepSeconds`;
  return null;
}

/** A gauge on the grid: the mean of the samples inside each step; in a step without samples, the last value before its end while it holds
 * (`holdMs`); else a gap. `samples` ascend and begin `holdMs` before the grid. */
export function gaugePoints(samples: readonly Sample[], grid: Grid): readonly Point[] {
  let next = 0;
  return emptyPoints(grid).map(({ atMs }) => {
    const endMs = Math.min(atMs + grid.stepMs, grid.toMs);
    while (next < samples.length && (samples[next]?.atMs ?? endMs) < atMs) next += 1;
    const first = next;
    let sum = 0;
    for (let sample = samples[next]; sample !== undefined && sample.atMs < endMs; sample = samples[next]) {
      sum += sample.value;
      next += 1;
    }
    if (next > first) return { atMs, value: sum / (next - first) };
    const held = samples[first - 1];
    return { atMs, value: held !== undefined && atMs - held.atMs <= grid.holdMs ? held.value : null };
  });
}

/** A counter on the grid, as its rate per second. Between two neighbouring samples the increase counts as even; a value below the one before it is a
 * restart, and what it shows has been counted since then. Two samples further apart than `holdMs` say nothing about the time between them: a gap.
 * A step that is known in part shows the rate of that part. So the increase is conserved: the sum over all steps of rate × known seconds is the
 * increase between neighbours inside the grid. `samples` ascend and reach `holdMs` beyond the grid on both sides. */
export function counterPoints(samples: readonly Sample[], grid: Grid): readonly Point[] {
  const steps = stepsOf(grid);
  const increase = new Float64Array(steps);
  const knownMs = new Float64Array(steps);
  for (let index = 1; index < samples.length; index += 1) {
    const [before, after] = [samples[index - 1], samples[index]];
    if (before === undefined || after === undefined) continue;
    const lengthMs = after.atMs - before.atMs;
    if (lengthMs <= 0 || lengthMs > grid.holdMs) continue;
    const perMs = (after.value < before.value ? after.value : after.value - before.value) / lengthMs;
    const endMs = Math.min(after.atMs, grid.toMs);
    const lastStep = Math.floor((endMs - 1 - grid.fromMs) / grid.stepMs);
    for (let step = Math.max(0, Math.floor((before.atMs - grid.fromMs) / grid.stepMs)); step <= lastStep; step += 1) {
      const stepFromMs = grid.fromMs + step * grid.stepMs;
      const sharedMs = Math.min(endMs, stepFromMs + grid.stepMs) - Math.max(before.atMs, stepFromMs);
      increase[step] = (increase[step] ?? 0) + perMs * sharedMs;
      knownMs[step] = (knownMs[step] ?? 0) + sharedMs;
    }
  }
  return emptyPoints(grid).map(({ atMs }, step) => {
    const known = knownMs[step] ?? 0;
    return { atMs, value: known === 0 ? null : ((increase[step] ?? 0) / known) * 1_000 };
  });
}

function emptyPoints(grid: Grid): readonly Point[] {
  return Array.from({ length: stepsOf(grid) }, (_, step) => ({ atMs: grid.fromMs + step * grid.stepMs, value: null }));
}

function stepsOf(grid: Grid): number {
  return Math.ceil((grid.toMs - grid.fromMs) / grid.stepMs);
}
