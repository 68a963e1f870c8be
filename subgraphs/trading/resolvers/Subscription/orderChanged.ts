import { requireViewer } from '#platform/subgraph/authorise.ts';
import { interruptible } from '#platform/subgraph/stream.ts';
import { visibleOrder } from '../../data/visibleOrder.ts';
import type { SubscriptionResolvers } from '../../generated/resolvers.ts';

// Who may see an order may see it for ever: it is asked once, and somebody else's order looks like none.
export const orderChanged: SubscriptionResolvers['orderChanged'] = {
  subscribe: (_, { orderId }, context) => {
    const viewer = requireViewer(context);
    return interruptible(async function* (signal) {
      if ((await visibleOrder(orderId, viewer, context.loaders)) === null) return;
      for await (const state of context.orderDesk.watch.follow(orderId, signal)) yield { orderChanged: state };
    }, context.signal);
  },
};
