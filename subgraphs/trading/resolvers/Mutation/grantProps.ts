import { requireViewer } from '#platform/subgraph/authorise.ts';
import { submitWalletAction } from '../../data/walletActions.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const grantProps: MutationResolvers['grantProps'] = (_, { input }, context) => {
  const { userId, giftId, pieces, expiresAt = null, ...rest } = input;
  const actorId = requireViewer(context).id;
  const props = { giftId, pieces, expiresAt };
  return submitWalletAction(
    { kind: 'GRANT_PROPS', actorId, ownerId: userId, bonusCoins: null, restrictions: null, props, ...rest },
    context,
  );
};
