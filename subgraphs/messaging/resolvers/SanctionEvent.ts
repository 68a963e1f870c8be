import type { SanctionEventResolvers } from '../generated/resolvers.ts';

export const SanctionEvent: SanctionEventResolvers = {
  user: ({ userId }, _, { loaders }) => loaders.users.load(userId),
  type: ({ verb }) => verb,
};
