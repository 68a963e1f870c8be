import { messageFor } from '../../data/messageFor.ts';
import type { QueryResolvers } from '../../generated/resolvers.ts';

export const message: QueryResolvers['message'] = (_, { id }, context) => messageFor(id, context);
