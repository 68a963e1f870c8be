import { changeOneGroup } from '../../data/groups.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const transferGroup: MutationResolvers['transferGroup'] = (_, { input }, context) =>
  changeOneGroup(input, { type: 'transfer', id: input.groupId, userId: input.userId }, [input.userId], context);
