import { requireViewer } from '#platform/subgraph/authorise.ts';
import { markReadBy } from '../../data/markRead.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const markRead: MutationResolvers['markRead'] = (_, { input }, context) => markReadBy(requireViewer(context), input, context);
