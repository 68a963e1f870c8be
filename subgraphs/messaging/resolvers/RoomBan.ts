import type { RoomBanResolvers } from '../generated/resolvers.ts';

export const RoomBan: RoomBanResolvers = {
  user: ({ userId }, _, { loaders }) => loaders.users.load(userId),
  bannedBy: ({ bannedBy }, _, { loaders }) => loaders.users.load(bannedBy),
};
