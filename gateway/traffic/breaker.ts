import {
  BREAKER_CALLS_MIN,
  BREAKER_FAILED_SHARE,
  BREAKER_OPEN_MS_MAX,
  BREAKER_OPEN_MS_MIN,
  BREAKER_WINDOW_CALLS,
  BREAKER_WINDOW_MS,
} from '../limits.ts';

/** What became of a call. `late`: no answer in time. `abandoned`: its caller hung up, which says nothing about the subgraph. */
export type CallOutcome = 'answered' | 'failed' | 'late' | 'abandoned';

/** A circuit breaker in front of one subgraph. While it is open calls fail at once instead of waiting for a subgraph that is known to be away; then one call at a
 * time probes whether it is back (M. Nygard, Release It!, "Circuit Breaker"). */
export interface Breaker {
  /** Lets a call through and returns how to report its outcome, or says how long to wait, in milliseconds. */
  enter(): { readonly report: (outcome: CallOutcome) => void } | { readonly retryAfterMs: number };
  readonly state: 'closed' | 'open' | 'half-open';
}

export interface BreakerOptions {
  readonly nowMs?: () => number;
  /** Told of every change. */
  readonly onState?: (state: Breaker['state']) => void;
}

export const createBreaker = ({ nowMs = () => performance.now(), onState = () => undefined }: BreakerOptions = {}): Breaker => {
  /** The newest outcomes, oldest first. */
  let recent: { readonly atMs: number; readonly failed: boolean }[] = [];
  let state: Breaker['state'] = 'closed';
  let openMs = BREAKER_OPEN_MS_MIN;
  let openUntilMs = 0;
  let probing = false;

  const become = (next: Breaker['state']): void => {
    if (state === next) return;
    state = next;
    onState(next);
  };
  const open = (): void => {
    openUntilMs = nowMs() + openMs;
    openMs = Math.min(BREAKER_OPEN_MS_MAX, openMs * 2);
    recent = [];
    become('open');
  };
  const note = (failed: boolean): void => {
    const atMs = nowMs();
    recent = recent.filter((outcome) => atMs - outcome.atMs < BREAKER_WINDOW_MS).slice(1 - BREAKER_WINDOW_CALLS);
    recent.push({ atMs, failed });
    if (!failed || recent.length < BREAKER_CALLS_MIN) return;
    if (recent.filter((outcome) => outcome.failed).length >= recent.length * BREAKER_FAILED_SHARE) open();
  };
  // A healthy subgraph costs one comparison: outcomes are kept only once something has failed.
  const report = (outcome: CallOutcome): void => {
    if (state !== 'closed' || outcome === 'abandoned') return;
    if (outcome !== 'answered' || recent.length > 0) note(outcome !== 'answered');
  };
  const reportProbe = (outcome: CallOutcome): void => {
    probing = false;
    if (outcome === 'abandoned') return;
    if (outcome !== 'answered') {
      open();
      return;
    }
    openMs = BREAKER_OPEN_MS_MIN;
    become('closed');
  };

  return {
    enter: () => {
      if (state === 'closed') return { report };
      const leftMs = openUntilMs - nowMs();
      if (leftMs > 0) return { retryAfterMs: Math.ceil(leftMs) };
      if (probing) return { retryAfterMs: BREAKER_OPEN_MS_MIN };
      probing = true;
      become('half-open');
      return { report: reportProbe };
    },
    get state() {
      return state;
    },
  };
};
