import { heldMessageFor } from '../../data/queueItems.ts';
import type { QueryResolvers } from '../../generated/resolvers.ts';

export const heldMessage: QueryResolvers['heldMessage'] = (_, { id }, context) => heldMessageFor(id, context);
