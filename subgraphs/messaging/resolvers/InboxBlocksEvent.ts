import type { InboxBlocksEventResolvers } from '../generated/resolvers.ts';

export const InboxBlocksEvent: InboxBlocksEventResolvers = {
  user: ({ userId }, _, { loaders }) => loaders.users.load(userId),
};
