import { changeMessage } from '../../data/changeMessage.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const recallMessage: MutationResolvers['recallMessage'] = (_, { input }, context) =>
  changeMessage(input, (place) => ({ type: 'recall', ...place }), context);
