import type { StreamResolvers } from '../generated/resolvers.ts';

export const Stream: StreamResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.streams.load(id),
  channel: async ({ id, channelId }, _, { loaders }) => {
    const channel = await loaders.channels.load(channelId);
    if (channel === null) throw new Error(`stream ${id} belongs to channel ${channelId}, which is not in the database`);
    return channel;
  },
};
