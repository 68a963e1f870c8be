import { newId } from '#platform/ids.ts';
import { requireViewer } from '#platform/subgraph/authorise.ts';
import type { Context } from '../../context.ts';
import { quoteGift } from '../../data/giftQuote.ts';
import { checkQuantity, type StockClaim } from '../../domain/gift.ts';
import { piecesLeft } from '../../domain/stock.ts';
import type { QueryResolvers } from '../../generated/resolvers.ts';

// A quantity out of range has no price: the rest is told as if it were one piece.
export const giftQuote: QueryResolvers['giftQuote'] = async (_, { input: { quantity = 1, ...input } }, context) => {
  const viewer = requireViewer(context);
  const fault = checkQuantity(quantity);
  const asked = { ...input, quantity: fault === null ? quantity : 1 };
  const item = { ...asked, ...(await stockOf(asked, context)) };
  const { database } = context.partitions.of(viewer.id);
  const quote = await quoteGift(database, { senderId: viewer.id, claims: viewer }, item, new Date());
  return fault === null ? quote : { ...quote, refusal: fault, coins: null, payment: null, comboCount: null };
};

/** What the stock of a limited gift would say if the pieces were set aside now, under no order's id. */
const stockOf = async (
  { giftId, quantity }: { readonly giftId: string; readonly quantity: number },
  { loaders }: Context,
): Promise<{ readonly stock?: StockClaim }> => {
  if ((await loaders.gifts.load(giftId))?.limited !== true) return {};
  const stock = await loaders.stocks.load(giftId);
  return { stock: stock !== null && piecesLeft(stock) >= BigInt(quantity) ? { orderId: newId() } : 'SOLD_OUT' };
};
