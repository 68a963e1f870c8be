import { plain, texts, times } from '#platform/database/arrays.ts';
import type { Queryable } from '#platform/database/database.ts';
import { shardOf } from '#platform/ids.ts';
import { conversationFeedOf } from '../events.ts';
import type { ClaimedLog } from './logFollowers.ts';

export type DeliveryState = 'WAITING' | 'DELIVERED' | 'GIVEN_UP';

/** A piece of a log on its way to the webhook. */
export interface OpenDelivery {
  readonly conversationId: string;
  readonly fromSeq: number;
  readonly toSeq: number;
  /** Number of the attempt that begins now, from 1. */
  readonly attempt: number;
  readonly state: string;
}

/** What came of an attempt. `nextTryInMs` goes with WAITING. */
export interface DeliveryOutcome {
  readonly delivery: OpenDelivery;
  readonly startedAt: Date;
  readonly tookMs: number;
  readonly statusCode: number | null;
  readonly error: string | null;
  readonly state: DeliveryState;
  readonly nextTryInMs: number | null;
}

/** The next delivery of each of these conversations, by conversation: the one that is waiting, or a new one of `eventsMax` events at most. Counts an attempt. A conversation without news is absent. */
export const openDeliveries = async (
  database: Queryable,
  claimed: readonly ClaimedLog[],
  eventsMax: number,
): Promise<ReadonlyMap<string, OpenDelivery>> => {
  const rows = await database.query<Omit<OpenDelivery, 'fromSeq' | 'toSeq'> & { readonly fromSeq: bigint; readonly toSeq: bigint }>({
    name: 'openDeliveries',
    text: `/* openDeliveries */
      INSERT INTO webhook_delivery AS delivery (shard, conversation_id, from_seq, to_seq, state, attempts, created_at)
      SELECT asked.shard, asked.conversation_id, asked.done_seq + 1, least(feed.head_seq, asked.done_seq + $5), 'WAITING', 1, now()
        FROM unnest($1::int[], $2::text[], $3::text[], $4::bigint[]) AS asked (shard, conversation_id, feed_id, done_seq)
        JOIN feed ON feed.shard = asked.shard AND feed.id = asked.feed_id AND feed.head_seq > asked.done_seq
       ORDER BY asked.shard, asked.conversation_id
      ON CONFLICT (shard, conversation_id, from_seq) DO UPDATE
         SET attempts = delivery.attempts + CASE WHEN delivery.state = 'WAITING' THEN 1 ELSE 0 END
      RETURNING delivery.conversation_id AS "conversationId", delivery.from_seq AS "fromSeq", delivery.to_seq AS "toSeq", delivery.attempts AS attempt, delivery.state`,
    values: [
      plain(claimed.map(({ conversationId }) => shardOf(conversationId))),
      texts(claimed.map(({ conversationId }) => conversationId)),
      texts(claimed.map(({ conversationId }) => conversationFeedOf(conversationId))),
      plain(claimed.map(({ doneSeq }) => doneSeq)),
      eventsMax,
    ],
  });
  return new Map(rows.map((row) => [row.conversationId, { ...row, fromSeq: Number(row.fromSeq), toSeq: Number(row.toSeq) }]));
};

/** Logs attempts and says what became of their deliveries. */
export const recordAttempts = (database: Queryable, outcomes: readonly DeliveryOutcome[]): Promise<readonly object[]> =>
  database.query({
    name: 'recordWebhookAttempts',
    text: `/* recordWebhookAttempts */
      WITH outcome AS (
        SELECT * FROM unnest($1::int[], $2::text[], $3::bigint[], $4::int[], $5::timestamptz[], $6::int[], $7::int[], $8::text[], $9::text[], $10::int[])
          AS outcome (shard, conversation_id, from_seq, number, started_at, took_ms, status_code, error, state, next_try_in_ms)
      ), logged AS (
        INSERT INTO webhook_attempt (shard, conversation_id, from_seq, number, started_at, took_ms, status_code, error)
        SELECT shard, conversation_id, from_seq, number, started_at, took_ms, status_code, error FROM outcome
        ON CONFLICT DO NOTHING
      )
      UPDATE webhook_delivery AS delivery
         SET state = outcome.state, next_try_at = now() + outcome.next_try_in_ms * interval '1 millisecond',
             settled_at = CASE WHEN outcome.state = 'WAITING' THEN NULL ELSE now() END
        FROM outcome
       WHERE delivery.shard = outcome.shard AND delivery.conversation_id = outcome.conversation_id AND delivery.from_seq = outcome.from_seq
         AND delivery.state = 'WAITING'`,
    values: [
      plain(outcomes.map(({ delivery }) => shardOf(delivery.conversationId))),
      texts(outcomes.map(({ delivery }) => delivery.conversationId)),
      plain(outcomes.map(({ delivery }) => delivery.fromSeq)),
      plain(outcomes.map(({ delivery }) => delivery.attempt)),
      times(outcomes.map(({ startedAt }) => startedAt)),
      plain(outcomes.map(({ tookMs }) => tookMs)),
      plain(outcomes.map(({ statusCode }) => statusCode)),
      texts(outcomes.map(({ error }) => error)),
      texts(outcomes.map(({ state }) => state)),
      plain(outcomes.map(({ nextTryInMs }) => nextTryInMs)),
    ],
  });

/** Forgets all deliveries that were settled and are older than so many days, with their attempts, `limit` by one statement, until none is left or `signal` aborts; answers with how many. */
export const pruneDeliveries = async (
  database: Queryable,
  days: number,
  { limit, signal }: { readonly limit: number; readonly signal: AbortSignal },
): Promise<number> => {
  let gone = 0;
  for (let last = limit; last === limit && !signal.aborted; gone += last) last = await pruneSome(database, days, limit);
  return gone;
};

const pruneSome = async (database: Queryable, days: number, limit: number): Promise<number> => {
  const gone = await database.query({
    name: 'pruneDeliveries',
    text: `/* pruneDeliveries */
      WITH gone AS (
        DELETE FROM webhook_delivery WHERE (shard, conversation_id, from_seq) IN (
          SELECT shard, conversation_id, from_seq FROM webhook_delivery
           WHERE created_at < now() - $1 * interval '1 day' AND state <> 'WAITING'
           ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED)
        RETURNING shard, conversation_id, from_seq
      ), attempts AS (
        DELETE FROM webhook_attempt USING gone
         WHERE webhook_attempt.shard = gone.shard AND webhook_attempt.conversation_id = gone.conversation_id AND webhook_attempt.from_seq = gone.from_seq
      )
      SELECT 1 AS gone FROM gone`,
    values: [days, limit],
  });
  return gone.length;
};
