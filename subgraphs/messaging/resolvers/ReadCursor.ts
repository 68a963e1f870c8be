import type { ReadCursorResolvers } from '../generated/resolvers.ts';

export const ReadCursor: ReadCursorResolvers = {
  user: ({ userId }, _, { loaders }) => loaders.users.load(userId),
};
