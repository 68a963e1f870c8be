import { createHmac } from 'node:crypto';

/** What we sign: a message and when it is posted. The timestamp is that of the attempt, in seconds since 1970. */
export interface SignedMessage {
  readonly id: string;
  readonly timestampSeconds: number;
  readonly body: string;
}

/** Receivers should refuse a timestamp further than this from their own clock (the replay window). */
export const WEBHOOK_REPLAY_WINDOW_SECONDS = 300;

/** Header names of Standard Webhooks (standardwebhooks.com): delivery id, epoch seconds, signature. */
export const WEBHOOK_ID_HEADER = 'webhook-id';
export const WEBHOOK_TIMESTAMP_HEADER = 'webhook-timestamp';
export const WEBHOOK_SIGNATURE_HEADER = 'webhook-signature';
/** Ours: which of the receiver's keys the signature was made with, where there are several. */
export const WEBHOOK_KEY_HEADER = 'webhook-key-id';

/** The signature header's value: `v1,` and the base64 of HMAC-SHA-256 over `id.timestamp.body`. */
export const signWebhook = (secret: string | Uint8Array, { id, timestampSeconds, body }: SignedMessage): string =>
  `v1,${createHmac('sha256', secret).update(`${id}.${timestampSeconds}.${body}`).digest('base64')}`;

/** Between two tries of one message at most. */
export const WEBHOOK_DELAY_MAX_MS = 5 * 60_000;

export type AttemptVerdict = 'DELIVERED' | 'RETRY' | 'GIVE_UP';

/** What an answer to the attempt of that number (from 1) means; null stands for none (refused, cut off, too late). Like Alertmanager: 2xx is taken, 429 and 5xx will pass, the rest won't. 408 will, too. */
export const judgeAttempt = (statusCode: number | null, attempt: number, attemptsMax: number): AttemptVerdict => {
  if (statusCode !== null && statusCode >= 200 && statusCode < 300) return 'DELIVERED';
  const willPass = statusCode === null || statusCode === 408 || statusCode === 429 || statusCode >= 500;
  return willPass && attempt < attemptsMax ? 'RETRY' : 'GIVE_UP';
};

/** How long to wait after attempt number `attempt` (from 1): doubling from `baseMs` to WEBHOOK_DELAY_MAX_MS, half of it jitter (`random`: 0 to 1). */
export const retryDelayMs = (attempt: number, baseMs: number, random: number): number => {
  const fullMs = Math.min(WEBHOOK_DELAY_MAX_MS, baseMs * 2 ** (attempt - 1));
  return Math.round(fullMs / 2 + (fullMs / 2) * random);
};
