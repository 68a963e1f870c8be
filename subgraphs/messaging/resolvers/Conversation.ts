import type { ConversationResolvers } from '../generated/resolvers.ts';

const TYPENAMES = { ROOM: 'Room', GROUP: 'Group', DIRECT: 'DirectConversation' } as const;

export const Conversation: ConversationResolvers = {
  __resolveType: ({ kind }) => TYPENAMES[kind],
};
