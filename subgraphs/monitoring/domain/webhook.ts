import type { AlertState } from './alert.ts';

/** One change of an alert, as the feed `alerts` carries it. Times are RFC 3339. */
export interface AlertChange {
  readonly alertId: string;
  readonly rule: string;
  readonly service: string;
  readonly state: AlertState;
  readonly summary: string;
  readonly value: number;
  readonly threshold: number;
  readonly startedAt: string;
  readonly firedAt: string | null;
  readonly resolvedAt: string | null;
}

/** Tries of one delivery, the first included: with the delays below about a quarter of an hour in all. */
export const WEBHOOK_ATTEMPTS_MAX = 12;
export const WEBHOOK_DELAY_BASE_MS = 1_000;

/** A change that is older than this when it is first seen is recorded, but not sent: nobody should be paged for last night's outage. */
export const WEBHOOK_CHANGE_AGE_MAX_MS = 60 * 60_000;

/** Whether a change is worth a message: that it fires, and that one that fired is over. */
export function isWorthTelling(change: AlertChange): boolean {
  return change.state === 'FIRING' || (change.state === 'RESOLVED' && change.firedAt !== null);
}

/** The body: JSON in the form of Alertmanager's webhook, version 4, with one alert. */
export function webhookBody(change: AlertChange): string {
  const status = change.state === 'RESOLVED' ? 'resolved' : 'firing';
  const labels = { alertname: change.rule, service: change.service };
  const annotations = { summary: change.summary, value: String(change.value), threshold: String(change.threshold) };
  return JSON.stringify({
    version: '4',
    groupKey: `{}:{alertname="${change.rule}",service="${change.service}"}`,
    truncatedAlerts: 0,
    status,
    receiver: 'fanfare',
    groupLabels: labels,
    commonLabels: labels,
    commonAnnotations: annotations,
    externalURL: '',
    alerts: [
      {
        status,
        labels,
        annotations,
        startsAt: change.firedAt ?? change.startedAt,
        // Alertmanager's way to say "not yet".
        endsAt: change.resolvedAt ?? '0001-01-01T00:00:00Z',
        generatorURL: '',
        fingerprint: change.alertId.replaceAll('-', ''),
      },
    ],
  });
}
