import type { JsonObject, NewFeedEvent } from '#platform/feed/feed.ts';
import { shardIndexOf, shardOf } from '#platform/ids.ts';
import type { Sanction, SanctionSubject } from '../domain/sanction.ts';

// What the gateway follows, one feed per shard index of the room: who may follow a room no more, and what became of it.

/** Version of the payloads below; see PAYLOAD_VERSION in events.ts. */
const PAYLOAD_VERSION = 1;

/** That a user is kept out of a conversation, `until` an instant (RFC 3339) or null. */
export const userBannedEvent = (
  { conversationId: roomId, userId, expiresAt }: SanctionSubject & Pick<Sanction, 'expiresAt'>,
  id: string,
): NewFeedEvent => controlEvent('user.banned', id, { roomId, userId, until: expiresAt?.toISOString() ?? null });

/** That a user may come into a conversation again. */
export const userUnbannedEvent = ({ conversationId: roomId, userId }: SanctionSubject, id: string): NewFeedEvent =>
  controlEvent('user.unbanned', id, { roomId, userId, until: null });

/** That a user is out of a conversation now, and may come again. */
export const userKickedEvent = ({ conversationId: roomId, userId }: SanctionSubject, id: string): NewFeedEvent =>
  controlEvent('user.kicked', id, { roomId, userId, until: null });

/** That a room's stream is over: what its log holds is the last of it, but for what was under way. */
export const roomClosedEvent = (roomId: string, id: string): NewFeedEvent => controlEvent('room.closed', id, { roomId });

/** That what a room's log said was erased: whoever keeps parts of it reads them anew. */
export const logErasedEvent = (roomId: string, id: string): NewFeedEvent => controlEvent('log.erased', id, { roomId });

const controlEvent = (kind: string, id: string, payload: JsonObject & { readonly roomId: string }): NewFeedEvent => ({
  id,
  feed: `control/${shardIndexOf(payload.roomId)}`,
  shard: shardOf(payload.roomId),
  kind,
  v: PAYLOAD_VERSION,
  payload,
});
