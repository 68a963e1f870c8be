import { createBreaker } from '#platform/breaker.ts';
import type { Database } from '#platform/database/database.ts';
import { startRecurring } from '#platform/recurring.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { judgeAttempt, retryDelayMs } from '#platform/webhook.ts';
import { type LogFollower, startLogFollower } from '../data/logFollower.ts';
import { type ClaimedLog, type FinishedLog, type LogEvent, readPieces } from '../data/logFollowers.ts';
import { type DeliveryOutcome, type OpenDelivery, openDeliveries, pruneDeliveries, recordAttempts } from '../data/webhookDeliveries.ts';
import {
  DELIVERIES_PARALLEL_MAX,
  DELIVERY_ATTEMPTS_MAX,
  DELIVERY_CLAIM_MS,
  DELIVERY_DELAY_BASE_MS,
  DELIVERY_EVENTS_MAX,
  DELIVERY_LOG_DAYS,
  DELIVERY_PRUNE_EVERY_MS,
  DELIVERY_PRUNE_MAX,
  DELIVERY_TIMEOUT_MS,
  WEBHOOK_BREAKER,
} from '../domain/webhookLimits.ts';
import type { WebhookClient } from './webhookClient.ts';

/** Under which it is stored how far the webhook is in each conversation. */
const FOLLOWER = 'webhook';
const ERROR_LENGTH_MAX = 300;

export interface DeliveryParts {
  readonly client: WebhookClient;
  readonly database: Database;
  readonly telemetry: Telemetry;
}

/** Posts every event of every conversation to the webhook, from the first start of a process that has one: each at least once, those of one conversation in the order of its log, the next only when
 * the ones before it were taken or given up. Any number of processes do it together, and a restart goes on where the last one stopped. */
export const startDeliveries = ({ client, database, telemetry }: DeliveryParts): LogFollower => {
  const posts = telemetry.counter('fanfare_message_webhook_posts_total', 'Posts of events to the message webhook by what came of them.', [
    'outcome',
  ]);
  const breaker = createBreaker(WEBHOOK_BREAKER);
  let awayUntilMs = 0;
  const work = async (claimed: readonly ClaimedLog[]): Promise<readonly FinishedLog[]> => {
    const passed = breaker.enter();
    if ('retryAfterMs' in passed) {
      awayUntilMs = performance.now() + passed.retryAfterMs;
      return claimed.map((log) => ({ ...log, newDoneSeq: log.doneSeq, dueInMs: passed.retryAfterMs }));
    }
    let outcomes: readonly DeliveryOutcome[] = [];
    try {
      const deliveries = await openDeliveries(database, claimed, DELIVERY_EVENTS_MAX);
      outcomes = await attemptAll({ client, database }, deliveries);
      return claimed.map((log) => finished(log, deliveries.get(log.conversationId), outcomes));
    } finally {
      // What is refused for good was answered: the outside is there.
      const isAway = outcomes.every(({ state }) => state === 'WAITING');
      passed.report(outcomes.length === 0 ? 'abandoned' : isAway ? 'failed' : 'answered');
      for (const { state, error, delivery } of outcomes) {
        posts.inc({ outcome: state });
        if (state === 'GIVEN_UP')
          telemetry.log.error({ ...delivery, error }, 'the message webhook did not take events, and they are given up');
      }
    }
  };
  const follower = startLogFollower({
    name: FOLLOWER,
    from: 'now',
    database,
    telemetry,
    parallel: DELIVERIES_PARALLEL_MAX,
    claimMs: DELIVERY_CLAIM_MS,
    mayWork: () => performance.now() >= awayUntilMs,
    work,
  });
  const closing = new AbortController();
  const pruning = startRecurring({
    name: 'prune-webhook-deliveries',
    everyMs: DELIVERY_PRUNE_EVERY_MS,
    telemetry,
    run: async () => {
      await pruneDeliveries(database, DELIVERY_LOG_DAYS, { limit: DELIVERY_PRUNE_MAX, signal: closing.signal });
    },
  });
  return {
    news: (conversationIds) => follower.news(conversationIds),
    close: async () => {
      closing.abort();
      await Promise.all([follower.close(), pruning.close()]);
    },
  };
};

const attemptAll = async (
  { client, database }: Pick<DeliveryParts, 'client' | 'database'>,
  deliveries: ReadonlyMap<string, OpenDelivery>,
): Promise<readonly DeliveryOutcome[]> => {
  const waiting = [...deliveries.values()].filter(({ state }) => state === 'WAITING');
  if (waiting.length === 0) return [];
  const events = await readPieces(database, waiting, DELIVERY_EVENTS_MAX);
  const outcomes = await Promise.all(waiting.map((delivery) => attempt(client, delivery, events.get(delivery.conversationId) ?? [])));
  await recordAttempts(database, outcomes);
  return outcomes;
};

const attempt = async (client: WebhookClient, delivery: OpenDelivery, events: readonly LogEvent[]): Promise<DeliveryOutcome> => {
  const startedAt = new Date();
  const startMs = performance.now();
  const { statusCode, error } = await post(client, delivery, events);
  const verdict = judgeAttempt(statusCode, delivery.attempt, DELIVERY_ATTEMPTS_MAX);
  return {
    delivery,
    startedAt,
    tookMs: Math.round(performance.now() - startMs),
    statusCode,
    error,
    state: verdict === 'DELIVERED' ? 'DELIVERED' : verdict === 'RETRY' ? 'WAITING' : 'GIVEN_UP',
    nextTryInMs: verdict === 'RETRY' ? retryDelayMs(delivery.attempt, DELIVERY_DELAY_BASE_MS, Math.random()) : null,
  };
};

const post = async (
  client: WebhookClient,
  { conversationId, fromSeq, toSeq }: OpenDelivery,
  events: readonly LogEvent[],
): Promise<{ readonly statusCode: number | null; readonly error: string | null }> => {
  const body = JSON.stringify({
    type: 'conversation.events',
    v: 1,
    conversationId,
    fromSeq,
    toSeq,
    events: events.map(({ feed: _, ...event }) => event),
  });
  try {
    const { statusCode } = await client.post({ id: `${conversationId}:${fromSeq}`, body }, AbortSignal.timeout(DELIVERY_TIMEOUT_MS));
    return { statusCode, error: statusCode >= 200 && statusCode < 300 ? null : `answered ${statusCode}` };
  } catch (error) {
    return { statusCode: null, error: (error instanceof Error ? error.message : String(error)).slice(0, ERROR_LENGTH_MAX) };
  }
};

/** How far its conversation is after an attempt. After a full delivery there may be more; after one that was settled before, too. */
const finished = (log: ClaimedLog, delivery: OpenDelivery | undefined, outcomes: readonly DeliveryOutcome[]): FinishedLog => {
  if (delivery === undefined) return { ...log, newDoneSeq: log.doneSeq, dueInMs: null };
  const outcome = outcomes.find((each) => each.delivery === delivery);
  if (outcome?.state === 'WAITING') return { ...log, newDoneSeq: log.doneSeq, dueInMs: outcome.nextTryInMs };
  return { ...log, newDoneSeq: delivery.toSeq, dueInMs: 0 };
};
