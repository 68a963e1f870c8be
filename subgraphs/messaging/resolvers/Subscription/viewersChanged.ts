import { FanfareError } from '#platform/errors.ts';
import { isUuid } from '#platform/ids.ts';
import type { RoomViewers } from '../../data/viewers.ts';
import { followEndsAtMs } from '../../domain/room.ts';
import { BANNED_FROM_ROOM } from '../../domain/sanction.ts';
import type { SubscriptionResolvers } from '../../generated/resolvers.ts';

export const viewersChanged: SubscriptionResolvers['viewersChanged'] = {
  subscribe: async (_, { roomId }, { loaders, live, identity, signal }) => {
    const room = isUuid(roomId) ? await loaders.rooms.load(roomId) : null;
    if (room === null)
      throw new FanfareError('BAD_USER_INPUT', 'There is no room with this id. A room opens when its stream first goes live.');
    // A broadcast acts for everyone: the gateway has asked about each viewer (Query.admissions).
    const userId = identity.kind === 'user' ? identity.id : null;
    if (userId !== null && (await loaders.banned.load({ conversationId: room.id, userId })))
      throw new FanfareError('FORBIDDEN', BANNED_FROM_ROOM);
    const endsAtMs = followEndsAtMs(room, Date.now());
    const until = endsAtMs === null ? signal : AbortSignal.any([signal, AbortSignal.timeout(endsAtMs - Date.now())]);
    return named(live.viewers.follow(room.id, until));
  },
};

async function* named(states: AsyncIterable<RoomViewers>): AsyncGenerator<{ readonly viewersChanged: RoomViewers }, void> {
  for await (const state of states) yield { viewersChanged: state };
}
