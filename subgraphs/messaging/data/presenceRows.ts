import { plain, texts, times } from '#platform/database/arrays.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import { shardOf } from '#platform/ids.ts';
import { DEFAULT_PRIVACY, isPresenceAudience, type PresencePrivacy } from '../domain/presence.ts';

/** Notes when these people were seen; never backwards. Locks by shard and id. `seen`: each user once. */
export const saveSeen = (
  database: Queryable,
  seen: readonly { readonly userId: string; readonly at: Date }[],
): Promise<readonly object[]> =>
  database.query({
    name: 'saveSeen',
    text: `/* saveSeen */
      INSERT INTO user_seen (shard, user_id, seen_at)
      SELECT new.shard, new.user_id, new.at FROM unnest($1::int[], $2::text[], $3::timestamptz[]) AS new (shard, user_id, at)
       ORDER BY new.shard, new.user_id
      ON CONFLICT (shard, user_id) DO UPDATE SET seen_at = excluded.seen_at WHERE user_seen.seen_at < excluded.seen_at`,
    values: [plain(seen.map(({ userId }) => shardOf(userId))), texts(seen.map(({ userId }) => userId)), times(seen.map(({ at }) => at))],
  });

/** When these people were seen last; who never was is absent. One statement. */
export const seenOf = async (database: Queryable, userIds: readonly string[]): Promise<ReadonlyMap<string, Date>> => {
  const rows = await database.query<{ readonly userId: string; readonly seenAt: Date }>({
    name: 'seenOf',
    text: `/* seenOf */
      SELECT user_id AS "userId", seen_at AS "seenAt" FROM user_seen WHERE (shard, user_id) IN (SELECT * FROM unnest($1::int[], $2::text[]))`,
    values: userColumns(userIds),
  });
  return new Map(rows.map(({ userId, seenAt }) => [userId, seenAt]));
};

/** To whom these people show their presence; who has not said is absent. One statement. */
export const privacyOf = async (database: Queryable, userIds: readonly string[]): Promise<ReadonlyMap<string, PresencePrivacy>> =>
  privaciesFrom(
    await database.query<PrivacyRow>({
      name: 'privacyOf',
      text: `/* privacyOf */
        SELECT user_id AS "userId", online, last_seen AS "lastSeen" FROM presence_privacy
         WHERE (shard, user_id) IN (SELECT * FROM unnest($1::int[], $2::text[]))`,
      values: userColumns(userIds),
    }),
  );

/** The same under their locks, by shard and id; what holds for who has not said is written down. `userIds`: each once. */
export const lockPrivacy = async (tx: Transaction, userIds: readonly string[]): Promise<ReadonlyMap<string, PresencePrivacy>> =>
  privaciesFrom(
    await tx.query<PrivacyRow>({
      name: 'lockPrivacy',
      text: `/* lockPrivacy */
        INSERT INTO presence_privacy (shard, user_id, online, last_seen)
        SELECT new.shard, new.user_id, $3, $4 FROM unnest($1::int[], $2::text[]) AS new (shard, user_id)
         ORDER BY new.shard, new.user_id
        ON CONFLICT (shard, user_id) DO UPDATE SET online = presence_privacy.online
        RETURNING user_id AS "userId", online, last_seen AS "lastSeen"`,
      values: [...userColumns(userIds), DEFAULT_PRIVACY.online, DEFAULT_PRIVACY.lastSeen],
    }),
  );

/** Writes rows that this transaction has locked. */
export const savePrivacy = (tx: Transaction, privacies: ReadonlyMap<string, PresencePrivacy>): Promise<readonly object[]> =>
  tx.query({
    name: 'savePrivacy',
    text: `/* savePrivacy */
      UPDATE presence_privacy SET online = new.online, last_seen = new.last_seen
        FROM unnest($1::int[], $2::text[], $3::text[], $4::text[]) AS new (shard, user_id, online, last_seen)
       WHERE presence_privacy.shard = new.shard AND presence_privacy.user_id = new.user_id`,
    values: [
      ...userColumns([...privacies.keys()]),
      texts([...privacies.values()].map(({ online }) => online)),
      texts([...privacies.values()].map(({ lastSeen }) => lastSeen)),
    ],
  });

/** Which of these direct conversations both of their people have written or read something in. One statement. */
export const directsOfContacts = async (database: Queryable, ids: readonly string[]): Promise<ReadonlySet<string>> => {
  const rows = await database.query<{ readonly id: string }>({
    name: 'directsOfContacts',
    text: `/* directsOfContacts */
      SELECT conversation_id AS id FROM member
       WHERE (shard, conversation_id) IN (SELECT * FROM unnest($1::int[], $2::text[])) AND read_number > 0
       GROUP BY shard, conversation_id HAVING count(*) = 2`,
    values: userColumns(ids),
  });
  return new Set(rows.map(({ id }) => id));
};

interface PrivacyRow {
  readonly userId: string;
  readonly online: string;
  readonly lastSeen: string;
}

const privaciesFrom = (rows: readonly PrivacyRow[]): ReadonlyMap<string, PresencePrivacy> =>
  new Map(
    rows.map(({ userId, online, lastSeen }) => {
      if (!isPresenceAudience(online) || !isPresenceAudience(lastSeen))
        throw new Error(`${userId} shows their presence to an unknown ${online} or ${lastSeen}: this process is older than its database`);
      return [userId, { online, lastSeen }] as const;
    }),
  );

const userColumns = (ids: readonly string[]): readonly [string, string] => [plain(ids.map(shardOf)), texts(ids)];
