import type { RecallResolvers } from '../generated/resolvers.ts';

export const Recall: RecallResolvers = {
  by: ({ byId }, _, { loaders }) => loaders.users.load(byId),
  edits: ({ versions }) => versions,
};
