import type { TopUpOrderResolvers } from '../generated/resolvers.ts';

export const TopUpOrder: TopUpOrderResolvers = {
  buyer: ({ ownerId }) => ({ id: ownerId }),
  price: ({ amountMinor, currency }) => ({ amountMinor, currency }),
};
