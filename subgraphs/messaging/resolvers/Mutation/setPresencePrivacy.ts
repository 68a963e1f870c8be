import { requireViewer } from '#platform/subgraph/authorise.ts';
import { changePresencePrivacy } from '../../data/presencePrivacy.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const setPresencePrivacy: MutationResolvers['setPresencePrivacy'] = (_, { input }, context) => {
  const { online = null, lastSeen = null, idempotencyKey: key } = input;
  return changePresencePrivacy(requireViewer(context), { key, action: { online, lastSeen } }, context);
};
