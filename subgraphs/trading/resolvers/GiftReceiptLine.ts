import { giftOfOrder } from '../data/loaders.ts';
import { costOf } from '../domain/giftOrder.ts';
import type { GiftReceiptLineResolvers } from '../generated/resolvers.ts';

export const GiftReceiptLine: GiftReceiptLineResolvers = {
  coins: costOf,
  gift: (order, _, { loaders }) => giftOfOrder(order, loaders),
};
