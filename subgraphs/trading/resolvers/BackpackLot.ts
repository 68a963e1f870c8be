import type { BackpackLotResolvers } from '../generated/resolvers.ts';

export const BackpackLot: BackpackLotResolvers = {
  gift: async ({ id, giftId }, _, { loaders }) => {
    const gift = await loaders.gifts.load(giftId);
    if (gift === null)
      throw new Error(`lot ${id} holds gift ${giftId}, which is not in the catalogue: gifts are taken off sale, never deleted`);
    return gift;
  },
};
