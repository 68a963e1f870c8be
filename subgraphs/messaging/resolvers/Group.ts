import { conversationPage } from '../data/conversationPage.ts';
import type { GroupResolvers } from '../generated/resolvers.ts';

// Whoever holds a group has been found to be in it.
export const Group: GroupResolvers = {
  title: ({ title }) => title ?? '',
  owner: ({ ownerId }, _, { loaders }) => (ownerId === null ? null : loaders.users.load(ownerId)),
  isClosed: ({ status }) => status === 'CLOSED',
  events: ({ id }, page, { loaders }) => conversationPage(id, page, loaders),
};
