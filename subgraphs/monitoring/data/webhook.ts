import { performance } from 'node:perf_hooks';
import { request } from 'undici';
import type { Database } from '#platform/database/database.ts';
import { type Recurring, startRecurring } from '#platform/recurring.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import {
  judgeAttempt,
  retryDelayMs,
  signWebhook,
  WEBHOOK_ID_HEADER,
  WEBHOOK_SIGNATURE_HEADER,
  WEBHOOK_TIMESTAMP_HEADER,
} from '#platform/webhook.ts';
import { WEBHOOK_ATTEMPTS_MAX, WEBHOOK_DELAY_BASE_MS } from '../domain/webhook.ts';
import { type AttemptOutcome, type ClaimedDelivery, claimDeliveries, recordAttempts } from './deliveries.ts';

/** Posts under way at a time. */
const PARALLEL_MAX = 8;
/** From connect to the end of the answer. A receiver should take a message and work on it later. */
const TIMEOUT_MS = 5_000;
/** Longer than an attempt can take: whoever has not recorded it by then is dead. */
const CLAIM_MS = 30_000;
/** Retries are due at the second. New deliveries wake the sender at once. */
const POLL_MS = 1_000;
/** Of an answer's body nothing is used; a longer one is cut off. */
const ANSWER_BYTES_MAX = 64 * 1024;
const ERROR_LENGTH_MAX = 300;

export interface WebhookSenderOptions {
  readonly database: Database;
  readonly telemetry: Telemetry;
  readonly url: string;
  readonly secret: string;
  /** Default WEBHOOK_DELAY_BASE_MS. */
  readonly delayBaseMs?: number;
}

/** Posts recorded deliveries to the webhook, at least once each, until it takes them or the attempts are used up. What is left to do is in the database:
 * any number of processes may send, and a restart goes on where the last one stopped. */
export function startWebhookSender(options: WebhookSenderOptions): Recurring {
  const { database, telemetry } = options;
  const attempts = telemetry.counter('fanfare_webhook_attempts_total', 'Posts to the alert webhook by what came of them.', ['outcome']);
  const run = async (): Promise<void> => {
    for (let claimed = await claimDeliveries(database, PARALLEL_MAX, CLAIM_MS); claimed.length > 0; ) {
      const outcomes = await Promise.all(claimed.map((delivery) => attemptDelivery(delivery, options)));
      await recordAttempts(database, outcomes);
      for (const outcome of outcomes) {
        attempts.inc({ outcome: outcome.state });
        if (outcome.state === 'DELIVERED') continue;
        telemetry.log.warn(
          { delivery: outcome.delivery.id, attempt: outcome.delivery.attempt, error: outcome.error, state: outcome.state },
          'the alert webhook did not take a message',
        );
      }
      claimed = await claimDeliveries(database, PARALLEL_MAX, CLAIM_MS);
    }
  };
  return startRecurring({ name: 'alert-webhook', everyMs: POLL_MS, telemetry, run });
}

async function attemptDelivery(
  delivery: ClaimedDelivery,
  { url, secret, delayBaseMs = WEBHOOK_DELAY_BASE_MS }: WebhookSenderOptions,
): Promise<AttemptOutcome> {
  const startedAt = new Date();
  const started = performance.now();
  const answer = await post(url, secret, delivery, startedAt);
  const verdict = judgeAttempt(answer.statusCode, delivery.attempt, WEBHOOK_ATTEMPTS_MAX);
  return {
    delivery,
    startedAt,
    tookMs: Math.round(performance.now() - started),
    ...answer,
    state: verdict === 'DELIVERED' ? 'DELIVERED' : verdict === 'RETRY' ? 'WAITING' : 'GIVEN_UP',
    nextTryInMs: verdict === 'RETRY' ? retryDelayMs(delivery.attempt, delayBaseMs, Math.random()) : null,
  };
}

interface Answer {
  readonly statusCode: number | null;
  readonly error: string | null;
}

async function post(url: string, secret: string, { id, body }: ClaimedDelivery, at: Date): Promise<Answer> {
  const timestampSeconds = Math.floor(at.getTime() / 1_000);
  try {
    const answer = await request(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'fanfare-monitoring',
        [WEBHOOK_ID_HEADER]: id,
        [WEBHOOK_TIMESTAMP_HEADER]: String(timestampSeconds),
        [WEBHOOK_SIGNATURE_HEADER]: signWebhook(secret, { id, timestampSeconds, body }),
      },
      body,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await answer.body.dump({ limit: ANSWER_BYTES_MAX });
    const taken = answer.statusCode >= 200 && answer.statusCode < 300;
    return { statusCode: answer.statusCode, error: taken ? null : `answered ${answer.statusCode}` };
  } catch (error) {
    return { statusCode: null, error: (error instanceof Error ? error.message : String(error)).slice(0, ERROR_LENGTH_MAX) };
  }
}
