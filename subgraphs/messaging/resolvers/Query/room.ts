import { isUuid } from '#platform/ids.ts';
import type { QueryResolvers } from '../../generated/resolvers.ts';

export const room: QueryResolvers['room'] = (_, { id }, { loaders }) => (isUuid(id) ? loaders.rooms.load(id) : null);
