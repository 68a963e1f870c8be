import type { RoleChangedEventResolvers } from '../generated/resolvers.ts';

export const RoleChangedEvent: RoleChangedEventResolvers = {
  user: ({ userId }, _, { loaders }) => loaders.users.load(userId),
  by: ({ byId }, _, { loaders }) => loaders.users.load(byId),
};
