import { requireViewer } from '#platform/subgraph/authorise.ts';
import { submitWalletAction } from '../../data/walletActions.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const grantBonusCoins: MutationResolvers['grantBonusCoins'] = (_, { input: { userId, ...input } }, context) =>
  submitWalletAction(
    { kind: 'GRANT_BONUS_COINS', actorId: requireViewer(context).id, ownerId: userId, restrictions: null, ...input },
    context,
  );
