import { ensureProfiles } from '../../data/profiles.ts';
import type { QueryResolvers } from '../../generated/resolvers.ts';

// The profile is made on first use.
export const me: QueryResolvers['me'] = async (_, __, { identity, loaders, database }) => {
  if (identity.kind !== 'user' || identity.id === null) return null;
  const profile = await loaders.profiles.load(identity.id);
  if (profile === null) await ensureProfiles(database, [identity.id], new Date());
  return profile ?? loaders.users.load(identity.id);
};
