import { requireViewer } from '#platform/subgraph/authorise.ts';
import { submitWalletAction } from '../../data/walletActions.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const freezeWallet: MutationResolvers['freezeWallet'] = (_, { input: { userId, ...input } }, context) =>
  submitWalletAction(
    { kind: 'FREEZE', actorId: requireViewer(context).id, ownerId: userId, bonusCoins: null, restrictions: null, ...input },
    context,
  );
