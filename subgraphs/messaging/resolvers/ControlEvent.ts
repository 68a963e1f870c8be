import type { ControlEventResolvers } from '../generated/resolvers.ts';

export const ControlEvent: ControlEventResolvers = {
  by: ({ byId }, _, { loaders }) => loaders.users.load(byId),
};
