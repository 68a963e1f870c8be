import { changePolicy } from '../../data/changePolicy.ts';
import { PLATFORM_ID } from '../../domain/policyChange.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const removeFilter: MutationResolvers['removeFilter'] = (_, { input }, context) => {
  const { filterId, idempotencyKey: key } = input;
  const conversationId = input.conversationId ?? PLATFORM_ID;
  return changePolicy({ key, action: { type: 'removeFilter', conversationId, filterId }, raw: [filterId] }, context);
};
