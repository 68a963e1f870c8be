import { changeMessage } from '../../data/changeMessage.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const pinMessage: MutationResolvers['pinMessage'] = (_, { input }, context) =>
  changeMessage(input, (place) => ({ type: 'pin', ...place }), context);
