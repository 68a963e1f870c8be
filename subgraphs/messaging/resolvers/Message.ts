import type { MessageResolvers } from '../generated/resolvers.ts';

export const Message: MessageResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.messages.load(id),
  author: ({ authorId }, _, { loaders }) => loaders.users.load(authorId),
};
