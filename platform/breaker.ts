/** What became of a call. `late`: no answer in time. `abandoned`: its caller hung up, which says nothing about the neighbour. */
export type CallOutcome = 'answered' | 'failed' | 'late' | 'abandoned';

/** A circuit breaker in front of one neighbour. While it is open calls fail at once instead of waiting for one that is known to be away; then one call at a
 * time probes whether it is back (M. Nygard, Release It!, "Circuit Breaker"). */
export interface Breaker {
  /** Lets a call through and returns how to report its outcome, or says how long to wait, in milliseconds. */
  enter(): { readonly report: (outcome: CallOutcome) => void } | { readonly retryAfterMs: number };
  readonly state: 'closed' | 'open' | 'half-open';
}

/** When it opens: `failedShare` of the newest calls (`windowCalls` at most, of `windowMs`) failed, of `callsMin` at least; and for how long, doubling while probes fail. */
export interface BreakerLimits {
  readonly callsMin: number;
  readonly failedShare: number;
  readonly windowCalls: number;
  readonly windowMs: number;
  readonly openMsMin: number;
  readonly openMsMax: number;
}

export interface BreakerOptions {
  readonly nowMs?: () => number;
  /** Told of every change. */
  readonly onState?: (state: Breaker['state']) => void;
}

/** Makes a breaker that is closed. */
export const createBreaker = (
  limits: BreakerLimits,
  { nowMs = () => performance.now(), onState = () => undefined }: BreakerOptions = {},
): Breaker => {
  /** The newest outcomes, oldest first. */
  let recent: { readonly atMs: number; readonly failed: boolean }[] = [];
  let state: Breaker['state'] = 'closed';
  let openMs = limits.openMsMin;
  let openUntilMs = 0;
  let probing = false;

  const become = (next: Breaker['state']): void => {
    if (state === next) return;
    state = next;
    onState(next);
  };
  const open = (): void => {
    openUntilMs = nowMs() + openMs;
    openMs = Math.min(limits.openMsMax, openMs * 2);
    recent = [];
    become('open');
  };
  const note = (failed: boolean): void => {
    const atMs = nowMs();
    recent = recent.filter((outcome) => atMs - outcome.atMs < limits.windowMs).slice(1 - limits.windowCalls);
    recent.push({ atMs, failed });
    if (!failed || recent.length < limits.callsMin) return;
    if (recent.filter((outcome) => outcome.failed).length >= recent.length * limits.failedShare) open();
  };
  // A healthy neighbour costs one comparison: outcomes are kept only once something has failed.
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
    openMs = limits.openMsMin;
    become('closed');
  };

  return {
    enter: () => {
      if (state === 'closed') return { report };
      const leftMs = openUntilMs - nowMs();
      if (leftMs > 0) return { retryAfterMs: Math.ceil(leftMs) };
      if (probing) return { retryAfterMs: limits.openMsMin };
      probing = true;
      become('half-open');
      return { report: reportProbe };
    },
    get state() {
      return state;
    },
  };
};
