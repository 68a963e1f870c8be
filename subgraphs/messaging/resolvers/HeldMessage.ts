import { looksAfter } from '../data/queueItems.ts';
import { messageIdOf } from '../domain/messageId.ts';
import { itemIdOf } from '../domain/queueItem.ts';
import type { HeldMessageResolvers } from '../generated/resolvers.ts';

// Who holds one is its author, or looks after its queue.
export const HeldMessage: HeldMessageResolvers = {
  id: (held) => itemIdOf(held),
  author: ({ authorId }, _, { loaders }) => loaders.users.load(authorId),
  type: ({ body }) => body.type,
  text: ({ body }) => body.text,
  custom: ({ body }) => body.custom,
  attachments: ({ conversationId, body }) => body.attachments.map((each) => ({ ...each, conversationId })),
  mentionsAll: ({ body }) => body.mentionsAll,
  replyTo: ({ conversationId, body: { replyToSeq: seq } }, _, { loaders }) =>
    seq === null ? null : loaders.messages.load(messageIdOf({ conversationId, seq })),
  message: ({ conversationId, seq }, _, { loaders }) => (seq === null ? null : loaders.messages.load(messageIdOf({ conversationId, seq }))),
  detail: async (held, _, context) => ((await looksAfter(held, context)) ? held.detail : null),
  settledReason: async (held, _, context) => ((await looksAfter(held, context)) ? held.settledReason : null),
  settledBy: async (held, _, context) =>
    held.settledById !== null && (await looksAfter(held, context)) ? context.loaders.users.load(held.settledById) : null,
};
