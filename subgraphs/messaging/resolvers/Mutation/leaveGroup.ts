import { changeOneGroup } from '../../data/groups.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const leaveGroup: MutationResolvers['leaveGroup'] = (_, { input }, context) =>
  changeOneGroup(input, { type: 'leave', id: input.groupId }, [], context);
