import { conversationFor } from '../data/groups.ts';
import type { InboxConversationEventResolvers } from '../generated/resolvers.ts';

export const InboxConversationEvent: InboxConversationEventResolvers = {
  conversation: ({ conversationId }, _, context) => conversationFor(conversationId, context),
};
