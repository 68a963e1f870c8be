import { createHmac } from 'node:crypto';
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
export const WEBHOOK_DELAY_MAX_MS = 5 * 60_000;

/** A change that is older than this when it is first seen is recorded, but not sent: nobody should be paged for last night's outage. */
export const WEBHOOK_CHANGE_AGE_MAX_MS = 60 * 60_000;

/** Receivers should refuse a timestamp further than this from their own clock (the replay window). */
export const WEBHOOK_REPLAY_WINDOW_SECONDS = 300;

/** Header names of Standard Webhooks (standardwebhooks.com): delivery id, epoch seconds, signature. */
export const WEBHOOK_ID_HEADER = 'webhook-id';
export const WEBHOOK_TIMESTAMP_HEADER = 'webhook-timestamp';
export const WEBHOOK_SIGNATURE_HEADER = 'webhook-signature';

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

/** The signature header's value: `v1,` and the base64 of HMAC-SHA-256 over `id.timestamp.body`. The timestamp is that of the attempt. */
export function signWebhook(
  secret: string,
  message: { readonly id: string; readonly timestampSeconds: number; readonly body: string },
): string {
  const signed = `${message.id}.${message.timestampSeconds}.${message.body}`;
  return `v1,${createHmac('sha256', secret).update(signed).digest('base64')}`;
}

export type AttemptVerdict = 'DELIVERED' | 'RETRY' | 'GIVE_UP';

/** What an answer means; null stands for none (refused, cut off, too late). Like Alertmanager: 2xx is taken, 429 and 5xx will pass, the rest won't. 408 will, too. */
export function judgeAttempt(statusCode: number | null, attempt: number): AttemptVerdict {
  if (statusCode !== null && statusCode >= 200 && statusCode < 300) return 'DELIVERED';
  const willPass = statusCode === null || statusCode === 408 || statusCode === 429 || statusCode >= 500;
  return willPass && attempt < WEBHOOK_ATTEMPTS_MAX ? 'RETRY' : 'GIVE_UP';
}

/** How long to wait after attempt number `attempt` (from 1): doubling from `baseMs` to WEBHOOK_DELAY_MAX_MS, half of it jitter (`random`: 0 to 1). */
export function retryDelayMs(attempt: number, baseMs: number, random: number): number {
  const fullMs = Math.min(WEBHOOK_DELAY_MAX_MS, baseMs * 2 ** (attempt - 1));
  return Math.round(fullMs / 2 + (fullMs / 2) * random);
}
