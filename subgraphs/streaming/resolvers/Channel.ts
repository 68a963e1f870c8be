import type { ChannelResolvers } from '../generated/resolvers.ts';

export const Channel: ChannelResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.channels.load(id),
  owner: ({ ownerId }) => ({ id: ownerId }),
  liveStream: ({ liveStreamId }, _, { loaders }) => (liveStreamId === null ? null : loaders.streams.load(liveStreamId)),
};
