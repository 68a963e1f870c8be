import type { ErasureResolvers } from '../generated/resolvers.ts';

export const Erasure: ErasureResolvers = {
  by: ({ byId }, _, { loaders }) => loaders.users.load(byId),
};
