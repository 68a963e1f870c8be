import { changePolicy } from '../../data/changePolicy.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const setPermission: MutationResolvers['setPermission'] = (_, { input }, context) => {
  const { conversationId, permission, least = null, idempotencyKey: key } = input;
  return changePolicy({ key, action: { type: 'permission', conversationId, permission, least }, raw: [permission, least ?? ''] }, context);
};
