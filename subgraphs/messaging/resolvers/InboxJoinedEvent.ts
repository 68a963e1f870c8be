import { conversationFor } from '../data/groups.ts';
import type { InboxJoinedEventResolvers } from '../generated/resolvers.ts';

export const InboxJoinedEvent: InboxJoinedEventResolvers = {
  conversation: ({ conversationId }, _, context) => conversationFor(conversationId, context),
};
