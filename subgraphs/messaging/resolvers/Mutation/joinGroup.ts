import { changeOneGroup } from '../../data/groups.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const joinGroup: MutationResolvers['joinGroup'] = (_, { input }, context) =>
  changeOneGroup(input, { type: 'join', id: input.groupId }, [], context);
