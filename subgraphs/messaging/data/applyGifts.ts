import type { Transaction } from '#platform/database/database.ts';
import type { FeedEvent, Feeds } from '#platform/feed/feed.ts';
import { newId } from '#platform/ids.ts';
import { giftShownEvent, giftsOf } from '../events.ts';
import { ensureProfiles } from './profiles.ts';
import { makeRooms } from './rooms.ts';

/** Shows gifts in the rooms of their streams. A room whose stream's own event is still on its way is made here. Locks: rooms, then profiles, then feeds. A gift is
 * shown once: its event's id is the sourceEventId, which a log takes only once. */
export const applyGifts =
  (feeds: Pick<Feeds, 'append'>) =>
  async (tx: Transaction, events: readonly FeedEvent[]): Promise<void> => {
    const gifts = giftsOf(events);
    if (gifts.length === 0) return;
    const at = new Date();
    await makeRooms(tx, [...new Set(gifts.map(({ streamId }) => streamId))], at);
    await ensureProfiles(
      tx,
      gifts.flatMap(({ senderId, receiverId }) => [senderId, receiverId]),
      at,
    );
    await feeds.append(
      tx,
      gifts.map(({ eventId, streamId, receiverId: _, ...shown }) =>
        giftShownEvent(streamId, { id: newId(), sourceEventId: eventId }, shown),
      ),
    );
  };
