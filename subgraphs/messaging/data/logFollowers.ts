import { plain, texts, times } from '#platform/database/arrays.ts';
import type { Database, Queryable, Transaction } from '#platform/database/database.ts';
import type { FeedEvent, JsonObject } from '#platform/feed/feed.ts';
import { shardOf } from '#platform/ids.ts';
import { conversationFeedOf } from '../events.ts';

/** A conversation that a process has taken over for one piece of work. */
export interface ClaimedLog {
  readonly conversationId: string;
  /** Seq up to which the follower was done. */
  readonly doneSeq: number;
  /** Seq of the last event when it was taken over. */
  readonly headSeq: number;
  /** Past this another process may have taken it over: what tells one claim from the next. */
  readonly claimedUntil: Date;
}

/** What came of it. `dueInMs`: when there is more to do; null: when there is news. */
export interface FinishedLog extends ClaimedLog {
  readonly newDoneSeq: number;
  readonly dueInMs: number | null;
}

/** A name for the follower's own row. No conversation is called so. */
const REGISTRATION = '';

/** Registers a follower that begins now: it is done with everything that is there. Called again it changes nothing. */
export const registerFromNow = (database: Database, follower: string): Promise<void> =>
  database.transaction('registerFromNow', async (tx) => {
    const registered = await tx.query({
      name: 'registerFollower',
      text: `/* registerFollower */
        INSERT INTO log_follower (shard, follower, conversation_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING follower`,
      values: [shardOf(follower), follower, REGISTRATION],
    });
    if (registered.length === 0) return;
    await tx.query({
      name: 'skipLogs',
      text: `/* skipLogs */
        INSERT INTO log_follower (shard, follower, conversation_id, done_seq)
        SELECT feed.shard, $1, substr(feed.id, ${PREFIX_LENGTH + 1}), feed.head_seq FROM feed WHERE starts_with(feed.id, $2)
        ON CONFLICT DO NOTHING`,
      values: [follower, PREFIX],
    });
  });

const PREFIX = conversationFeedOf('');
const PREFIX_LENGTH = PREFIX.length;

/** Notes that there is something to do in these conversations, where that is not known already. `conversationIds`: each once. */
export const markDue = (database: Queryable, follower: string, conversationIds: readonly string[]): Promise<readonly object[]> =>
  database.query({
    name: 'markDue',
    text: `/* markDue */
      INSERT INTO log_follower (shard, follower, conversation_id, due_at)
      SELECT new.shard, $1, new.id, now() FROM unnest($2::int[], $3::text[]) AS new (shard, id) ORDER BY new.shard, new.id
      ON CONFLICT (shard, follower, conversation_id) DO UPDATE SET due_at = now() WHERE log_follower.due_at IS NULL`,
    values: [follower, plain(conversationIds.map(shardOf)), texts(conversationIds)],
  });

/** Notes the same for every conversation whose log has gone on beyond where the follower is: what a process knew that died before it could say so. Answers with how many, `limit` at most.
 * Reads one row per log of this database. */
export const markBehind = async (database: Queryable, follower: string, limit: number): Promise<number> => {
  const marked = await database.query({
    name: 'markBehind',
    text: `/* markBehind */
      INSERT INTO log_follower (shard, follower, conversation_id, due_at)
      SELECT feed.shard, $1, substr(feed.id, ${PREFIX_LENGTH + 1}), now()
        FROM feed
        LEFT JOIN log_follower AS known
          ON known.shard = feed.shard AND known.follower = $1 AND known.conversation_id = substr(feed.id, ${PREFIX_LENGTH + 1})
       WHERE starts_with(feed.id, $2) AND feed.head_seq > coalesce(known.done_seq, 0) AND known.due_at IS NULL AND known.claimed_until IS NULL
       ORDER BY feed.shard, feed.id LIMIT $3
      ON CONFLICT (shard, follower, conversation_id) DO UPDATE SET due_at = now() WHERE log_follower.due_at IS NULL
      RETURNING 1 AS marked`,
    values: [follower, PREFIX, limit],
  });
  return marked.length;
};

/** Takes over conversations that are due, the longest first. Until `claimMs` have passed nobody else takes these. What is marked as due meanwhile stays so. */
export const claimDue = async (
  database: Queryable,
  follower: string,
  { limit, claimMs }: { readonly limit: number; readonly claimMs: number },
): Promise<readonly ClaimedLog[]> => {
  const rows = await database.query<{
    readonly conversationId: string;
    readonly doneSeq: bigint;
    readonly headSeq: bigint | null;
    readonly claimedUntil: Date;
  }>({
    name: 'claimDue',
    text: `/* claimDue */
      UPDATE log_follower AS row SET due_at = NULL, claimed_until = now() + $3 * interval '1 millisecond'
        FROM (SELECT shard, follower, conversation_id FROM log_follower
               WHERE follower = $1 AND (due_at <= now() OR claimed_until <= now()) AND coalesce(claimed_until <= now(), true)
               ORDER BY due_at LIMIT $2
                 FOR NO KEY UPDATE SKIP LOCKED) AS due
       WHERE row.shard = due.shard AND row.follower = due.follower AND row.conversation_id = due.conversation_id
      RETURNING row.conversation_id AS "conversationId", row.done_seq AS "doneSeq", row.claimed_until AS "claimedUntil",
        (SELECT feed.head_seq FROM feed WHERE feed.shard = row.shard AND feed.id = $4 || row.conversation_id) AS "headSeq"`,
    values: [follower, limit, claimMs, PREFIX],
  });
  return rows.map(({ conversationId, doneSeq, headSeq, claimedUntil }) => ({
    conversationId,
    doneSeq: Number(doneSeq),
    headSeq: Number(headSeq ?? 0n),
    claimedUntil,
  }));
};

