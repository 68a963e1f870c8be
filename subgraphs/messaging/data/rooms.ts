import type { Transaction } from '#platform/database/database.ts';
import { shardOf } from '#platform/ids.ts';
import { isRoomStatus, type Room, roomBeforeItsStream } from '../domain/room.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';

/** A row of the room table, as Prisma and SQL read it. */
interface RoomRow extends Omit<Room, 'status'> {
  readonly status: string;
}

const COLUMNS = `room.id, room.status, room.stream_version AS "streamVersion", room.opened_at AS "openedAt", room.closed_at AS "closedAt",
  room.streamer_id AS "streamerId"`;

/** The rooms of these ids, by id; unknown ids are absent. One statement. */
export const roomsByIds = async (prisma: PrismaClient, ids: readonly string[]): Promise<ReadonlyMap<string, Room>> =>
  byId(await prisma.room.findMany({ where: { shard: { in: [...new Set(ids.map(shardOf))] }, id: { in: [...ids] } } }));

/** Reads rooms under a lock, by shard and id. `shared`: many may hold it at once, and whoever opens or closes one, or keeps somebody out of it, waits for this
 * transaction. `alone`: for that. `ids`: each once. */
export const lockRooms = async (tx: Transaction, how: 'shared' | 'alone', ids: readonly string[]): Promise<ReadonlyMap<string, Room>> => {
  const name = how === 'shared' ? 'lockRoomsShared' : 'lockRoomsAlone';
  return byId(
    await tx.query<RoomRow>({
      name,
      text: `/* ${name} */
        SELECT ${COLUMNS} FROM room
         WHERE (shard, id) IN (SELECT * FROM unnest($1::int[], $2::text[]))
         ORDER BY shard, id
           FOR ${how === 'shared' ? 'SHARE' : 'NO KEY UPDATE'}`,
      values: [ids.map(shardOf), ids],
    }),
  );
};

/** Locks rooms, by shard and id, and makes those that are not there yet. `ids`: each once. */
export const lockOrMakeRooms = async (tx: Transaction, ids: readonly string[], at: Date): Promise<ReadonlyMap<string, Room>> =>
  byId(
    await tx.query<RoomRow>({
      name: 'lockOrMakeRooms',
      text: `/* lockOrMakeRooms */
        INSERT INTO room (shard, id, status, stream_version, opened_at)
        SELECT new.shard, new.id, $3, $4, $5 FROM unnest($1::int[], $2::text[]) AS new (shard, id)
         ORDER BY new.shard, new.id
        ON CONFLICT (shard, id) DO UPDATE SET status = room.status
        RETURNING ${COLUMNS}`,
      values: newRooms(ids, at),
    }),
  );

/** Makes the rooms that are not there yet. `ids`: each once. */
export const makeRooms = (tx: Transaction, ids: readonly string[], at: Date): Promise<readonly object[]> =>
  tx.query({
    name: 'makeRooms',
    text: `/* makeRooms */
      INSERT INTO room (shard, id, status, stream_version, opened_at)
      SELECT new.shard, new.id, $3, $4, $5 FROM unnest($1::int[], $2::text[]) AS new (shard, id)
       ORDER BY new.shard, new.id
      ON CONFLICT DO NOTHING`,
    values: newRooms(ids, at),
  });

/** Writes rooms that this transaction has locked. */
export const saveRooms = (tx: Transaction, rooms: readonly Room[]): Promise<readonly object[]> =>
  tx.query({
    name: 'saveRooms',
    text: `/* saveRooms */
      UPDATE room
         SET status = new.status, stream_version = new.stream_version, opened_at = new.opened_at, closed_at = new.closed_at,
             streamer_id = new.streamer_id
        FROM unnest($1::int[], $2::text[], $3::text[], $4::int[], $5::timestamptz[], $6::timestamptz[], $7::text[])
             AS new (shard, id, status, stream_version, opened_at, closed_at, streamer_id)
       WHERE room.shard = new.shard AND room.id = new.id`,
    values: [
      rooms.map(({ id }) => shardOf(id)),
      rooms.map(({ id }) => id),
      rooms.map(({ status }) => status),
      rooms.map(({ streamVersion }) => streamVersion),
      rooms.map(({ openedAt }) => openedAt),
      rooms.map(({ closedAt }) => closedAt),
      rooms.map(({ streamerId }) => streamerId),
    ],
  });

const newRooms = (ids: readonly string[], at: Date): readonly unknown[] => {
  const { status, streamVersion, openedAt } = roomBeforeItsStream('', at);
  return [ids.map(shardOf), ids, status, streamVersion, openedAt];
};

const byId = (rows: readonly RoomRow[]): ReadonlyMap<string, Room> => new Map(rows.map((row) => [row.id, toRoom(row)]));

const toRoom = ({ id, status, streamVersion, openedAt, closedAt, streamerId }: RoomRow): Room => {
  if (!isRoomStatus(status)) throw new Error(`room ${id} has the unknown status ${status}: this process is older than its database`);
  return { id, status, streamVersion, openedAt, closedAt, streamerId };
};
