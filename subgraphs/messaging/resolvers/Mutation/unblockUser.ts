import { requireViewer } from '#platform/subgraph/authorise.ts';
import { changeBlock } from '../../data/blockList.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const unblockUser: MutationResolvers['unblockUser'] = (_, { input }, context) =>
  changeBlock(requireViewer(context), { key: input.idempotencyKey, action: { type: 'unblock', userId: input.userId } }, context);
