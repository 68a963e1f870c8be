import { changeOneGroup } from '../../data/groups.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const setGroupVisibility: MutationResolvers['setGroupVisibility'] = (_, { input }, context) =>
  changeOneGroup(input, { type: 'setVisibility', id: input.groupId, isPublic: input.isPublic }, [String(input.isPublic)], context);
