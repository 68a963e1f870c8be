import { sendControlMessages } from '../../data/speakAsService.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const sendControlMessage: MutationResolvers['sendControlMessage'] = (_, { input }, context) => sendControlMessages(input, context);
