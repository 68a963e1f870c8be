import { costOf } from '../domain/giftOrder.ts';
import type { GiftReceiptResolvers } from '../generated/resolvers.ts';
import { refundOfOrder } from './GiftOrder.ts';

export const GiftReceipt: GiftReceiptResolvers = {
  number: ({ id }) => id,
  issuedAt: ({ createdAt }) => createdAt,
  lines: (order) => [order],
  coins: costOf,
  payments: async (order, _, { loaders }) => {
    const payments = await loaders.payments.load(order);
    const { senderId, backpackPieces } = order;
    const paid = payments.map(({ currency, ...payment }) => ({ ...payment, means: currency, senderId }));
    return backpackPieces === 0 ? paid : [{ means: 'BACKPACK', amount: BigInt(backpackPieces), balanceAfter: null, senderId }, ...paid];
  },
  refund: refundOfOrder,
};
