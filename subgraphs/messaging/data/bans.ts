import { plain, texts } from '#platform/database/arrays.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import { shardOf } from '#platform/ids.ts';
import type { Ban, BanSubject } from '../domain/ban.ts';

/** One user in one room, as a key of maps. */
export const banKeyOf = ({ roomId, userId }: BanSubject): string => JSON.stringify([roomId, userId]);

/** Which of these users are kept out of which of these rooms now, by the clock of PostgreSQL, as keys. One statement. */
export const bannedOf = async (database: Queryable, subjects: readonly BanSubject[]): Promise<ReadonlySet<string>> => {
  if (subjects.length === 0) return new Set();
  const rows = await database.query<BanSubject>({
    name: 'bannedOf',
    text: `/* bannedOf */
      SELECT room_id AS "roomId", user_id AS "userId" FROM room_ban
       WHERE (shard, room_id, user_id) IN (SELECT * FROM unnest($1::int[], $2::text[], $3::text[]))
         AND (expires_at IS NULL OR expires_at > clock_timestamp())`,
    values: columnsOf(subjects),
  });
  return new Set(rows.map(banKeyOf));
};

/** The stored bans of these users, ended or not, by key, and what time it is in the database. Whoever holds the rooms' locks knows that nothing changes meanwhile.
 * `subjects`: each once, at least one. */
export const readBans = async (
  tx: Transaction,
  subjects: readonly BanSubject[],
): Promise<{ readonly bans: ReadonlyMap<string, Ban>; readonly now: Date }> => {
  const rows = await tx.query<BanSubject & Omit<Ban, 'bannedBy'> & { readonly bannedBy: string | null; readonly now: Date }>({
    name: 'readBans',
    text: `/* readBans */
      SELECT asked.room_id AS "roomId", asked.user_id AS "userId", ban.banned_by AS "bannedBy", ban.reason, ban.banned_at AS "bannedAt",
             ban.expires_at AS "expiresAt", clock_timestamp() AS now
        FROM unnest($1::int[], $2::text[], $3::text[]) AS asked (shard, room_id, user_id)
        LEFT JOIN room_ban AS ban ON ban.shard = asked.shard AND ban.room_id = asked.room_id AND ban.user_id = asked.user_id`,
    values: columnsOf(subjects),
  });
  const [first] = rows;
  if (first === undefined) throw new Error('bans were asked for, and nothing came back');
  const bans = rows.flatMap(({ now: _, bannedBy, ...ban }) => (bannedBy === null ? [] : [{ ...ban, bannedBy }]));
  return { bans: new Map(bans.map((ban) => [banKeyOf(ban), ban])), now: first.now };
};

/** Writes bans as they are now, new and old ones alike. `bans`: each user of a room once. */
export const saveBans = (tx: Transaction, bans: readonly Ban[]): Promise<readonly object[]> =>
  tx.query({
    name: 'saveBans',
    text: `/* saveBans */
      INSERT INTO room_ban (shard, room_id, user_id, banned_by, reason, banned_at, expires_at)
      SELECT * FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[])
      ON CONFLICT (shard, room_id, user_id) DO UPDATE
         SET banned_by = excluded.banned_by, reason = excluded.reason, banned_at = excluded.banned_at, expires_at = excluded.expires_at`,
    values: [
      ...columnsOf(bans),
      bans.map(({ bannedBy }) => bannedBy),
      bans.map(({ reason }) => reason),
      bans.map(({ bannedAt }) => bannedAt),
      bans.map(({ expiresAt }) => expiresAt),
    ],
  });

/** Takes bans away. */
export const deleteBans = (tx: Transaction, subjects: readonly BanSubject[]): Promise<readonly object[]> =>
  tx.query({
    name: 'deleteBans',
    text: `/* deleteBans */
      DELETE FROM room_ban WHERE (shard, room_id, user_id) IN (SELECT * FROM unnest($1::int[], $2::text[], $3::text[]))`,
    values: columnsOf(subjects),
  });

const columnsOf = (subjects: readonly BanSubject[]): readonly [string, string, string] => [
  plain(subjects.map(({ roomId }) => shardOf(roomId))),
  texts(subjects.map(({ roomId }) => roomId)),
  texts(subjects.map(({ userId }) => userId)),
];
