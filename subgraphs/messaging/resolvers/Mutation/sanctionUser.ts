import { requireViewer } from '#platform/subgraph/authorise.ts';
import { moderate } from '../../data/moderate.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const sanctionUser: MutationResolvers['sanctionUser'] = (_, { input }, context) => {
  const { conversationId, userId, type: verb, idempotencyKey: key, expiresAt = null, recallMessagesSeconds } = input;
  const recall = recallMessagesSeconds == null ? {} : { recallSeconds: recallMessagesSeconds };
  const reason = input.reason?.trim() || null;
  const action = { type: 'sanction', verb, conversationId, userId, reason, expiresAt, ...recall } as const;
  const raw = [
    'sanctionUser',
    verb,
    conversationId,
    userId,
    input.reason ?? null,
    expiresAt?.toISOString() ?? null,
    ...Object.values(recall).map(String),
  ] as const;
  return moderate(requireViewer(context), { key, action, raw, place: 'conversationId' }, context);
};
