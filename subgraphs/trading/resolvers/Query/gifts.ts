import { listGifts } from '../../data/catalogue.ts';
import type { QueryResolvers } from '../../generated/resolvers.ts';

export const gifts: QueryResolvers['gifts'] = (_, __, { partitions }) =>
  partitions.reference(({ database }) => listGifts(database, new Date()));
