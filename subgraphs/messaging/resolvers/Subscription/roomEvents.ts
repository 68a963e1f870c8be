import { FanfareError } from '#platform/errors.ts';
import { parseCursor } from '#platform/feed/cursor.ts';
import { isUuid } from '#platform/ids.ts';
import { followRoomLog } from '../../data/roomLog.ts';
import { kindsFault } from '../../domain/page.ts';
import type { SubscriptionResolvers } from '../../generated/resolvers.ts';

export const roomEvents: SubscriptionResolvers['roomEvents'] = {
  subscribe: async (_, { roomId, after, kinds }, { loaders, feeds, signal }) => {
    const fault = kindsFault(kinds);
    if (fault !== null) throw new FanfareError('BAD_USER_INPUT', fault);
    const room = isUuid(roomId) ? await loaders.rooms.load(roomId) : null;
    if (room === null)
      throw new FanfareError('BAD_USER_INPUT', 'There is no room with this id. A room opens when its stream first goes live.');
    if (after !== null && after !== undefined) parseCursor(after);
    return followRoomLog(feeds, room.id, { after: after ?? null, kinds: kinds ?? null, signal });
  },
};
