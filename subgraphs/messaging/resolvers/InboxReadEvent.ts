import { conversationFor } from '../data/groups.ts';
import type { InboxReadEventResolvers } from '../generated/resolvers.ts';

export const InboxReadEvent: InboxReadEventResolvers = {
  conversation: ({ conversationId }, _, context) => conversationFor(conversationId, context),
  readNumber: ({ number }) => number,
};
