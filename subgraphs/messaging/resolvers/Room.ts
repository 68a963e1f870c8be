import { conversationPage } from '../data/conversationPage.ts';
import { conversationFault } from '../domain/posting.ts';
import type { RoomResolvers } from '../generated/resolvers.ts';

export const Room: RoomResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.rooms.load(id),
  stream: ({ id }) => ({ id }),
  canPost: async (room, _, { identity, loaders }) => {
    if (identity.kind !== 'user') return null;
    if (identity.id === null || !identity.scopes.includes('chat:write')) return false;
    return conversationFault(room, false) === null && !(await loaders.banned.load({ roomId: room.id, userId: identity.id }));
  },
  events: ({ id }, page, { loaders }) => conversationPage(id, page, loaders),
};
