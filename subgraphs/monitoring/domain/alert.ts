export type AlertState = 'PENDING' | 'FIRING' | 'RESOLVED';

/** A rule on one measured value. `clearLevel` ≤ `threshold`: between the two a firing alert stays (hysteresis). */
export interface ThresholdRule {
  readonly name: string;
  readonly threshold: number;
  readonly clearLevel: number;
  /** How long the value must be above the threshold before anybody is told. */
  readonly forMs: number;
  /** How long it must be at or below the clear level before the alert is over. */
  readonly clearForMs: number;
}

/** An alert that is not resolved. Times are epoch milliseconds. */
export interface OpenAlert {
  readonly state: 'PENDING' | 'FIRING';
  readonly startedAtMs: number;
  readonly firedAtMs: number | null;
  /** Since when the value has been clear; null while it isn't. */
  readonly clearAtMs: number | null;
}

/** What one evaluation makes of an alert: `next` is null when none is open afterwards; `change` is the state it changed to, if it did. */
export interface AlertStep {
  readonly next: OpenAlert | null;
  readonly change: AlertState | null;
}

/** One evaluation: nothing → PENDING when the value is above the threshold; PENDING → FIRING after `forMs` of that, or → RESOLVED as soon as it isn't;
 * FIRING → RESOLVED after `clearForMs` at or below the clear level. `value` null (there is nothing left to measure) resolves. Pure. */
export function stepAlert(rule: ThresholdRule, open: OpenAlert | null, value: number | null, nowMs: number): AlertStep {
  const breached = value !== null && value > rule.threshold;
  if (open === null) {
    if (!breached) return { next: null, change: null };
    return { next: { state: 'PENDING', startedAtMs: nowMs, firedAtMs: null, clearAtMs: null }, change: 'PENDING' };
  }
  if (value === null) return { next: null, change: 'RESOLVED' };
  if (open.state === 'PENDING') {
    if (!breached) return { next: null, change: 'RESOLVED' };
    if (nowMs - open.startedAtMs < rule.forMs) return { next: open, change: null };
    return { next: { ...open, state: 'FIRING', firedAtMs: nowMs }, change: 'FIRING' };
  }
  if (value > rule.clearLevel) return { next: { ...open, clearAtMs: null }, change: null };
  const clearAtMs = open.clearAtMs ?? nowMs;
  if (nowMs - clearAtMs >= rule.clearForMs) return { next: null, change: 'RESOLVED' };
  return { next: { ...open, clearAtMs }, change: null };
}
