import type { ModerationSettledEventResolvers } from '../generated/resolvers.ts';

export const ModerationSettledEvent: ModerationSettledEventResolvers = {
  item: ({ itemId }, _, { loaders }) => loaders.queueItems.load(itemId),
  by: ({ byId }, _, { loaders }) => (byId === null ? null : loaders.users.load(byId)),
};
