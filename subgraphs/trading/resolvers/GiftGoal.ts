import type { GiftGoalResolvers } from '../generated/resolvers.ts';

export const GiftGoal: GiftGoalResolvers = {
  gift: ({ giftId }, _, { loaders }) => (giftId === null ? null : loaders.gifts.load(giftId)),
};
