import { plain, texts } from '#platform/database/arrays.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import { displayNameOf, handleOf } from '#platform/handle.ts';
import { shardOf } from '#platform/ids.ts';
import { RecentMap } from '#platform/store/recent.ts';
import { drawnAvatarOf } from '../domain/avatar.ts';
import type { Profile } from '../domain/profile.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';

/** The profiles of these users, by id; who has none yet is absent. One statement. */
export const profilesByIds = async (prisma: PrismaClient, ids: readonly string[]): Promise<ReadonlyMap<string, Profile>> => {
  const rows = await prisma.userProfile.findMany({ where: { shard: { in: [...new Set(ids.map(shardOf))] }, id: { in: [...ids] } } });
  return new Map(rows.map(({ id, handle, displayName, avatarUrl }) => [id, { id, handle, displayName, avatarUrl }]));
};

/** What a user's profile is made from, and what others see of a user who has none yet: it follows from the id alone. */
export const initialProfileOf = (id: string): Profile => {
  const displayName = displayNameOf(id);
  return { id, handle: handleOf(id), displayName, avatarUrl: drawnAvatarOf(id, displayName) };
};

/** Users whose profiles this process remembers to be there: about ten megabytes. */
const KNOWN_MAX = 50_000;
/** A profile that is taken away all the same (an erased user who comes back) is made again after so long. */
const KNOWN_MS = 600_000;

export type EnsureProfiles = (tx: Transaction, ids: readonly string[], at: Date) => Promise<void>;

/** Makes the profiles of users who have none yet, like ensureProfiles, and asks only about those whom it has not seen for a while: most messages come from people who have just
 * written another. What it remembers was committed. `nowMs`: a clock in milliseconds. */
export const ensureNewProfiles = (nowMs: () => number = () => performance.now()): EnsureProfiles => {
  const knownUntilMs = new RecentMap<number>({ entriesMax: KNOWN_MAX });
  return async (tx, ids, at) => {
    const askedMs = nowMs();
    const unknown = [...new Set(ids)].filter((id) => (knownUntilMs.get(id) ?? 0) <= askedMs);
    if (unknown.length === 0) return;
    await ensureProfiles(tx, unknown, at);
    tx.afterCommit(() => {
      for (const id of unknown) knownUntilMs.set(id, askedMs + KNOWN_MS);
    });
  };
};

const PROFILES_OF_COLUMNS = `user_profile (shard, id, handle, display_name, avatar_url, created_at)
      SELECT new.shard, new.id, new.handle, new.display_name, new.avatar_url, $6
        FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[]) AS new (shard, id, handle, display_name, avatar_url)
       ORDER BY new.shard, new.id`;

/** Makes the profiles of users who have none yet: whoever posts, sends, receives or asks for `me`. Locks by shard and id. */
export const ensureProfiles = (database: Queryable, ids: readonly string[], at: Date): Promise<readonly object[]> =>
  database.query({
    name: 'ensureProfiles',
    text: `/* ensureProfiles */ INSERT INTO ${PROFILES_OF_COLUMNS} ON CONFLICT DO NOTHING`,
    values: [...newProfiles(ids), at],
  });

/** Makes the profiles of users who have none yet, and locks all of them, by shard and id: what is counted of these people by the next statement is exact until COMMIT. */
export const lockProfiles = (tx: Transaction, ids: readonly string[], at: Date): Promise<readonly object[]> =>
  tx.query({
    name: 'lockProfiles',
    text: `/* lockProfiles */ INSERT INTO ${PROFILES_OF_COLUMNS} ON CONFLICT (shard, id) DO UPDATE SET created_at = user_profile.created_at`,
    values: [...newProfiles(ids), at],
  });

/** Profiles as columns, each once. */
const newProfiles = (ids: readonly string[]): readonly (string | Buffer)[] => {
  const profiles = [...new Set(ids)].map(initialProfileOf);
  return [
    plain(profiles.map(({ id }) => shardOf(id))),
    texts(profiles.map(({ id }) => id)),
    texts(profiles.map(({ handle }) => handle)),
    texts(profiles.map(({ displayName }) => displayName)),
    texts(profiles.map(({ avatarUrl }) => avatarUrl)),
  ];
};
