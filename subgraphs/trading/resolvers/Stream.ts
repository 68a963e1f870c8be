import type { StreamResolvers } from '../generated/resolvers.ts';

export const Stream: StreamResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  giftTotals: ({ id }, _, { loaders }) => loaders.giftTotals.load(id),
};
