import type { SanctionResolvers } from '../generated/resolvers.ts';

export const Sanction: SanctionResolvers = {
  user: ({ userId }, _, { loaders }) => loaders.users.load(userId),
  by: ({ byId }, _, { loaders }) => loaders.users.load(byId),
};
