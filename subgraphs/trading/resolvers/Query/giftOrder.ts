import { requireViewer } from '#platform/subgraph/authorise.ts';
import { visibleOrder } from '../../data/visibleOrder.ts';
import type { QueryResolvers } from '../../generated/resolvers.ts';

// Somebody else's order looks like none: its id tells nothing.
export const giftOrder: QueryResolvers['giftOrder'] = (_, { id }, context) => visibleOrder(id, requireViewer(context), context.loaders);
