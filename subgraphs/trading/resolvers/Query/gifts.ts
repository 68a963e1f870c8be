import { listGifts } from '../../data/catalogue.ts';
import type { QueryResolvers } from '../../generated/resolvers.ts';

export const gifts: QueryResolvers['gifts'] = (_, __, { database }) => listGifts(database, new Date());
