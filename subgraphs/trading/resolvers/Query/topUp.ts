import { orderViewerOf, visibleTopUp } from '../../data/visibleOrder.ts';
import type { QueryResolvers } from '../../generated/resolvers.ts';

// Somebody else's order looks like none: its id tells nothing.
export const topUp: QueryResolvers['topUp'] = (_, { id }, { identity, loaders }) => visibleTopUp(id, orderViewerOf(identity), loaders);
