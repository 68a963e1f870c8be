import type { Transaction } from '#platform/database/database.ts';
import type { FeedEvent, Feeds } from '#platform/feed/feed.ts';
import { newId } from '#platform/ids.ts';
import { ensureProfiles } from '../data/profiles.ts';
import { makeRooms } from '../data/rooms.ts';
import { GIFTS_FEEDS, giftsOf } from '../events/followed.ts';
import { giftShownEvent } from '../events.ts';
import type { Module } from './module.ts';

/** Shows the gifts that trading tells of in the rooms of their streams, with the combos that they belong to. */
export const gifts = ({ feeds }: { readonly feeds: Pick<Feeds, 'append'> }): Module => ({
  name: 'gifts',
  order: 900,
  follows: [{ consumer: 'messaging.gifts', owner: 'trading', feeds: GIFTS_FEEDS, apply: showGifts(feeds) }],
});

/** Shows gifts in their rooms. A room whose stream's own event is still on its way is made here. Locks: rooms, then profiles, then feeds. A gift is shown once: its event's id is
 * the sourceEventId, which a log takes only once. */
export const showGifts =
  (feeds: Pick<Feeds, 'append'>) =>
  async (tx: Transaction, events: readonly FeedEvent[]): Promise<void> => {
    const shown = giftsOf(events);
    if (shown.length === 0) return;
    const at = new Date();
    await makeRooms(tx, [...new Set(shown.map(({ streamId }) => streamId))], at);
    await ensureProfiles(
      tx,
      shown.flatMap(({ senderId, receiverId }) => [senderId, receiverId]),
      at,
    );
    await feeds.append(
      tx,
      shown.map(({ eventId, streamId, receiverId: _, ...gift }) => giftShownEvent(streamId, { id: newId(), sourceEventId: eventId }, gift)),
    );
  };
