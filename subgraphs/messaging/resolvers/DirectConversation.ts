import { conversationPage } from '../data/conversationPage.ts';
import { chatModesOf, filtersFor, permissionRules } from '../data/conversationPolicy.ts';
import { callersPermissions, callersRole } from '../data/conversationRole.ts';
import { searchMessages } from '../data/messageSearch.ts';
import { moderationLogFor } from '../data/moderationLogPage.ts';
import { moderationItemsFor } from '../data/queueItems.ts';
import { readStateFor } from '../data/readFields.ts';
import type { DirectConversationResolvers } from '../generated/resolvers.ts';

// Whoever holds a direct conversation has been found to be one of its two people.
export const DirectConversation: DirectConversationResolvers = {
  people: async ({ id }, _, { loaders }) => Promise.all(((await loaders.pairs.load(id)) ?? []).map((userId) => loaders.users.load(userId))),
  permissionRules: (conversation, _, { loaders }) => permissionRules(conversation, loaders),
  chatModes: (conversation, _, { loaders }) => chatModesOf(conversation, loaders),
  filters: (conversation, _, { identity, loaders }) => filtersFor(conversation, identity, loaders),
  moderationLog: (conversation, page, context) => moderationLogFor(conversation, page, context),
  role: (conversation, _, { identity, loaders }) => callersRole(conversation, identity, loaders),
  permissions: (conversation, _, { identity, loaders }) => callersPermissions(conversation, identity, loaders),
  pins: async ({ id }, _, { loaders }) => (await loaders.pins.load(id)) ?? [],
  moderationItems: (conversation, page, context) => moderationItemsFor(conversation, page, context),
  announcement: ({ id }, _, { loaders }) => loaders.announcements.load(id),
  readNumber: async ({ id }, _, context) => (await readStateFor(id, context))?.readNumber ?? null,
  unreadCount: async ({ id }, _, context) => (await readStateFor(id, context))?.unreadCount ?? null,
  mentionCount: async ({ id }, _, context) => (await readStateFor(id, context))?.mentionCount ?? null,
  events: ({ id }, page, { loaders }) => conversationPage(id, page, loaders),
  search: ({ id }, wish, { database }) => searchMessages(database, id, wish),
};
