import { requireViewer } from '#platform/subgraph/authorise.ts';
import { submitWalletAction } from '../../data/walletActions.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const takeBackProps: MutationResolvers['takeBackProps'] = (_, { input: { userId, ...input } }, context) => {
  const actorId = requireViewer(context).id;
  return submitWalletAction({ kind: 'TAKE_BACK_PROPS', actorId, ownerId: userId, bonusCoins: null, restrictions: null, ...input }, context);
};
