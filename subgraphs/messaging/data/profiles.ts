import type { Queryable } from '#platform/database/database.ts';
import { displayNameOf, handleOf } from '#platform/handle.ts';
import { shardOf } from '#platform/ids.ts';
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

/** Makes the profiles of users who have none yet: whoever posts, sends, receives or asks for `me`. Locks by shard and id. */
export const ensureProfiles = (database: Queryable, ids: readonly string[], at: Date): Promise<readonly object[]> => {
  const profiles = [...new Set(ids)].map(initialProfileOf);
  return database.query({
    name: 'ensureProfiles',
    text: `/* ensureProfiles */
      INSERT INTO user_profile (shard, id, handle, display_name, avatar_url, created_at)
      SELECT new.shard, new.id, new.handle, new.display_name, new.avatar_url, $6
        FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[]) AS new (shard, id, handle, display_name, avatar_url)
       ORDER BY new.shard, new.id
      ON CONFLICT DO NOTHING`,
    values: [
      profiles.map(({ id }) => shardOf(id)),
      profiles.map(({ id }) => id),
      profiles.map(({ handle }) => handle),
      profiles.map(({ displayName }) => displayName),
      profiles.map(({ avatarUrl }) => avatarUrl),
      at,
    ],
  });
};
