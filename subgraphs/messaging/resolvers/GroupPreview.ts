import type { GroupPreviewResolvers } from '../generated/resolvers.ts';

export const GroupPreview: GroupPreviewResolvers = {
  title: ({ title }) => title ?? '',
  isClosed: ({ status }) => status === 'CLOSED',
};
