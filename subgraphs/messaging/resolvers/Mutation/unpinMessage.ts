import { changeMessage } from '../../data/changeMessage.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const unpinMessage: MutationResolvers['unpinMessage'] = (_, { input }, context) =>
  changeMessage(input, (place) => ({ type: 'unpin', ...place }), context);
