import type { GiftResolvers } from '../generated/resolvers.ts';

export const Gift: GiftResolvers = {
  // Also gifts that are not on sale any more: what was sent stays drawable.
  __resolveReference: ({ id }, { loaders }) => loaders.gifts.load(id),
};
