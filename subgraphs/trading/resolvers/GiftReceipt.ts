import type { GiftReceiptResolvers } from '../generated/resolvers.ts';
import { refundOfOrder } from './GiftOrder.ts';

export const GiftReceipt: GiftReceiptResolvers = {
  number: ({ id }) => id,
  issuedAt: ({ createdAt }) => createdAt,
  lines: (order) => [order],
  payments: async (order, _, { loaders }) => {
    const payments = await loaders.payments.load(order);
    return payments.map(({ currency, ...payment }) => ({ ...payment, means: currency, senderId: order.senderId }));
  },
  refund: refundOfOrder,
};
