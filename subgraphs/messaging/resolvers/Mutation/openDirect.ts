import { requireViewer } from '#platform/subgraph/authorise.ts';
import { changeGroup } from '../../data/groups.ts';
import { directIdOf } from '../../domain/group.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const openDirect: MutationResolvers['openDirect'] = (_, { input }, context) => {
  const viewer = requireViewer(context);
  const { userId, idempotencyKey: key } = input;
  const action = { type: 'openDirect', id: directIdOf(viewer.id, userId), userId } as const;
  return changeGroup(viewer, { key, action, raw: [userId] }, context);
};
