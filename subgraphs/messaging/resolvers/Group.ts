import { conversationPage } from '../data/conversationPage.ts';
import { chatModesOf, filtersFor, permissionRules } from '../data/conversationPolicy.ts';
import { callersPermissions, callersRole } from '../data/conversationRole.ts';
import { pageOfMembers } from '../data/memberPages.ts';
import { searchMessages } from '../data/messageSearch.ts';
import { moderationLogFor } from '../data/moderationLogPage.ts';
import { moderationItemsFor } from '../data/queueItems.ts';
import { readStateFor } from '../data/readFields.ts';
import type { GroupResolvers } from '../generated/resolvers.ts';

// Whoever holds a group has been found to be in it.
export const Group: GroupResolvers = {
  title: ({ title }) => title ?? '',
  owner: ({ ownerId }, _, { loaders }) => (ownerId === null ? null : loaders.users.load(ownerId)),
  isClosed: ({ status }) => status === 'CLOSED',
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
  joinedAt: ({ id }, _, { identity, loaders }) =>
    identity.kind === 'user' && identity.id !== null ? loaders.joined.load({ conversationId: id, userId: identity.id }) : null,
  members: ({ id }, page, { loaders }) => pageOfMembers(id, page, loaders),
  events: ({ id }, page, { loaders }) => conversationPage(id, page, loaders),
  search: ({ id }, wish, { database }) => searchMessages(database, id, wish),
};
