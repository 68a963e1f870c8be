import { FanfareError } from '#platform/errors.ts';
import { parseCursor } from '#platform/feed/cursor.ts';
import { isUuid } from '#platform/ids.ts';
import { followRoomLog } from '../../data/roomLog.ts';
import { kindsFault } from '../../domain/page.ts';
import { BANNED_FROM_ROOM } from '../../domain/sanction.ts';
import type { SubscriptionResolvers } from '../../generated/resolvers.ts';

export const roomEvents: SubscriptionResolvers['roomEvents'] = {
  subscribe: async (_, { roomId, after, kinds }, { loaders, feeds, identity, signal }) => {
    const fault = kindsFault(kinds);
    if (fault !== null) throw new FanfareError('BAD_USER_INPUT', fault);
    const room = isUuid(roomId) ? await loaders.rooms.load(roomId) : null;
    if (room === null)
      throw new FanfareError('BAD_USER_INPUT', 'There is no room with this id. A room opens when its stream first goes live.');
    // A broadcast acts for everyone: the gateway has asked about each viewer (Query.admissions).
    const userId = identity.kind === 'user' ? identity.id : null;
    if (userId !== null && (await loaders.banned.load({ conversationId: room.id, userId })))
      throw new FanfareError('FORBIDDEN', BANNED_FROM_ROOM);
    if (after !== null && after !== undefined) parseCursor(after);
    return followRoomLog(feeds, room.id, { after: after ?? null, kinds: kinds ?? null, signal });
  },
};
