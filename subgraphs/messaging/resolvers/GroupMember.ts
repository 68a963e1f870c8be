import type { GroupMemberResolvers } from '../generated/resolvers.ts';

export const GroupMember: GroupMemberResolvers = {
  user: ({ userId }, _, { loaders }) => loaders.users.load(userId),
};
