import type { QueryResolvers } from '../../generated/resolvers.ts';

export const stream: QueryResolvers['stream'] = (_, { id }, { loaders }) => loaders.streams.load(id);
