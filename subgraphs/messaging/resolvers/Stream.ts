import type { StreamResolvers } from '../generated/resolvers.ts';

export const Stream: StreamResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  room: ({ id }, _, { loaders }) => loaders.rooms.load(id),
};
