import type { Transaction } from '#platform/database/database.ts';
import { shardOf } from '#platform/ids.ts';
import { isRoom, type Room, roomBeforeItsStream } from '../domain/room.ts';
import { byId, CONVERSATION_COLUMNS, type ConversationRow } from './conversations.ts';

/** Locks rooms, by shard and id, and makes those that are not there yet. `ids`: each once. */
export const lockOrMakeRooms = async (tx: Transaction, ids: readonly string[], at: Date): Promise<ReadonlyMap<string, Room>> => {
  const rows = await tx.query<ConversationRow>({
    name: 'lockOrMakeRooms',
    text: `/* lockOrMakeRooms */
      INSERT INTO conversation (shard, id, kind, status, stream_version, opened_at)
      SELECT new.shard, new.id, $3, $4, $5, $6 FROM unnest($1::int[], $2::text[]) AS new (shard, id)
       ORDER BY new.shard, new.id
      ON CONFLICT (shard, id) DO UPDATE SET status = conversation.status
      RETURNING ${CONVERSATION_COLUMNS}`,
    values: newRooms(ids, at),
  });
  return new Map([...byId(rows)].flatMap(([id, conversation]) => (isRoom(conversation) ? [[id, conversation] as const] : [])));
};

/** Makes the rooms that are not there yet. `ids`: each once. */
export const makeRooms = (tx: Transaction, ids: readonly string[], at: Date): Promise<readonly object[]> =>
  tx.query({
    name: 'makeRooms',
    text: `/* makeRooms */
      INSERT INTO conversation (shard, id, kind, status, stream_version, opened_at)
      SELECT new.shard, new.id, $3, $4, $5, $6 FROM unnest($1::int[], $2::text[]) AS new (shard, id)
       ORDER BY new.shard, new.id
      ON CONFLICT DO NOTHING`,
    values: newRooms(ids, at),
  });

/** Writes what a stream says of its room, which this transaction has locked. */
export const saveRooms = (tx: Transaction, rooms: readonly Room[]): Promise<readonly object[]> =>
  tx.query({
    name: 'saveRooms',
    text: `/* saveRooms */
      UPDATE conversation
         SET status = new.status, stream_version = new.stream_version, opened_at = new.opened_at, closed_at = new.closed_at,
             owner_id = new.owner_id
        FROM unnest($1::int[], $2::text[], $3::text[], $4::int[], $5::timestamptz[], $6::timestamptz[], $7::text[])
             AS new (shard, id, status, stream_version, opened_at, closed_at, owner_id)
       WHERE conversation.shard = new.shard AND conversation.id = new.id`,
    values: [
      rooms.map(({ id }) => shardOf(id)),
      rooms.map(({ id }) => id),
      rooms.map(({ status }) => status),
      rooms.map(({ streamVersion }) => streamVersion),
      rooms.map(({ openedAt }) => openedAt),
      rooms.map(({ closedAt }) => closedAt),
      rooms.map(({ ownerId }) => ownerId),
    ],
  });

const newRooms = (ids: readonly string[], at: Date): readonly unknown[] => {
  const { kind, status, streamVersion, openedAt } = roomBeforeItsStream('', at);
  return [ids.map(shardOf), ids, kind, status, streamVersion, openedAt];
};
