import { watchRoom } from '../../data/watchRoom.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const leaveRoom: MutationResolvers['leaveRoom'] = (_, { input }, context) => watchRoom('leave', input, context);
