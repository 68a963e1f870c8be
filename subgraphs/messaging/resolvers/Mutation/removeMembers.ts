import { changeOneGroup } from '../../data/groups.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const removeMembers: MutationResolvers['removeMembers'] = (_, { input }, context) =>
  changeOneGroup(input, { type: 'remove', id: input.groupId, userIds: input.userIds }, input.userIds, context);
