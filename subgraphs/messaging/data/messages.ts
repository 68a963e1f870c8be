import type { Queryable } from '#platform/database/database.ts';
import type { FeedEvent } from '#platform/feed/feed.ts';
import { shardOf } from '#platform/ids.ts';
import type { Message } from '../domain/message.ts';
import { messagePlaceOf } from '../domain/messageId.ts';
import { conversationFeedOf, FEED_KINDS, loggedEventOf } from '../events.ts';

/** The messages of these ids, by id, from their conversations' logs; ids of nothing, or of an event that is no message, are absent. One statement. */
export const messagesByIds = async (database: Queryable, ids: readonly string[]): Promise<ReadonlyMap<string, Message>> => {
  const places = ids.flatMap((id) => messagePlaceOf(id) ?? []);
  if (places.length === 0) return new Map();
  const rows = await database.query<Omit<FeedEvent, 'seq' | 'cursor'> & { readonly seq: bigint }>({
    name: 'messagesByIds',
    text: `/* messagesByIds */
      SELECT feed_id AS feed, seq, id, at, kind, v, payload
        FROM feed_event
       WHERE (shard, feed_id, seq) IN (SELECT * FROM unnest($1::int[], $2::text[], $3::bigint[])) AND kind = $4`,
    values: [
      places.map(({ conversationId }) => shardOf(conversationId)),
      places.map(({ conversationId }) => conversationFeedOf(conversationId)),
      places.map(({ seq }) => seq),
      FEED_KINDS.CHAT,
    ],
  });
  // A message is the same wherever one stands in the log: no cursor is made.
  const events = rows.map((row) => loggedEventOf({ ...row, seq: Number(row.seq), cursor: '' }));
  return new Map(events.flatMap((event) => (event?.__typename === 'ChatEvent' ? [[event.message.id, event.message] as const] : [])));
};
