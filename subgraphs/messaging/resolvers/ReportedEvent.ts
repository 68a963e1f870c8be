import type { ReportedEventResolvers } from '../generated/resolvers.ts';

export const ReportedEvent: ReportedEventResolvers = {
  item: async ({ itemId }, _, { loaders }) => {
    const item = await loaders.queueItems.load(itemId);
    return item?.kind === 'REPORTED' ? item : null;
  },
};
