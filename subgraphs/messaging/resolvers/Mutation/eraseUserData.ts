import { requireViewer } from '#platform/subgraph/authorise.ts';
import { eraseUsersData } from '../../data/eraseData.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const eraseUserData: MutationResolvers['eraseUserData'] = (_, { input }, context) =>
  eraseUsersData(requireViewer(context), input, context);
