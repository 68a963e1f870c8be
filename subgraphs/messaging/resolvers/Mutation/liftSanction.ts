import { requireViewer } from '#platform/subgraph/authorise.ts';
import { moderate } from '../../data/moderate.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const liftSanction: MutationResolvers['liftSanction'] = (_, { input }, context) => {
  const { conversationId, userId, idempotencyKey: key } = input;
  const reason = input.reason?.trim() || null;
  const action = { type: 'lift', only: null, conversationId, userId, reason } as const;
  const raw = ['liftSanction', conversationId, userId, input.reason ?? null] as const;
  return moderate(requireViewer(context), { key, action, raw, place: 'conversationId' }, context);
};
