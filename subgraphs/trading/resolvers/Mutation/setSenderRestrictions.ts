import { requireViewer } from '#platform/subgraph/authorise.ts';
import { submitWalletAction } from '../../data/walletActions.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const setSenderRestrictions: MutationResolvers['setSenderRestrictions'] = (_, { input }, context) => {
  const { userId, reason, idempotencyKey, minor = false, blocked = false, ...rest } = input;
  const { blockedUntil = null, dayCoinsMax = null, sessionCoinsMax = null, velocityOrdersMax = null } = rest;
  return submitWalletAction(
    {
      kind: 'RESTRICT_SENDER',
      actorId: requireViewer(context).id,
      ownerId: userId,
      reason,
      idempotencyKey,
      bonusCoins: null,
      restrictions: { minor, blocked, blockedUntil, dayCoinsMax, sessionCoinsMax, velocityOrdersMax },
    },
    context,
  );
};
