import { giftOfOrder } from '../data/loaders.ts';
import type { GiftReceiptLineResolvers } from '../generated/resolvers.ts';

export const GiftReceiptLine: GiftReceiptLineResolvers = {
  gift: (order, _, { loaders }) => giftOfOrder(order, loaders),
};
