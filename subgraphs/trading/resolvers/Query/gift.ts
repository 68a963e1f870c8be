import type { QueryResolvers } from '../../generated/resolvers.ts';

export const gift: QueryResolvers['gift'] = (_, { id }, { loaders }) => loaders.gifts.load(id);
