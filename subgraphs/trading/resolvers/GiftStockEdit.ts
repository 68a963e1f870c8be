import type { GiftStockEditResolvers } from '../generated/resolvers.ts';

export const GiftStockEdit: GiftStockEditResolvers = {
  actor: ({ actorId }) => ({ id: actorId }),
};
