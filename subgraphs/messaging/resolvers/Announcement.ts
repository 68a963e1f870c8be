import type { AnnouncementResolvers } from '../generated/resolvers.ts';

export const Announcement: AnnouncementResolvers = {
  by: ({ byId }, _, { loaders }) => loaders.users.load(byId),
};
