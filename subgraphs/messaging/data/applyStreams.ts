import type { Transaction } from '#platform/database/database.ts';
import type { FeedEvent, Feeds, NewFeedEvent } from '#platform/feed/feed.ts';
import { newId } from '#platform/ids.ts';
import { type Room, roomAfter } from '../domain/room.ts';
import { roomClosedEvent } from '../events/controlFeeds.ts';
import { streamChangesOf } from '../events/followed.ts';
import { noticePostedEvent } from '../events.ts';
import { ensureProfiles } from './profiles.ts';
import { lockOrMakeRooms, saveRooms } from './rooms.ts';

/** Opens and closes rooms as their streams go live and end, and says so in each room's log; that one has closed also in the control feeds. Locks: rooms, then profiles, then feeds. An event that was applied before
 * changes nothing: the room knows the version of the stream that it has seen, and its log knows what it was told. */
export const applyStreams =
  (feeds: Pick<Feeds, 'append'>) =>
  async (tx: Transaction, events: readonly FeedEvent[]): Promise<void> => {
    // A stream gets its room when it first goes live.
    const changes = streamChangesOf(events).filter(({ status }) => status !== 'SCHEDULED');
    if (changes.length === 0) return;
    const at = new Date();
    const rooms = new Map(await lockOrMakeRooms(tx, [...new Set(changes.map(({ streamId }) => streamId))], at));
    const changed = new Map<string, Room>();
    const notices: NewFeedEvent[] = [];
    const closed = new Set<string>();
    for (const change of changes) {
      const before = rooms.get(change.streamId);
      if (before === undefined) throw new Error(`the room ${change.streamId} was locked and is not there`);
      const { room, notice } = roomAfter(before, change, at);
      if (notice === null) continue;
      rooms.set(room.id, room);
      changed.set(room.id, room);
      notices.push(noticePostedEvent(room.id, { id: newId(), sourceEventId: change.eventId }, notice));
      if (notice === 'ROOM_CLOSED') closed.add(room.id);
    }
    if (notices.length === 0) return;
    await saveRooms(tx, [...changed.values()]);
    await ensureProfiles(
      tx,
      changes.map(({ streamerId }) => streamerId),
      at,
    );
    await feeds.append(tx, notices);
    const control = [...closed].map((roomId) => roomClosedEvent(roomId, newId()));
    if (control.length > 0) await feeds.append(tx, control);
  };
