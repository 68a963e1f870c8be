import { watchRoom } from '../../data/watchRoom.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const joinRoom: MutationResolvers['joinRoom'] = (_, { input }, context) => watchRoom('join', input, context);
