import { FanfareError } from '#platform/errors.ts';
import { parseCursor } from '#platform/feed/cursor.ts';
import { isUuid } from '#platform/ids.ts';
import { requireViewer } from '#platform/subgraph/authorise.ts';
import { interruptible } from '#platform/subgraph/stream.ts';
import { QUEUE_FORBIDDEN } from '../../data/queueFollower.ts';
import { moderatedConversation } from '../../data/queueItems.ts';
import type { SubscriptionResolvers } from '../../generated/resolvers.ts';

export const moderationQueue: SubscriptionResolvers['moderationQueue'] = {
  subscribe: async (_, { conversationId, after = null }, context) => {
    const { id: userId, scopes } = requireViewer(context);
    const conversation = isUuid(conversationId) ? await moderatedConversation(conversationId, context) : null;
    if (conversation === null) throw new FanfareError('FORBIDDEN', QUEUE_FORBIDDEN);
    if (after !== null) parseCursor(after);
    const reader = { conversationId, userId, isOperator: scopes.includes('ops:read') || scopes.includes('ops:write') };
    return interruptible(async function* (signal) {
      for await (const event of context.queueWatch.follow(reader, { after, signal })) yield { moderationQueue: event };
    }, context.signal);
  },
};
