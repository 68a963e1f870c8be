import { piecesLeft } from '../domain/stock.ts';
import type { GiftStockResolvers } from '../generated/resolvers.ts';

export const GiftStock: GiftStockResolvers = {
  left: (stock) => piecesLeft(stock),
};
