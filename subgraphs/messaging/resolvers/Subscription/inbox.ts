import { requireViewer } from '#platform/subgraph/authorise.ts';
import { interruptible } from '#platform/subgraph/stream.ts';
import { parseInboxCursor } from '../../data/inboxCursor.ts';
import { followInbox } from '../../data/inboxFollower.ts';
import type { SubscriptionResolvers } from '../../generated/resolvers.ts';

export const inbox: SubscriptionResolvers['inbox'] = {
  subscribe: (_, { after }, context) => {
    const { id } = requireViewer(context);
    const place = after == null ? null : parseInboxCursor(after);
    return interruptible(async function* (signal) {
      // Whoever follows their inbox is online.
      const release = context.states.online.hold(id);
      try {
        for await (const event of followInbox(context, id, { after: place, signal })) yield { inbox: event };
      } finally {
        release();
      }
    }, context.signal);
  },
};
