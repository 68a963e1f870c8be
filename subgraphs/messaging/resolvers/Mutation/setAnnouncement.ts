import { announce } from '../../data/changeMessage.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const setAnnouncement: MutationResolvers['setAnnouncement'] = (_, { input }, context) => announce(input, context);
