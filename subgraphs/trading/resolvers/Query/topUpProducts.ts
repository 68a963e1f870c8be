import { listTopUpProducts } from '../../data/catalogue.ts';
import type { QueryResolvers } from '../../generated/resolvers.ts';

export const topUpProducts: QueryResolvers['topUpProducts'] = (_, __, { prisma }) => listTopUpProducts(prisma);
