import { messageIdOf } from '../domain/messageId.ts';
import { itemIdOf } from '../domain/queueItem.ts';
import type { ReportCaseResolvers } from '../generated/resolvers.ts';

// Who holds one looks after its queue.
export const ReportCase: ReportCaseResolvers = {
  id: (reported) => itemIdOf(reported),
  user: ({ userId }, _, { loaders }) => loaders.users.load(userId),
  message: ({ conversationId, seq }, _, { loaders }) => (seq === null ? null : loaders.messages.load(messageIdOf({ conversationId, seq }))),
  settledBy: ({ settledById }, _, { loaders }) => (settledById === null ? null : loaders.users.load(settledById)),
  reports: async (reported, _, { loaders }) => (await loaders.reports.load(itemIdOf(reported))) ?? [],
};
