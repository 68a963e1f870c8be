import type { GrantedPropsResolvers } from '../generated/resolvers.ts';

export const GrantedProps: GrantedPropsResolvers = {
  gift: ({ giftId }, _, { loaders }) => loaders.gifts.load(giftId),
};
