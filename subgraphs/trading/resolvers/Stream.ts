import type { StreamResolvers } from '../generated/resolvers.ts';

export const Stream: StreamResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  // The totals are where the streamer's earnings are.
  giftTotals: async ({ id }, _, { loaders }) => {
    const stream = await loaders.streams.load(id);
    return stream === null ? null : loaders.giftTotals.load(stream);
  },
};
