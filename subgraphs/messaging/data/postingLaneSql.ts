import { plain, rowsOf, texts, uuids } from '#platform/database/arrays.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import { encodeCursor, markOf } from '#platform/feed/cursor.ts';
import type { FeedEvent, JsonObject } from '#platform/feed/feed.ts';
import { EPOCH_SHARD } from '#platform/feed/shard.ts';
import { shardOf } from '#platform/ids.ts';
import { conversationFeedOf } from '../events.ts';

/** One idempotency key of one author, as the lane looks it up. */
export interface PostingKey {
  readonly authorId: string;
  readonly key: string;
}

/** A key to be taken. `eventId`: the id that the event gets if the message is posted. */
export interface NewPosting extends PostingKey {
  readonly fingerprint: string;
  readonly conversationId: string;
  readonly eventId: string;
}

/** What stands for a refusal where the message waits for a moderator, or has: it is a row of held_message under the event's id. */
export const HELD_KEPT = 'HELD_KEPT';

/** A key that was used before. `refusal`: null when the message was posted; the event is then in the conversation's log, above `floorSeq`. */
export interface UsedPosting extends NewPosting {
  readonly floorSeq: bigint;
  readonly refusal: string | null;
  readonly refusalMessage: string | null;
}

/** Inserts the keys that are new, each with the head of its conversation's log, and answers with the event ids of the others. A key that another transaction is inserting is waited
 * for: the insert is the lock. `postings`: each key once. */
export const claimPostings = async (tx: Transaction, postings: readonly NewPosting[], at: Date): Promise<ReadonlySet<string>> => {
  const rows = await tx.query<{ readonly eventId: string }>({
    name: 'claimPostings',
    text: CLAIM_POSTINGS,
    values: [
      ...columnsOf(postings),
      texts(postings.map(({ fingerprint }) => fingerprint)),
      texts(postings.map(({ conversationId }) => conversationId)),
      uuids(postings.map(({ eventId }) => eventId)),
      plain(postings.map(({ conversationId }) => shardOf(conversationId))),
      at,
      conversationFeedOf(''),
    ],
  });
  return new Set(rows.map(({ eventId }) => eventId));
};

// Nearly all keys are new: telling the others takes no rows at all.
const CLAIM_POSTINGS = `/* claimPostings */
  WITH new AS MATERIALIZED (
    SELECT * FROM ${rowsOf('given', { shard: 'int', author_id: 'text', key: 'text', fingerprint: 'text', conversation_id: 'text', event_id: 'uuid', feed_shard: 'int' })}
  ), claimed AS (
    INSERT INTO posting (shard, author_id, key, fingerprint, conversation_id, event_id, floor_seq, at)
    SELECT new.shard, new.author_id, new.key, new.fingerprint, new.conversation_id, new.event_id, coalesce(feed.head_seq, 0), $8
      FROM new
      LEFT JOIN feed ON feed.shard = new.feed_shard AND feed.id = $9 || new.conversation_id
     ORDER BY new.shard, new.author_id, new.key
    ON CONFLICT DO NOTHING
    RETURNING event_id
  )
  SELECT new.event_id AS "eventId" FROM new WHERE NOT EXISTS (SELECT FROM claimed WHERE claimed.event_id = new.event_id)`;

/** The keys that were used before. */
export const readPostings = (database: Queryable, keys: readonly PostingKey[]): Promise<readonly UsedPosting[]> =>
  database.query({
    name: 'readPostings',
    text: `/* readPostings */
      SELECT author_id AS "authorId", key, fingerprint, conversation_id AS "conversationId", event_id AS "eventId", floor_seq AS "floorSeq", refusal, refusal_message AS "refusalMessage"
        FROM posting
       WHERE (shard, author_id, key) IN (SELECT * FROM unnest($1::int[], $2::text[], $3::text[]))`,
    values: columnsOf(keys),
  });

/** Notes why these keys, taken in this transaction, were refused. */
export const saveRefusals = (
  tx: Transaction,
  refused: readonly (PostingKey & { readonly refusal: string; readonly refusalMessage: string | null })[],
): Promise<readonly object[]> =>
  tx.query({
    name: 'saveRefusals',
    text: `/* saveRefusals */
      UPDATE posting
         SET refusal = new.refusal, refusal_message = new.message
        FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[]) AS new (shard, author_id, key, refusal, message)
       WHERE posting.shard = new.shard AND posting.author_id = new.author_id AND posting.key = new.key`,
    values: [
      ...columnsOf(refused),
      texts(refused.map(({ refusal }) => refusal)),
      texts(refused.map(({ refusalMessage }) => refusalMessage)),
    ],
  });

/** What time it is in the database, now and not when the transaction began. */
export const readClock = async (tx: Transaction): Promise<Date> => {
  const [row] = await tx.query<{ readonly now: Date }>({ name: 'readClock', text: '/* readClock */ SELECT clock_timestamp() AS now' });
  if (row === undefined) throw new Error('the clock of PostgreSQL was asked for, and nothing came back');
  return row.now;
};

interface PostedRow {
  readonly feed: string;
  readonly epoch: string;
  readonly seq: bigint;
  readonly id: string;
  readonly at: Date;
  readonly kind: string;
  readonly v: number;
  readonly payload: JsonObject;
}

/** The events of postings that were not refused, by event id. Reads each conversation's log upwards from the posting's floor, which ends at the first row that has the
 * id: a few rows, as many as were posted at the same moment. */
export const readPostedEvents = async (database: Queryable, postings: readonly UsedPosting[]): Promise<ReadonlyMap<string, FeedEvent>> => {
  const rows = await database.query<PostedRow>({
    name: 'readPostedEvents',
    text: `/* readPostedEvents */
      SELECT event.feed_id AS feed, epoch.epoch, event.seq, event.id, event.at, event.kind, event.v, event.payload
        FROM unnest($1::int[], $2::text[], $3::uuid[], $4::bigint[]) AS asked (shard, feed_id, event_id, floor_seq)
        JOIN feed_epoch AS epoch ON epoch.shard = $5
       CROSS JOIN LATERAL (
             SELECT * FROM feed_event
              WHERE feed_event.shard = asked.shard AND feed_event.feed_id = asked.feed_id
                AND feed_event.seq > asked.floor_seq AND feed_event.id = asked.event_id
              ORDER BY feed_event.seq LIMIT 1) AS event`,
    values: [
      plain(postings.map(({ conversationId }) => shardOf(conversationId))),
      texts(postings.map(({ conversationId }) => conversationFeedOf(conversationId))),
      uuids(postings.map(({ eventId }) => eventId)),
      plain(postings.map(({ floorSeq }) => floorSeq)),
      EPOCH_SHARD,
    ],
  });
  return new Map(rows.map((row) => [row.id, toFeedEvent(row)]));
};

const toFeedEvent = ({ feed, epoch, seq, id, at, kind, v, payload }: PostedRow): FeedEvent => ({
  feed,
  seq: Number(seq),
  id,
  at,
  kind,
  v,
  payload,
  cursor: encodeCursor({ epoch, seq: Number(seq), mark: markOf(id) }),
});

const columnsOf = (keys: readonly PostingKey[]): readonly [string, string, string] => [
  plain(keys.map(({ authorId }) => shardOf(authorId))),
  texts(keys.map(({ authorId }) => authorId)),
  texts(keys.map(({ key }) => key)),
];
