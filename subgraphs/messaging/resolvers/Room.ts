import { FanfareError } from '#platform/errors.ts';
import { connectionOf } from '#platform/subgraph/connection.ts';
import { checkCursors } from '../data/roomLog.ts';
import { kindsFault, pageRequestOf } from '../domain/page.ts';
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
  events: async ({ id: roomId }, { kinds, ...page }, { loaders }) => {
    const request = pageRequestOf(page);
    const fault = typeof request === 'string' ? request : kindsFault(kinds);
    if (typeof request === 'string' || fault !== null) throw new FanfareError('BAD_USER_INPUT', fault ?? '');
    checkCursors(request);
    const { events, hasNextPage, hasPreviousPage } = await loaders.roomLogs.load({ ...request, roomId, kinds: kinds ?? null });
    return connectionOf(events, ({ cursor }) => cursor, { hasNextPage, hasPreviousPage });
  },
};
