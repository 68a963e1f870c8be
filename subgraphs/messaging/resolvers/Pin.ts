import type { PinResolvers } from '../generated/resolvers.ts';

export const Pin: PinResolvers = {
  message: ({ messageId }, _, { loaders }) => loaders.messages.load(messageId),
  by: ({ byId }, _, { loaders }) => loaders.users.load(byId),
};
