import type { Queryable } from '#platform/database/database.ts';
import { FanfareError } from '#platform/errors.ts';
import { isUuid, shardOf } from '#platform/ids.ts';
import { type Connection, checkPageSize, connectionOf } from '#platform/subgraph/connection.ts';
import { PAGE_SIZE_MAX } from '../domain/limits.ts';
import { ATTEMPTS_SHOWN_MAX } from '../domain/webhookLimits.ts';
import type { DeliveryState } from './webhookDeliveries.ts';

/** One post, as operators see it. */
export interface ShownAttempt {
  readonly number: number;
  readonly startedAt: Date;
  readonly tookMs: number;
  readonly statusCode: number | null;
  readonly error: string | null;
}

/** A delivery as operators see it. `attempts`: the newest ATTEMPTS_SHOWN_MAX, the newest first. */
export interface ShownDelivery {
  readonly id: string;
  readonly conversationId: string;
  readonly fromSeq: number;
  readonly toSeq: number;
  readonly state: DeliveryState;
  readonly attemptCount: number;
  readonly attempts: readonly ShownAttempt[];
  readonly createdAt: Date;
  readonly nextTryAt: Date | null;
  readonly settledAt: Date | null;
}

interface Wanted {
  readonly first: number;
  readonly after?: string | null | undefined;
  readonly state?: DeliveryState | null | undefined;
}

/** One page of deliveries, the newest first. One statement. Throws FanfareError BAD_USER_INPUT for a page of a wrong size and for what is no cursor of this list. */
export const webhookDeliveryPage = async (
  database: Queryable,
  { first, after = null, state = null }: Wanted,
): Promise<Connection<ShownDelivery>> => {
  checkPageSize(first, PAGE_SIZE_MAX);
  const place = after === null ? null : placeOf(after);
  const rows = await database.query<Omit<ShownDelivery, 'id' | 'attempts' | 'fromSeq' | 'toSeq'> & StoredPlace>({
    name: 'webhookDeliveryPage',
    text: `/* webhookDeliveryPage */
      SELECT delivery.conversation_id AS "conversationId", delivery.from_seq AS "fromSeq", delivery.to_seq AS "toSeq", delivery.state, delivery.attempts AS "attemptCount",
             delivery.created_at AS "createdAt", CASE WHEN delivery.state = 'WAITING' THEN delivery.next_try_at END AS "nextTryAt", delivery.settled_at AS "settledAt",
             (SELECT coalesce(jsonb_agg(attempt ORDER BY attempt.number DESC), '[]')
                FROM (SELECT number, started_at AS "startedAt", took_ms AS "tookMs", status_code AS "statusCode", error FROM webhook_attempt
                       WHERE webhook_attempt.shard = delivery.shard AND webhook_attempt.conversation_id = delivery.conversation_id
                         AND webhook_attempt.from_seq = delivery.from_seq
                       ORDER BY number DESC LIMIT ${ATTEMPTS_SHOWN_MAX}) AS attempt) AS attempts
        FROM webhook_delivery AS delivery
       WHERE ($2::text IS NULL OR delivery.state = $2)
         AND ($3::timestamptz IS NULL OR (delivery.created_at, delivery.shard, delivery.conversation_id, delivery.from_seq) < ($3, $4::int, $5::text, $6::bigint))
       ORDER BY delivery.created_at DESC, delivery.shard DESC, delivery.conversation_id DESC, delivery.from_seq DESC LIMIT $1`,
    values: [
      first + 1,
      state,
      place?.createdAt ?? null,
      place === null ? null : shardOf(place.conversationId),
      place?.conversationId ?? null,
      place?.fromSeq ?? null,
    ],
  });
  const deliveries = rows.map((row) => ({
    ...row,
    id: `${row.conversationId}:${row.fromSeq}`,
    fromSeq: Number(row.fromSeq),
    toSeq: Number(row.toSeq),
    attempts: row.attempts.map((attempt) => ({ ...attempt, startedAt: new Date(attempt.startedAt) })),
  }));
  return connectionOf(deliveries.slice(0, first), cursorOf, { hasNextPage: rows.length > first, hasPreviousPage: place !== null });
};

/** Numbers as PostgreSQL has them, and times as JSON does. */
interface StoredPlace {
  readonly fromSeq: bigint;
  readonly toSeq: bigint;
  readonly attempts: readonly (Omit<ShownAttempt, 'startedAt'> & { readonly startedAt: string })[];
}

type Place = Pick<ShownDelivery, 'createdAt' | 'conversationId' | 'fromSeq'>;

const cursorOf = ({ createdAt, conversationId, fromSeq }: Place): string =>
  Buffer.from(`${createdAt.getTime()}:${conversationId}:${fromSeq}`).toString('base64url');

const placeOf = (cursor: string): Place => {
  const [, time, conversationId = '', seq] = /^(\d{1,15}):([^:]+):(\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (!isUuid(conversationId))
    throw new FanfareError('BAD_USER_INPUT', '`after` is not a cursor of this list. Use one as it came, or none.');
  return { createdAt: new Date(Number(time)), conversationId, fromSeq: Number(seq) };
};
