import { isUuid } from '#platform/ids.ts';
import { visibleConversation } from '../../data/groups.ts';
import type { QueryResolvers } from '../../generated/resolvers.ts';

export const conversation: QueryResolvers['conversation'] = (_, { id }, { identity, loaders }) =>
  isUuid(id) ? visibleConversation(id, identity.kind === 'user' ? identity.id : null, loaders) : null;
