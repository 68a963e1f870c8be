import { heldMessageFor } from '../data/queueItems.ts';
import { itemIdOf } from '../domain/queueItem.ts';
import type { InboxHeldMessageEventResolvers } from '../generated/resolvers.ts';

export const InboxHeldMessageEvent: InboxHeldMessageEventResolvers = {
  heldMessage: ({ conversationId, itemId: id }, _, context) => heldMessageFor(itemIdOf({ conversationId, id }), context),
};
