import type { GiftRefundResolvers } from '../generated/resolvers.ts';

export const GiftRefund: GiftRefundResolvers = {
  returnedAt: ({ orderId, senderId }, _, { loaders }) => loaders.returns.load({ id: orderId, senderId }),
};
