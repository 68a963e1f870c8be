import { changeMessage } from '../../data/changeMessage.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const editMessage: MutationResolvers['editMessage'] = (_, { input }, context) =>
  changeMessage(input, (place) => ({ type: 'edit', ...place, text: input.text.trim() }), context, [input.text]);
