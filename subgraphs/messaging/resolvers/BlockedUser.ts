import type { BlockedUserResolvers } from '../generated/resolvers.ts';

export const BlockedUser: BlockedUserResolvers = {
  user: ({ blockedId }, _, { loaders }) => loaders.users.load(blockedId),
};
