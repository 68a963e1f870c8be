import pg from 'pg';
import { shardOf } from '#platform/ids.ts';
import { conversationFeedOf, FEED_KINDS } from '../../subgraphs/messaging/events.ts';
import { AUTHORS, authorId, ROOMS, roomId } from './world.ts';

/** Messages written by one statement: some ten megabytes. */
const AT_ONCE = 100_000;
const PROGRESS_MS = 5_000;

/** Writes so many messages as if they had been posted before: every second one in the hot room, the others in the rooms in turn, so that the messages of a room lie as far apart on disk as in
 * life. With their events, the keys under which they were posted, and findable by their words: else the search would go through all of them while other things are measured. Only for rooms in which nothing has been said. */
export const writeHistory = async (url: string, messages: number, say: (line: string) => void): Promise<void> => {
  if (messages === 0) return;
  // A connection of its own: those of the product give up what takes so long.
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await write(client, messages, say);
  } finally {
    await client.end();
  }
};

const write = async (client: pg.Client, messages: number, say: (line: string) => void): Promise<void> => {
  const [rooms, authors] = [numbered(ROOMS + 1, roomId), numbered(AUTHORS, authorId)];
  // Keys and words are in no order: an index is quicker made at the end than kept up to date.
  await client.query('/* writeHistory */ ALTER TABLE posting DROP CONSTRAINT posting_pkey');
  await client.query('/* writeHistory */ DROP INDEX message_search_terms_idx');
  const startMs = performance.now();
  let saidMs = startMs;
  for (let from = 1; from <= messages; from += AT_ONCE) {
    const to = Math.min(messages, from + AT_ONCE - 1);
    await client.query(WRITE, [from, to, ...rooms, ...authors, FEED_KINDS.CHAT, ROOMS]);
    if (performance.now() - saidMs < PROGRESS_MS && to < messages) continue;
    saidMs = performance.now();
    say(`history: ${to} of ${messages} messages, ${Math.round(to / ((saidMs - startMs) / 1_000))} per second`);
  }
  await client.query(COUNT, [...rooms, rooms[1].map(conversationFeedOf)]);
  say('history: indexes and statistics');
  await client.query('/* writeHistory */ ALTER TABLE posting ADD CONSTRAINT posting_pkey PRIMARY KEY (shard, author_id, key)');
  await client.query('/* writeHistory */ CREATE INDEX message_search_terms_idx ON message_search USING GIN (terms)');
  for (const text of ['VACUUM ANALYZE', 'CHECKPOINT']) await client.query(`/* writeHistory */ ${text}`);
};

const numbered = (count: number, idOf: (number: number) => string): readonly [number[], string[]] => {
  const ids = Array.from({ length: count }, (_, number) => idOf(number));
  return [ids.map(shardOf), ids];
};

// The n-th message is the (n + 1) / 2-th of the hot room when n is odd, else the one after n / 2 / rooms messages of its room.
const WRITE = `/* writeHistory */ WITH said AS MATERIALIZED (
    SELECT n, CASE WHEN n % 2 = 1 THEN 0 ELSE 1 + (n / 2 - 1) % $8::bigint END AS room,
      CASE WHEN n % 2 = 1 THEN (n + 1) / 2 ELSE 1 + (n / 2 - 1) / $8::bigint END AS seq,
      (n * 7919) % cardinality($6::text[]) AS author, uuidv7() AS id
    FROM generate_series($1::bigint, $2::bigint) AS n
  ), events AS (
    INSERT INTO feed_event (shard, feed_id, seq, id, at, kind, v, payload)
    SELECT ($3::int[])[room + 1], 'conversation/' || ($4::text[])[room + 1], seq, id, now(), $7, 1,
      jsonb_build_object('text', 'message ' || n || ' of those that were here before', 'number', seq, 'authorId', ($6::text[])[author + 1])
    FROM said
  ), searched AS (
    INSERT INTO message_search (shard, conversation_id, seq, terms)
    SELECT ($3::int[])[room + 1], ($4::text[])[room + 1], seq,
      array_to_tsvector(ARRAY[':' || ($4::text[])[room + 1], 'message', n::text, 'of', 'those', 'that', 'were', 'here', 'before'])
    FROM said
  )
  INSERT INTO posting (shard, author_id, key, fingerprint, conversation_id, event_id, floor_seq, at)
  SELECT ($5::int[])[author + 1], ($6::text[])[author + 1], gen_random_uuid()::text, md5(n::text) || 'history-one', ($4::text[])[room + 1], id, seq - 1, now()
  FROM said`;

const COUNT = `/* writeHistory */ WITH heads AS (
    SELECT asked.*, (SELECT max(seq) FROM feed_event AS event WHERE event.shard = asked.shard AND event.feed_id = asked.feed_id) AS head
    FROM unnest($1::int[], $2::text[], $3::text[]) AS asked (shard, id, feed_id)
  ), counted AS (
    UPDATE conversation SET message_count = heads.head FROM heads
    WHERE heads.head IS NOT NULL AND conversation.shard = heads.shard AND conversation.id = heads.id
  ), searched AS (
    INSERT INTO log_follower (shard, follower, conversation_id, done_seq) SELECT shard, 'search', id, head FROM heads WHERE head IS NOT NULL
  )
  INSERT INTO feed (shard, id, head_seq, head_at) SELECT shard, feed_id, head, now() FROM heads WHERE head IS NOT NULL`;
