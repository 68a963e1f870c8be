import { submitEdit } from '../../data/catalogueEditor.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const setTradingPolicy: MutationResolvers['setTradingPolicy'] = async (_, { input: { idempotencyKey, ...policy } }, context) => {
  const input = {
    ...policy,
    dayCoinsMax: policy.dayCoinsMax ?? null,
    sessionCoinsMax: policy.sessionCoinsMax ?? null,
    velocityOrdersMax: policy.velocityOrdersMax ?? null,
    leaderboardRegionsOff: policy.leaderboardRegionsOff ?? [],
  };
  const { item, userErrors } = await submitEdit(idempotencyKey, { operation: 'setTradingPolicy', input }, context);
  return { policy: item?.kind === 'policy' ? item.policy : null, userErrors };
};
