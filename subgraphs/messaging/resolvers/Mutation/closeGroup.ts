import { changeOneGroup } from '../../data/groups.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const closeGroup: MutationResolvers['closeGroup'] = (_, { input }, context) =>
  changeOneGroup(input, { type: 'close', id: input.groupId }, [], context);
