import { FanfareError } from '#platform/errors.ts';
import { parseCursor } from '#platform/feed/cursor.ts';
import { isUuid } from '#platform/ids.ts';
import { FULL, FULL_FOR_MODERATORS, mayFollowInFull } from '../../data/roomAudience.ts';
import { followRoomLog } from '../../data/roomLog.ts';
import { kindsFault } from '../../domain/page.ts';
import { followEndsAtMs } from '../../domain/room.ts';
import { BANNED_FROM_ROOM } from '../../domain/sanction.ts';
import type { SubscriptionResolvers } from '../../generated/resolvers.ts';

export const roomEvents: SubscriptionResolvers['roomEvents'] = {
  subscribe: async (_, { roomId, after = null, kinds, chat }, context) => {
    const { loaders, identity, live, signal } = context;
    const fault = kindsFault(kinds);
    if (fault !== null) throw new FanfareError('BAD_USER_INPUT', fault);
    const room = isUuid(roomId) ? await loaders.rooms.load(roomId) : null;
    if (room === null)
      throw new FanfareError('BAD_USER_INPUT', 'There is no room with this id. A room opens when its stream first goes live.');
    const full = chat === FULL;
    // A broadcast acts for everyone: the gateway has asked about each viewer (Query.admissions).
    if (identity.kind === 'user') {
      if (identity.id !== null && (await loaders.banned.load({ conversationId: room.id, userId: identity.id })))
        throw new FanfareError('FORBIDDEN', BANNED_FROM_ROOM);
      if (full && !(await mayFollowInFull(room.id, identity, loaders))) throw new FanfareError('FORBIDDEN', FULL_FOR_MODERATORS);
    }
    if (after !== null) parseCursor(after);
    const endsAtMs = followEndsAtMs(room, Date.now());
    return followRoomLog({ ...context, ladder: live.ladder }, room, { after, kinds: kinds ?? null, full, endsAtMs, signal });
  },
};
