import type { ModerationEntryResolvers } from '../generated/resolvers.ts';

export const ModerationEntry: ModerationEntryResolvers = {
  by: ({ byId }, _, { loaders }) => loaders.users.load(byId),
  user: ({ userId }, _, { loaders }) => (userId === null ? null : loaders.users.load(userId)),
  message: ({ messageId }, _, { loaders }) => (messageId === null ? null : loaders.messages.load(messageId)),
};
