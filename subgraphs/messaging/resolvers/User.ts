import { inboxPage } from '../data/inboxConnection.ts';
import type { UserResolvers } from '../generated/resolvers.ts';

export const User: UserResolvers = {
  // Whoever another subgraph refers to can be shown, with or without a profile.
  __resolveReference: ({ id }, { loaders }) => loaders.users.load(id),
  inbox: ({ id }, page, context) => inboxPage(id, page, context),
};
