import { newId } from '#platform/ids.ts';
import { requireViewer } from '#platform/subgraph/authorise.ts';
import { changeGroup } from '../../data/groups.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const createGroup: MutationResolvers['createGroup'] = async (_, { input }, context) => {
  const { title, isPublic = false, userIds = [], idempotencyKey: key } = input;
  const action = { type: 'create', id: newId(), title: title.trim(), isPublic, userIds } as const;
  const { conversation, userErrors } = await changeGroup(
    requireViewer(context),
    { key, action, raw: [title, String(isPublic), ...userIds] },
    context,
  );
  return { group: conversation, userErrors };
};
