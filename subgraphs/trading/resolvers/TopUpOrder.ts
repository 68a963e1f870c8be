import type { TopUpOrderResolvers } from '../generated/resolvers.ts';

export const TopUpOrder: TopUpOrderResolvers = {
  buyer: ({ ownerId }) => ({ id: ownerId }),
  refunds: ({ id }, _, { loaders }) => loaders.topUpRefunds.load(id),
  price: ({ amountMinor, currency }) => ({ amountMinor, currency }),
};
