import type { ThresholdRule } from './alert.ts';
import type { UpReport } from './health.ts';
import { SERVICE_FORGOTTEN_MS } from './limits.ts';

/** A service has stopped reporting: it has been silent for longer than it may (`silentMs`), and for a third of that more, so that a pause tells nobody.
 * It is over once the service has reported steadily for as long as that third. */
export function serviceSilentRule(silentMs: number): ThresholdRule {
  const threshold = silentMs / 1_000;
  return { name: 'service-silent', threshold, clearLevel: (threshold * 2) / 3, forMs: silentMs / 3, clearForMs: silentMs / 3 };
}

/** How long a service has been silent. */
export interface Silence {
  readonly service: string;
  /** Seconds since its last report. */
  readonly seconds: number;
  /** Seconds of silence that we have listened to ourselves: less, when we started listening after its last report. */
  readonly heardSeconds: number;
}

/** The silence of every service that has reported itself within SERVICE_FORGOTTEN_MS, ascending by name. `listeningSinceMs`: since when reports could reach us.
 * Silence before that is nobody's fault, so it opens no alert; but it doesn't end one either. */
export function measureSilences(up: readonly UpReport[], listeningSinceMs: number, nowMs: number): readonly Silence[] {
  const lastAtMs = new Map<string, number>();
  for (const { service, atMs } of up) lastAtMs.set(service, Math.max(atMs, lastAtMs.get(service) ?? atMs));
  return [...lastAtMs]
    .filter(([, atMs]) => nowMs - atMs <= SERVICE_FORGOTTEN_MS)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([service, atMs]) => ({
      service,
      seconds: Math.max(0, nowMs - atMs) / 1_000,
      heardSeconds: Math.max(0, nowMs - Math.max(atMs, listeningSinceMs)) / 1_000,
    }));
}

/** One English sentence for people. `seconds` null: the service is not watched any more. */
export function describeSilence(service: string, seconds: number | null, resolved: boolean): string {
  if (seconds === null) return `${service} has not reported for a day and is not watched any more.`;
  if (resolved) return `${service} reports again.`;
  return `${service} has not reported for ${Math.round(seconds)} seconds.`;
}
