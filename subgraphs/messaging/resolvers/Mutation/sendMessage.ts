import { requireViewer } from '#platform/subgraph/authorise.ts';
import { sendFrom } from '../../data/send.ts';
import { sendWishOf } from '../../data/sendWish.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const sendMessage: MutationResolvers['sendMessage'] = async (_, { input }, context) =>
  sendFrom(requireViewer(context), { ...(await sendWishOf(input, context.loaders)), idField: 'conversationId' }, context);
