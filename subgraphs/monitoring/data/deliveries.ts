import type { Database, Transaction } from '#platform/database/database.ts';
import type { FeedEvent } from '#platform/feed/feed.ts';
import { newIdInShard, shardIndexOf, shardOf } from '#platform/ids.ts';
import { isWorthTelling, WEBHOOK_CHANGE_AGE_MAX_MS, webhookBody } from '../domain/webhook.ts';
import { parseAlertChange } from '../events.ts';

/** A delivery that a process has taken over for one attempt. */
export interface ClaimedDelivery {
  readonly shard: number;
  readonly id: string;
  readonly body: string;
  /** Number of this attempt, from 1. */
  readonly attempt: number;
}

/** What came of an attempt. */
export interface AttemptOutcome {
  readonly delivery: ClaimedDelivery;
  readonly startedAt: Date;
  readonly tookMs: number;
  readonly statusCode: number | null;
  readonly error: string | null;
  /** WAITING goes with `nextTryInMs`. */
  readonly state: 'WAITING' | 'DELIVERED' | 'GIVEN_UP';
  readonly nextTryInMs: number | null;
}

/** The effect of alert events on this database: one delivery per event that is worth telling, recorded once even if the event comes again. A change that is
 * older than WEBHOOK_CHANGE_AGE_MAX_MS is recorded as EXPIRED. */
export async function recordDeliveries(tx: Transaction, events: readonly FeedEvent[], nowMs: number): Promise<void> {
  const worth = events.map((event) => ({ event, change: parseAlertChange(event.payload) })).filter(({ change }) => isWorthTelling(change));
  if (worth.length === 0) return;
  const expired = worth.map(({ event }) => nowMs - event.at.getTime() > WEBHOOK_CHANGE_AGE_MAX_MS);
  await tx.query({
    name: 'recordDeliveries',
    text: `/* recordDeliveries */
      INSERT INTO webhook_delivery (shard, id, event_id, event_seq, alert_id, body, state, created_at, next_try_at, settled_at)
      SELECT shard, id, event_id, event_seq, alert_id, body, CASE WHEN expired THEN 'EXPIRED' ELSE 'WAITING' END, now(),
        CASE WHEN expired THEN NULL ELSE now() END, CASE WHEN expired THEN now() END
      FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::int8[], $5::uuid[], $6::text[], $7::bool[])
        AS delivery (shard, id, event_id, event_seq, alert_id, body, expired)
      ORDER BY event_seq
      ON CONFLICT (shard, event_id) DO NOTHING`,
    values: [
      worth.map(({ change }) => shardOf(change.service)),
      worth.map(({ change }) => newIdInShard(shardIndexOf(change.service), nowMs)),
      worth.map(({ event }) => event.id),
      worth.map(({ event }) => event.seq),
      worth.map(({ change }) => change.alertId),
      worth.map(({ change }) => webhookBody(change)),
      expired,
    ],
  });
}

/** Takes over what is due, the oldest event first, at most `limit`. Of one alert only the oldest unsettled delivery is due, so that its end is never told before its
 * beginning. Until `claimMs` have passed nobody else takes these; then the process that did is taken for dead. */
export async function claimDeliveries(database: Database, limit: number, claimMs: number): Promise<readonly ClaimedDelivery[]> {
  return database.query<ClaimedDelivery>({
    name: 'claimDeliveries',
    text: `/* claimDeliveries */
      UPDATE webhook_delivery AS delivery
      SET attempts = delivery.attempts + 1, next_try_at = now() + $2 * interval '1 millisecond'
      FROM (
        SELECT shard, id FROM webhook_delivery AS due
        WHERE state = 'WAITING' AND next_try_at <= now() AND NOT EXISTS (
          SELECT FROM webhook_delivery AS earlier
          WHERE earlier.alert_id = due.alert_id AND earlier.state = 'WAITING' AND earlier.event_seq < due.event_seq
        )
        ORDER BY event_seq LIMIT $1
        FOR NO KEY UPDATE SKIP LOCKED
      ) AS due
      WHERE delivery.shard = due.shard AND delivery.id = due.id
      RETURNING delivery.shard, delivery.id, delivery.body, delivery.attempts AS attempt`,
    values: [limit, claimMs],
  });
}

/** Logs attempts and moves their deliveries on. An answer that comes after somebody else took the delivery over is logged, but changes nothing unless it
 * settles the delivery: delivered is delivered. */
export async function recordAttempts(database: Database, outcomes: readonly AttemptOutcome[]): Promise<void> {
  if (outcomes.length === 0) return;
  await database.query({
    name: 'recordAttempts',
    text: `/* recordAttempts */
      WITH outcome AS (
        SELECT * FROM unnest($1::int[], $2::uuid[], $3::int[], $4::timestamptz[], $5::int[], $6::int[], $7::text[], $8::text[], $9::int[])
          AS outcome (shard, delivery_id, number, started_at, took_ms, status_code, error, state, next_try_in_ms)
      ), logged AS (
        INSERT INTO webhook_attempt (shard, delivery_id, number, started_at, took_ms, status_code, error)
        SELECT shard, delivery_id, number, started_at, took_ms, status_code, error FROM outcome
        ON CONFLICT (shard, delivery_id, number) DO NOTHING
      )
      UPDATE webhook_delivery AS delivery
      SET state = outcome.state, next_try_at = now() + outcome.next_try_in_ms * interval '1 millisecond',
        settled_at = CASE WHEN outcome.state = 'WAITING' THEN NULL ELSE now() END
      FROM outcome
      WHERE delivery.shard = outcome.shard AND delivery.id = outcome.delivery_id AND delivery.state = 'WAITING'
        AND (delivery.attempts = outcome.number OR outcome.state = 'DELIVERED')`,
    values: [
      outcomes.map(({ delivery }) => delivery.shard),
      outcomes.map(({ delivery }) => delivery.id),
      outcomes.map(({ delivery }) => delivery.attempt),
      outcomes.map(({ startedAt }) => startedAt.toISOString()),
      outcomes.map(({ tookMs }) => tookMs),
      outcomes.map(({ statusCode }) => statusCode),
      outcomes.map(({ error }) => error),
      outcomes.map(({ state }) => state),
      outcomes.map(({ nextTryInMs }) => nextTryInMs),
    ],
  });
}
