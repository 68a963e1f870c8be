import { type CounterLike, type HistogramLike, SECONDS_BUCKETS, type Telemetry } from '#platform/telemetry/telemetry.ts';
import { HOOK_LOG_INTERVAL_MS } from '../domain/moduleLimits.ts';

/** Why a hook did not do what it should: it threw, it took longer than its budget (rules: they were still waited for), or there was too much waiting for it. */
export type HookFailure = 'threw' | 'too-slow' | 'dropped';

/** What one hook of one module costs and how it fares. */
export interface HookWatch {
  ran(ms: number): void;
  /** `detail`: for the log. */
  failed(failure: HookFailure, detail: Readonly<Record<string, unknown>>): void;
}

/** Makes the watches of modules' hooks: their durations and failures go into metrics, failures into the log, at most one line per hook and HOOK_LOG_INTERVAL_MS.
 * `nowMs`: a clock in milliseconds. */
export const hookWatches = (telemetry: Telemetry, nowMs: () => number = () => performance.now()) => {
  const seconds: HistogramLike = telemetry.histogram(
    'fanfare_module_hook_seconds',
    'How long hooks of modules take.',
    SECONDS_BUCKETS,
    LABELS,
  );
  const failures: CounterLike = telemetry.counter(
    'fanfare_module_failures_total',
    'Hooks of modules that threw, took too long or were dropped.',
    [...LABELS, 'reason'],
  );
  return (module: string, hook: string): HookWatch => {
    let loggedMs = Number.NEGATIVE_INFINITY;
    let unsaid = 0;
    return {
      ran: (ms) => seconds.observe(ms / 1_000, { module, hook }),
      failed: (reason, detail) => {
        failures.inc({ module, hook, reason });
        if (nowMs() - loggedMs < HOOK_LOG_INTERVAL_MS) {
          unsaid += 1;
          return;
        }
        loggedMs = nowMs();
        telemetry.log.warn({ module, hook, reason, unsaid, ...detail }, SENTENCES[reason]);
        unsaid = 0;
      },
    };
  };
};

const LABELS = ['module', 'hook'];

const SENTENCES: Readonly<Record<HookFailure, string>> = {
  threw: 'a hook of a module threw',
  'too-slow': 'a hook of a module took longer than it should',
  dropped: 'a hook of a module is too far behind, and is not told everything',
};
