import { FanfareError } from '#platform/errors.ts';
import { isUuid } from '#platform/ids.ts';
import { requireViewer } from '#platform/subgraph/authorise.ts';
import { interruptible } from '#platform/subgraph/stream.ts';
import { conversationFor } from '../../data/groups.ts';
import { BANNED_FROM_ROOM } from '../../domain/sanction.ts';
import type { SubscriptionResolvers } from '../../generated/resolvers.ts';

export const typing: SubscriptionResolvers['typing'] = {
  subscribe: async (_, { conversationId }, context) => {
    const { id: userId } = requireViewer(context);
    const { loaders, states } = context;
    const conversation = isUuid(conversationId) ? await conversationFor(conversationId, context) : null;
    if (conversation === null)
      throw new FanfareError('BAD_USER_INPUT', 'There is no room with this id, and no group or direct conversation that you are in.');
    if (conversation.kind === 'ROOM' && (await loaders.banned.load({ conversationId, userId })))
      throw new FanfareError('FORBIDDEN', BANNED_FROM_ROOM);
    return interruptible(async function* (signal) {
      for await (const state of states.typing.follow({ conversationId, userId }, signal)) yield { typing: state };
    }, context.signal);
  },
};
