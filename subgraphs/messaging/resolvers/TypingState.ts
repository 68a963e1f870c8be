import type { TypingStateResolvers } from '../generated/resolvers.ts';

export const TypingState: TypingStateResolvers = {
  users: ({ userIds }, _, { loaders }) => Promise.all(userIds.map((id) => loaders.users.load(id))),
};
