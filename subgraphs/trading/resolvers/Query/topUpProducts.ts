import { listTopUpProducts } from '../../data/topUpProducts.ts';
import type { QueryResolvers } from '../../generated/resolvers.ts';

export const topUpProducts: QueryResolvers['topUpProducts'] = (_, __, { partitions }) =>
  partitions.reference(({ prisma }) => listTopUpProducts(prisma));
