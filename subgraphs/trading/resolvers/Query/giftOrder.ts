import { requireViewer } from '#platform/subgraph/authorise.ts';
import { mayViewOrder } from '../../domain/giftOrder.ts';
import type { QueryResolvers } from '../../generated/resolvers.ts';

// Somebody else's order looks like none: its id tells nothing.
export const giftOrder: QueryResolvers['giftOrder'] = async (_, { id }, context) => {
  const viewer = requireViewer(context);
  const order = await context.loaders.giftOrders.load(id);
  return order !== null && mayViewOrder(order, viewer) ? order : null;
};
