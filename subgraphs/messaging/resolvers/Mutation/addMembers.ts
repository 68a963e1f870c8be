import { changeOneGroup } from '../../data/groups.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const addMembers: MutationResolvers['addMembers'] = (_, { input }, context) =>
  changeOneGroup(input, { type: 'add', id: input.groupId, userIds: input.userIds }, input.userIds, context);
