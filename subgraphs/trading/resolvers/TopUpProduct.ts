import type { TopUpProductResolvers } from '../generated/resolvers.ts';

export const TopUpProduct: TopUpProductResolvers = {
  price: ({ amountMinor, currency }) => ({ amountMinor, currency }),
};