/** Keeps claims to the end of the transaction, and answers with the conversations still held: the others somebody else has taken over, who begins where these began. */
export const holdClaims = async (tx: Transaction, follower: string, claimed: readonly ClaimedLog[]): Promise<ReadonlySet<string>> => {
  const rows = await tx.query<{ readonly conversationId: string }>({
    name: 'holdClaims',
    text: `/* holdClaims */
      SELECT row.conversation_id AS "conversationId"
        FROM log_follower AS row
        JOIN unnest($2::int[], $3::text[], $4::timestamptz[]) AS claim (shard, conversation_id, claimed_until)
          ON row.shard = claim.shard AND row.conversation_id = claim.conversation_id AND row.claimed_until = claim.claimed_until
       WHERE row.follower = $1
       ORDER BY row.shard, row.conversation_id
         FOR NO KEY UPDATE OF row`,
    values: [follower, ...claimColumns(claimed)],
  });
  return new Set(rows.map(({ conversationId }) => conversationId));
};

const claimColumns = (claimed: readonly ClaimedLog[]): readonly [string, string, Buffer] => [
  plain(claimed.map(({ conversationId }) => shardOf(conversationId))),
  texts(claimed.map(({ conversationId }) => conversationId)),
  times(claimed.map(({ claimedUntil }) => claimedUntil)),
];

/** Gives conversations back. What somebody else has taken over meanwhile stays as it is. */
export const finishLogs = (database: Queryable, follower: string, finished: readonly FinishedLog[]): Promise<readonly object[]> =>
  database.query({
    name: 'finishLogs',
    text: `/* finishLogs */
      UPDATE log_follower AS row
         SET done_seq = new.new_done_seq, claimed_until = NULL,
             due_at = CASE WHEN new.due_in_ms IS NULL THEN row.due_at ELSE now() + new.due_in_ms * interval '1 millisecond' END
        FROM (SELECT * FROM unnest($2::int[], $3::text[], $4::timestamptz[], $5::bigint[], $6::int[])
                AS new (shard, conversation_id, claimed_until, new_done_seq, due_in_ms)) AS new
       WHERE row.shard = new.shard AND row.follower = $1 AND row.conversation_id = new.conversation_id AND row.claimed_until = new.claimed_until`,
    values: [
      follower,
      ...claimColumns(finished),
      plain(finished.map(({ newDoneSeq }) => newDoneSeq)),
      plain(finished.map(({ dueInMs }) => dueInMs)),
    ],
  });

/** A piece of a conversation's log. `toSeq`: its last event; null: as far as there are any. */
export interface LogPiece {
  readonly conversationId: string;
  readonly fromSeq: number;
  readonly toSeq: number | null;
}

/** An event of a conversation's log, without the cursor that nobody here needs. */
export type LogEvent = Omit<FeedEvent, 'cursor'>;

/** The events of these pieces, at most `limit` of each, by conversation, in the order of the log. One statement. */
export const readPieces = async (
  database: Queryable,
  pieces: readonly LogPiece[],
  limit: number,
): Promise<ReadonlyMap<string, readonly LogEvent[]>> => {
  const rows = await database.query<
    Omit<LogEvent, 'seq' | 'payload'> & { readonly conversationId: string; readonly seq: bigint; readonly payload: JsonObject }
  >({
    name: 'readPieces',
    text: `/* readPieces */
      SELECT asked.conversation_id AS "conversationId", event.feed_id AS feed, event.seq, event.id, event.at, event.kind, event.v, event.payload
        FROM unnest($1::int[], $2::text[], $3::text[], $4::bigint[], $5::bigint[]) AS asked (shard, conversation_id, feed_id, from_seq, to_seq)
       CROSS JOIN LATERAL (
             SELECT * FROM feed_event
              WHERE feed_event.shard = asked.shard AND feed_event.feed_id = asked.feed_id AND feed_event.seq >= asked.from_seq
                AND feed_event.seq <= coalesce(asked.to_seq, 9223372036854775807)
              ORDER BY feed_event.seq LIMIT $6) AS event
       ORDER BY asked.conversation_id, event.seq`,
    values: [
      plain(pieces.map(({ conversationId }) => shardOf(conversationId))),
      texts(pieces.map(({ conversationId }) => conversationId)),
      texts(pieces.map(({ conversationId }) => conversationFeedOf(conversationId))),
      plain(pieces.map(({ fromSeq }) => fromSeq)),
      plain(pieces.map(({ toSeq }) => toSeq)),
      limit,
    ],
  });
  const byConversation = Map.groupBy(rows, ({ conversationId }) => conversationId);
  return new Map(
    [...byConversation].map(([id, events]) => [id, events.map(({ conversationId: _, seq, ...event }) => ({ ...event, seq: Number(seq) }))]),
  );
};
