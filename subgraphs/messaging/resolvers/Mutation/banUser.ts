import { fingerprintOf } from '#platform/idempotency.ts';
import { requireViewer } from '#platform/subgraph/authorise.ts';
import { moderate } from '../../data/moderate.ts';
import { banFault } from '../../domain/ban.ts';
import { moderationRefusalOf } from '../../domain/moderationRefusal.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const banUser: MutationResolvers['banUser'] = async (_, { input }, context) => {
  const viewer = requireViewer(context);
  const { roomId, userId, idempotencyKey: key } = input;
  const reason = input.reason?.trim() || null;
  const expiresAt = input.expiresAt ?? null;
  const fault = banFault({ userId, reason });
  if (fault !== null) return { ban: null, userErrors: [moderationRefusalOf(fault)] };
  const fingerprint = fingerprintOf('banUser', roomId, userId, input.reason ?? null, expiresAt?.toISOString() ?? null);
  return moderate(viewer, { key, fingerprint, action: { type: 'ban', roomId, userId, reason, expiresAt } }, context);
};
