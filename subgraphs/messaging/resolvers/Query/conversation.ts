import { isUuid } from '#platform/ids.ts';
import { conversationFor } from '../../data/groups.ts';
import type { QueryResolvers } from '../../generated/resolvers.ts';

export const conversation: QueryResolvers['conversation'] = (_, { id }, context) => (isUuid(id) ? conversationFor(id, context) : null);
