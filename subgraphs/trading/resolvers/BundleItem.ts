import type { BundleItemResolvers } from '../generated/resolvers.ts';

export const BundleItem: BundleItemResolvers = {
  gift: async ({ giftId }, _, { loaders }) => {
    const gift = await loaders.gifts.load(giftId);
    if (gift === null)
      throw new Error(`a bundle holds gift ${giftId}, which is not in the catalogue: gifts are taken off sale, never deleted`);
    return gift;
  },
};
