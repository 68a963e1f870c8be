import { submitReport } from '../../data/queue.ts';
import { messagePlaceOf } from '../../domain/messageId.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const reportMessage: MutationResolvers['reportMessage'] = async (_, { input }, context) => {
  const { messageId: named, reason, comment = null, idempotencyKey } = input;
  const place = messagePlaceOf(named) ?? { conversationId: '', seq: 0 };
  const report = { type: 'report', ...place, userId: null, reason, comment } as const;
  const refusal = await submitReport({ named, place: 'messageId', idempotencyKey }, report, context);
  if (refusal !== null) return { message: null, userErrors: [refusal] };
  return { message: await context.loaders.messages.load(named), userErrors: [] };
};
