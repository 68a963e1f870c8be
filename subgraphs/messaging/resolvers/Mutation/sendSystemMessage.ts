import { sendSystemMessages } from '../../data/speakAsService.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const sendSystemMessage: MutationResolvers['sendSystemMessage'] = (_, { input }, context) => sendSystemMessages(input, context);
