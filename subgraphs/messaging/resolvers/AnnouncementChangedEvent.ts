import type { AnnouncementChangedEventResolvers } from '../generated/resolvers.ts';

export const AnnouncementChangedEvent: AnnouncementChangedEventResolvers = {
  by: ({ byId }, _, { loaders }) => loaders.users.load(byId),
};
