import { maySeeTopUp } from '../../domain/topUp.ts';
import type { QueryResolvers } from '../../generated/resolvers.ts';

// Somebody else's order looks like none: its id tells nothing.
export const topUp: QueryResolvers['topUp'] = async (_, { id }, { identity, loaders }) => {
  const order = await loaders.topUps.load(id);
  const viewerId = identity.kind === 'user' ? identity.id : null;
  return order !== null && maySeeTopUp(order, { viewerId, scopes: identity.kind === 'audience' ? [] : identity.scopes }) ? order : null;
};
