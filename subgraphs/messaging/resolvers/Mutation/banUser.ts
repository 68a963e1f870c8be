import { requireViewer } from '#platform/subgraph/authorise.ts';
import { moderate } from '../../data/moderate.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const banUser: MutationResolvers['banUser'] = async (_, { input }, context) => {
  const { roomId: conversationId, userId, idempotencyKey: key, expiresAt = null, recallMessagesSeconds } = input;
  const recall = recallMessagesSeconds == null ? {} : { recallSeconds: recallMessagesSeconds };
  const reason = input.reason?.trim() || null;
  const action = { type: 'sanction', verb: 'BAN', conversationId, userId, reason, expiresAt, ...recall } as const;
  const raw = [
    'banUser',
    conversationId,
    userId,
    input.reason ?? null,
    expiresAt?.toISOString() ?? null,
    ...Object.values(recall).map(String),
  ] as const;
  const { sanction, recalledMessageCount, userErrors } = await moderate(
    requireViewer(context),
    { key, action, raw, place: 'roomId' },
    context,
  );
  return { ban: sanction, recalledMessageCount, userErrors };
};
