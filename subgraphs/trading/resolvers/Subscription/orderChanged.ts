import { requireViewer } from '#platform/subgraph/authorise.ts';
import { interruptible } from '#platform/subgraph/stream.ts';
import { mayViewOrder } from '../../domain/giftOrder.ts';
import type { SubscriptionResolvers } from '../../generated/resolvers.ts';

// Who sent an order and who receives it never changes: it is asked once, and somebody else's order looks like none.
export const orderChanged: SubscriptionResolvers['orderChanged'] = {
  subscribe: (_, { orderId }, context) => {
    const viewer = requireViewer(context);
    return interruptible(async function* (signal) {
      const order = await context.loaders.giftOrders.load(orderId);
      if (order === null || !mayViewOrder(order, viewer)) return;
      for await (const state of context.orderDesk.watch.follow(orderId, signal)) yield { orderChanged: state };
    }, context.signal);
  },
};
