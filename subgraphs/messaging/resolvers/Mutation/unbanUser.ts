import { requireViewer } from '#platform/subgraph/authorise.ts';
import { moderate } from '../../data/moderate.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const unbanUser: MutationResolvers['unbanUser'] = async (_, { input }, context) => {
  const { roomId: conversationId, userId, idempotencyKey: key } = input;
  const action = { type: 'lift', only: 'BAN', conversationId, userId, reason: null } as const;
  const raw = ['unbanUser', conversationId, userId] as const;
  const { sanction, recalledMessageCount, userErrors } = await moderate(
    requireViewer(context),
    { key, action, raw, place: 'roomId' },
    context,
  );
  return { ban: sanction, recalledMessageCount, userErrors };
};
