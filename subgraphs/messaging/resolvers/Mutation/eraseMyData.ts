import { requireViewer } from '#platform/subgraph/authorise.ts';
import { eraseOwnData } from '../../data/eraseData.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const eraseMyData: MutationResolvers['eraseMyData'] = (_, { input }, context) =>
  eraseOwnData(requireViewer(context), input, context);
