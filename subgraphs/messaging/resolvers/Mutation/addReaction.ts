import { changeMessage } from '../../data/changeMessage.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const addReaction: MutationResolvers['addReaction'] = (_, { input }, context) =>
  changeMessage(input, (place) => ({ type: 'react', ...place, emoji: input.emoji }), context, [input.emoji]);
