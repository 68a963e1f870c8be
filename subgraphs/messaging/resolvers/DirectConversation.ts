import { conversationPage } from '../data/conversationPage.ts';
import { callersPermissions, callersRole } from '../data/conversationRole.ts';
import type { DirectConversationResolvers } from '../generated/resolvers.ts';

// Whoever holds a direct conversation has been found to be one of its two people.
export const DirectConversation: DirectConversationResolvers = {
  people: async ({ id }, _, { loaders }) => Promise.all(((await loaders.pairs.load(id)) ?? []).map((userId) => loaders.users.load(userId))),
  role: (conversation, _, { identity, loaders }) => callersRole(conversation, identity, loaders),
  permissions: (conversation, _, { identity, loaders }) => callersPermissions(conversation, identity, loaders),
  events: ({ id }, page, { loaders }) => conversationPage(id, page, loaders),
};
