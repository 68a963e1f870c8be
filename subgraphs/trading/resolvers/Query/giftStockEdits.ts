import { pageById } from '../../data/pageById.ts';
import { listStockEdits } from '../../data/stockEdits.ts';
import type { QueryResolvers } from '../../generated/resolvers.ts';

export const giftStockEdits: QueryResolvers['giftStockEdits'] = (_, { giftId, ...page }, { partitions }) =>
  pageById(page, (beforeId, limit) => listStockEdits(partitions.of(giftId).database, giftId, limit, beforeId));
