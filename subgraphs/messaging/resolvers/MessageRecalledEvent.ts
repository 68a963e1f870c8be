import type { MessageRecalledEventResolvers } from '../generated/resolvers.ts';

export const MessageRecalledEvent: MessageRecalledEventResolvers = {
  by: ({ byId }, _, { loaders }) => loaders.users.load(byId),
};
