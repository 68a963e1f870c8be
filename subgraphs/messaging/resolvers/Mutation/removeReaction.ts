import { changeMessage } from '../../data/changeMessage.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const removeReaction: MutationResolvers['removeReaction'] = (_, { input }, context) =>
  changeMessage(input, (place) => ({ type: 'unreact', ...place, emoji: input.emoji }), context, [input.emoji]);
