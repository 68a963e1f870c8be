import { z } from 'zod';
import type { NewFeedEvent } from '#platform/feed/feed.ts';
import { newId, shardOf } from '#platform/ids.ts';
import type { AlertState } from './domain/alert.ts';
import type { AlertChange } from './domain/webhook.ts';

/** The feed that monitoring writes: every change of an alert's state, in order. Followed by `alertEvents` and by the webhook sender. */
export const ALERTS_FEED = 'alerts';

/** Version of the payload's form. */
export const ALERT_CHANGE_VERSION = 1;

const KINDS = { PENDING: 'alert.pending', FIRING: 'alert.firing', RESOLVED: 'alert.resolved' } as const satisfies Record<
  AlertState,
  string
>;

/** The payload of all three kinds. Newer versions may add to it. */
const alertChange = z.object({
  alertId: z.uuid(),
  rule: z.string(),
  service: z.string(),
  state: z.enum(['PENDING', 'FIRING', 'RESOLVED']),
  summary: z.string(),
  value: z.number(),
  threshold: z.number(),
  startedAt: z.string(),
  firedAt: z.string().nullable(),
  resolvedAt: z.string().nullable(),
});

/** The event of one change. */
export function alertEvent(change: AlertChange): NewFeedEvent {
  return {
    feed: ALERTS_FEED,
    shard: shardOf(ALERTS_FEED),
    id: newId(),
    kind: KINDS[change.state],
    v: ALERT_CHANGE_VERSION,
    payload: { ...change },
  };
}

/** Reads the payload of an event of ALERTS_FEED. Throws ZodError when it isn't one: then the log is damaged. */
export function parseAlertChange(payload: unknown): AlertChange {
  return alertChange.parse(payload);
}
