import { requireViewer } from '#platform/subgraph/authorise.ts';
import { quoteGift } from '../../data/giftQuote.ts';
import { checkQuantity } from '../../domain/gift.ts';
import type { QueryResolvers } from '../../generated/resolvers.ts';

// A quantity out of range has no price: the rest is told as if it were one piece.
export const giftQuote: QueryResolvers['giftQuote'] = async (_, { input: { quantity = 1, ...input } }, context) => {
  const viewer = requireViewer(context);
  const fault = checkQuantity(quantity);
  const item = { ...input, quantity: fault === null ? quantity : 1 };
  const { database } = context.partitions.of(viewer.id);
  const quote = await quoteGift(database, { senderId: viewer.id, claims: viewer }, item, new Date());
  return fault === null ? quote : { ...quote, refusal: fault, coins: null, payment: null, comboCount: null };
};
