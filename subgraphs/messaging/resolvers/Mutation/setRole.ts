import { requireViewer } from '#platform/subgraph/authorise.ts';
import { moderate } from '../../data/moderate.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const setRole: MutationResolvers['setRole'] = (_, { input }, context) => {
  const { conversationId, userId, role, idempotencyKey: key } = input;
  const reason = input.reason?.trim() || null;
  const action = { type: 'role', conversationId, userId, role, reason } as const;
  const raw = ['setRole', conversationId, userId, role, input.reason ?? null] as const;
  return moderate(requireViewer(context), { key, action, raw, place: 'conversationId' }, context);
};
