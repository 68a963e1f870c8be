import { plain, texts } from '#platform/database/arrays.ts';
import type { Queryable } from '#platform/database/database.ts';
import type { FeedEvent } from '#platform/feed/feed.ts';
import { shardOf } from '#platform/ids.ts';
import type { Message } from '../domain/message.ts';
import { type MessagePlace, messagePlaceOf } from '../domain/messageId.ts';
import { conversationFeedOf, FEED_KINDS, loggedEventOf } from '../events.ts';

/** A message with the event that it is made of. */
export interface LoggedMessage {
  readonly event: FeedEvent;
  readonly message: Message;
}

/** The messages of these ids, by id, from their conversations' logs; ids of nothing, or of an event that is no message, are absent. One statement. */
export const messagesByIds = async (database: Queryable, ids: readonly string[]): Promise<ReadonlyMap<string, Message>> => {
  const logged = await messagesAt(
    database,
    ids.flatMap((id) => messagePlaceOf(id) ?? []),
  );
  return new Map([...logged].map(([id, { message }]) => [id, message]));
};

/** The messages at these places, by id, with their events; see messagesByIds. */
export const messagesAt = async (database: Queryable, places: readonly MessagePlace[]): Promise<ReadonlyMap<string, LoggedMessage>> => {
  if (places.length === 0) return new Map();
  const rows = await database.query<Omit<FeedEvent, 'seq' | 'cursor'> & { readonly seq: bigint }>({
    name: 'messagesAt',
    text: `/* messagesAt */
      SELECT feed_id AS feed, seq, id, at, kind, v, payload
        FROM feed_event
       WHERE (shard, feed_id, seq) IN (SELECT * FROM unnest($1::int[], $2::text[], $3::bigint[])) AND kind = $4`,
    values: [
      plain(places.map(({ conversationId }) => shardOf(conversationId))),
      texts(places.map(({ conversationId }) => conversationFeedOf(conversationId))),
      plain(places.map(({ seq }) => seq)),
      FEED_KINDS.CHAT,
    ],
  });
  return new Map(
    rows.flatMap((row) => {
      // A message is the same wherever one stands in the log: no cursor is made.
      const event = { ...row, seq: Number(row.seq), cursor: '' };
      const shown = loggedEventOf(event);
      return shown?.__typename === 'ChatEvent' ? [[shown.message.id, { event, message: asOfNow(shown.message) }] as const] : [];
    }),
  );
};

/** A message that was read to be shown as it is now. */
export const asOfNow = (message: Message): Message => ({ ...message, isCurrent: true });
