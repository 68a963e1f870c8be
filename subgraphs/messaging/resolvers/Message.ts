import { readCountFor, readersFor } from '../data/readReceipts.ts';
import { messageIdOf } from '../domain/messageId.ts';
import type { MessageResolvers } from '../generated/resolvers.ts';

export const Message: MessageResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.messages.load(id),
  author: ({ authorId }, _, { loaders }) => loaders.users.load(authorId),
  attachments: ({ attachments, conversationId }) => attachments.map((each) => ({ ...each, conversationId })),
  edits: async ({ id, editCount }, _, { loaders }) => (editCount === 0 ? [] : ((await loaders.versions.load(id)) ?? [])),
  replyTo: ({ conversationId, replyToSeq: seq }, _, { loaders }) =>
    seq === null ? null : loaders.messages.load(messageIdOf({ conversationId, seq })),
  mentions: ({ mentionedUserIds }, _, { loaders }) => Promise.all(mentionedUserIds.map((userId) => loaders.users.load(userId))),
  reactions: async ({ id, isCurrent, isRecalled }, _, { loaders }) => {
    if (!isCurrent || isRecalled) return [];
    return ((await loaders.reactions.load(id)) ?? []).map(({ emoji, count }) => ({ messageId: id, emoji, count }));
  },
  readCount: (message, _, context) => readCountFor(message, context),
  readBy: (message, page, context) => readersFor(message, page, context),
  recall: ({ id, isRecalled }, _, { loaders }) => (isRecalled ? loaders.recalls.load(id) : null),
};
