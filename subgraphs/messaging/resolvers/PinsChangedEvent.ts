import type { PinsChangedEventResolvers } from '../generated/resolvers.ts';

export const PinsChangedEvent: PinsChangedEventResolvers = {
  by: ({ byId }, _, { loaders }) => loaders.users.load(byId),
};
