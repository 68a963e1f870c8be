import type { GiftEventResolvers } from '../generated/resolvers.ts';

export const GiftEvent: GiftEventResolvers = {
  sender: ({ senderId }, _, { loaders }) => loaders.users.load(senderId),
  gift: ({ giftId }) => ({ id: giftId }),
};
