import { pageOfQueue } from '../../data/queueItems.ts';
import type { QueryResolvers } from '../../generated/resolvers.ts';

export const moderationItems: QueryResolvers['moderationItems'] = (_, page, { loaders }) => pageOfQueue(null, page, loaders);
