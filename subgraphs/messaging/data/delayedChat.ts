import { plain } from '#platform/database/arrays.ts';
import type { Queryable } from '#platform/database/database.ts';
import { encodeCursor, MARK_OF_NOTHING, parseCursor } from '#platform/feed/cursor.ts';
import type { FeedEvent, Feeds, JsonObject } from '#platform/feed/feed.ts';
import { shardOf } from '#platform/ids.ts';
import type { Room } from '../domain/room.ts';
import { conversationFeedOf } from '../events.ts';
import { saysSomething } from './delayLine.ts';
import { policiesOf } from './policies.ts';
import { replayStarts } from './replayStarts.ts';

/** For how long a room's chat is held back from those who do not moderate, in milliseconds. One statement. */
export const chatDelayMs = async (database: Queryable, roomId: string): Promise<number> =>
  ((await policiesOf(database, [roomId])).get(roomId)?.modes.nonModeratorDelaySeconds ?? 0) * 1_000;

/** Where who does not moderate begins to follow a room: behind the last event that they may have seen by now; null: at its head. */
export const delayedStart = async (
  { database, feeds }: { readonly database: Queryable; readonly feeds: Pick<Feeds, 'head'> },
  { id, policyVersion }: Pick<Room, 'id' | 'policyVersion'>,
): Promise<string | null> => {
  const delayMs = policyVersion === 0 ? 0 : await chatDelayMs(database, id);
  if (delayMs === 0) return null;
  const [start] = await replayStarts(database, [{ roomId: id, at: new Date(Date.now() - delayMs) }]);
  if (start != null) return start;
  const { epoch } = parseCursor((await feeds.head(conversationFeedOf(id))).cursor);
  return encodeCursor({ epoch, seq: 0, mark: MARK_OF_NOTHING });
};

/** Events of a room's log as it has them now, those that say something: what was recalled or edited while they waited is so. One statement, none where nothing is said. */
export const asLogged = async (database: Queryable, roomId: string, events: readonly FeedEvent[]): Promise<readonly FeedEvent[]> => {
  const said = events.filter(saysSomething);
  if (said.length === 0) return events;
  const rows = await database.query<{ readonly seq: bigint; readonly payload: JsonObject }>({
    name: 'asLogged',
    text: `/* asLogged */
      SELECT seq, payload FROM feed_event WHERE shard = $1 AND feed_id = $2 AND seq = ANY ($3::bigint[])`,
    values: [shardOf(roomId), conversationFeedOf(roomId), plain(said.map(({ seq }) => seq))],
  });
  const payloads = new Map(rows.map(({ seq, payload }) => [Number(seq), payload]));
  return events.map((event) => ({ ...event, payload: payloads.get(event.seq) ?? event.payload }));
};
