import type { MessageHeldEventResolvers } from '../generated/resolvers.ts';

export const MessageHeldEvent: MessageHeldEventResolvers = {
  item: async ({ itemId }, _, { loaders }) => {
    const item = await loaders.queueItems.load(itemId);
    return item?.kind === 'HELD' ? item : null;
  },
};
