import { submitReport } from '../../data/queue.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const reportUser: MutationResolvers['reportUser'] = async (_, { input }, context) => {
  const { conversationId: named, userId, reason, comment = null, idempotencyKey } = input;
  const report = { type: 'report', conversationId: named, seq: null, userId, reason, comment } as const;
  const refusal = await submitReport({ named, place: 'conversationId', idempotencyKey }, report, context);
  if (refusal !== null) return { user: null, userErrors: [refusal] };
  return { user: await context.loaders.users.load(userId), userErrors: [] };
};
