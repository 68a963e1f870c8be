import type { ModerationItemResolvers } from '../generated/resolvers.ts';

export const ModerationItem: ModerationItemResolvers = {
  __resolveType: ({ kind }) => (kind === 'HELD' ? 'HeldMessage' : 'ReportCase'),
};
