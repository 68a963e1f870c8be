import { fingerprintOf } from '#platform/idempotency.ts';
import { requireViewer } from '#platform/subgraph/authorise.ts';
import { moderate } from '../../data/moderate.ts';
import { banFault } from '../../domain/ban.ts';
import { moderationRefusalOf } from '../../domain/moderationRefusal.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const unbanUser: MutationResolvers['unbanUser'] = async (_, { input }, context) => {
  const viewer = requireViewer(context);
  const { roomId, userId, idempotencyKey: key } = input;
  const fault = banFault({ userId, reason: null });
  if (fault !== null) return { ban: null, userErrors: [moderationRefusalOf(fault)] };
  return moderate(
    viewer,
    { key, fingerprint: fingerprintOf('unbanUser', roomId, userId), action: { type: 'unban', roomId, userId } },
    context,
  );
};
