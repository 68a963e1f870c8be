import { ensureChannel } from '../data/channels.ts';
import { channelIdOf } from '../domain/channelId.ts';
import type { UserResolvers } from '../generated/resolvers.ts';

export const User: UserResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  // A streamer's own channel is made on first use.
  channel: async ({ id }, _, { identity, loaders, prisma }) => {
    const channel = await loaders.channels.load(channelIdOf(id));
    const isOwn = identity.kind === 'user' && identity.id === id && identity.scopes.includes('streams:manage');
    return channel === null && isOwn ? ensureChannel(prisma, id, new Date()) : channel;
  },
};
