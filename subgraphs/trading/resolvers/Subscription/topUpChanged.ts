import { requireViewer } from '#platform/subgraph/authorise.ts';
import { interruptible } from '#platform/subgraph/stream.ts';
import type { SubscriptionResolvers } from '../../generated/resolvers.ts';

// Whose an order is never changes: it is asked once, and somebody else's order looks like none.
export const topUpChanged: SubscriptionResolvers['topUpChanged'] = {
  subscribe: (_, { topUpId }, context) => {
    const { id } = requireViewer(context);
    return interruptible(async function* (signal) {
      const order = await context.loaders.topUps.load(topUpId);
      if (order?.ownerId !== id) return;
      for await (const topUp of context.shop.watch.follow(topUpId, signal)) yield { topUpChanged: topUp };
    }, context.signal);
  },
};
