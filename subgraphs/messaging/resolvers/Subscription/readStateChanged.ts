import { FanfareError } from '#platform/errors.ts';
import { isUuid } from '#platform/ids.ts';
import { requireViewer } from '#platform/subgraph/authorise.ts';
import { interruptible } from '#platform/subgraph/stream.ts';
import { conversationFor } from '../../data/groups.ts';
import { READ_STATE_MEMBERS_MAX } from '../../domain/limits.ts';
import type { SubscriptionResolvers } from '../../generated/resolvers.ts';

export const readStateChanged: SubscriptionResolvers['readStateChanged'] = {
  subscribe: async (_, { conversationId }, context) => {
    const { id } = requireViewer(context);
    const conversation = isUuid(conversationId) ? await conversationFor(conversationId, context) : null;
    if (conversation === null || conversation.kind === 'ROOM')
      throw new FanfareError('BAD_USER_INPUT', 'There is no group or direct conversation with this id that you are in.');
    if (conversation.memberCount > READ_STATE_MEMBERS_MAX)
      throw new FanfareError('BAD_USER_INPUT', `This is for up to ${READ_STATE_MEMBERS_MAX} members. Ask Message.readCount instead.`);
    return interruptible(async function* (signal) {
      for await (const state of context.readWatch.follow(conversationId, id, signal)) yield { readStateChanged: state };
    }, context.signal);
  },
};
