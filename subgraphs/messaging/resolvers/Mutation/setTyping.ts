import { requireViewer } from '#platform/subgraph/authorise.ts';
import { setTypingOf } from '../../data/setTyping.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const setTyping: MutationResolvers['setTyping'] = (_, { input }, context) => setTypingOf(requireViewer(context), input, context);
