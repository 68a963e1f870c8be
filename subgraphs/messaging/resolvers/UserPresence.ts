import type { UserPresenceResolvers } from '../generated/resolvers.ts';

export const UserPresence: UserPresenceResolvers = {
  user: ({ userId }, _, { loaders }) => loaders.users.load(userId),
};
