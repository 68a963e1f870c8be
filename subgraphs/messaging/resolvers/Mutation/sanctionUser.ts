import { requireViewer } from '#platform/subgraph/authorise.ts';
import { moderate } from '../../data/moderate.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const sanctionUser: MutationResolvers['sanctionUser'] = (_, { input }, context) => {
  const { conversationId, userId, type: verb, idempotencyKey: key, expiresAt = null } = input;
  const reason = input.reason?.trim() || null;
  const action = { type: 'sanction', verb, conversationId, userId, reason, expiresAt } as const;
  const raw = ['sanctionUser', verb, conversationId, userId, input.reason ?? null, expiresAt?.toISOString() ?? null] as const;
  return moderate(requireViewer(context), { key, action, raw, place: 'conversationId' }, context);
};
