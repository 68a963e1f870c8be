import { inboxPage } from '../data/inboxConnection.ts';
import { unreadTotalFor } from '../data/readFields.ts';
import type { UserResolvers } from '../generated/resolvers.ts';

export const User: UserResolvers = {
  // Whoever another subgraph refers to can be shown, with or without a profile.
  __resolveReference: ({ id }, { loaders }) => loaders.users.load(id),
  unreadCount: async ({ id }, _, context) => (await unreadTotalFor(id, context))?.unreadCount ?? null,
  mentionCount: async ({ id }, _, context) => (await unreadTotalFor(id, context))?.mentionCount ?? null,
  inbox: ({ id }, page, context) => inboxPage(id, page, context),
};
