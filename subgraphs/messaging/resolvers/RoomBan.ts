import type { RoomBanResolvers } from '../generated/resolvers.ts';

export const RoomBan: RoomBanResolvers = {
  roomId: ({ conversationId }) => conversationId,
  user: ({ userId }, _, { loaders }) => loaders.users.load(userId),
  bannedBy: ({ byId }, _, { loaders }) => loaders.users.load(byId),
  bannedAt: ({ at }) => at,
};
