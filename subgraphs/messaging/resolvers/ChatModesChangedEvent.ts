import type { ChatModesChangedEventResolvers } from '../generated/resolvers.ts';

export const ChatModesChangedEvent: ChatModesChangedEventResolvers = {
  by: ({ byId }, _, { loaders }) => loaders.users.load(byId),
};
