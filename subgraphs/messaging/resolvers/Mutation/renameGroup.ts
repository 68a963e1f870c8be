import { changeOneGroup } from '../../data/groups.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const renameGroup: MutationResolvers['renameGroup'] = (_, { input }, context) =>
  changeOneGroup(input, { type: 'rename', id: input.groupId, title: input.title.trim() }, [input.title], context);
