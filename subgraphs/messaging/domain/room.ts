import type { Conversation } from './conversation.ts';
import { CLOSED_ROOM_GRACE_MS, CLOSED_ROOM_STAY_MS } from './limits.ts';

/** The room of a stream: its id is the stream's, its owner the streamer. */
export interface Room extends Conversation {
  readonly kind: 'ROOM';
}

/** What a room is told about its stream. */
export type NoticeCode = 'ROOM_OPENED' | 'ROOM_CLOSED';

/** What a change of a stream says to its room. */
export interface StreamChange {
  readonly streamId: string;
  readonly streamerId: string;
  readonly status: 'SCHEDULED' | 'LIVE' | 'ENDED';
  readonly version: number;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
}

export const NOTICE_TEXTS: Readonly<Record<NoticeCode, string>> = {
  ROOM_OPENED: 'The stream is live. Welcome!',
  ROOM_CLOSED: 'The stream has ended. Thank you for watching.',
};

/** A room that nobody has told about its stream yet: the stream's own event is still on its way. */
export const roomBeforeItsStream = (id: string, at: Date): Room => ({
  id,
  kind: 'ROOM',
  status: 'OPEN',
  ownerId: null,
  title: null,
  isPublic: false,
  messageCount: 0,
  memberCount: 0,
  streamVersion: 0,
  policyVersion: 0,
  openedAt: at,
  closedAt: null,
});

/** The room after a change of its stream, and what to tell those in it. A change that the room has seen already, or one before the stream first went
 * live, changes nothing. */
export const roomAfter = (room: Room, change: StreamChange, at: Date): { readonly room: Room; readonly notice: NoticeCode | null } => {
  if (change.version <= room.streamVersion || change.status === 'SCHEDULED') return { room, notice: null };
  const openedAt = change.startedAt ?? room.openedAt;
  const seen = { ...room, streamVersion: change.version, ownerId: change.streamerId, openedAt };
  return change.status === 'LIVE'
    ? { room: { ...seen, status: 'OPEN', closedAt: null }, notice: 'ROOM_OPENED' }
    : { room: { ...seen, status: 'CLOSED', closedAt: change.endedAt ?? at }, notice: 'ROOM_CLOSED' };
};

/** When whoever begins to follow a room now is done with it, in epoch milliseconds; null: not before it closes. */
export const followEndsAtMs = ({ status, closedAt }: Pick<Room, 'status' | 'closedAt'>, nowMs: number): number | null =>
  status === 'OPEN' || closedAt === null ? null : Math.max(closedAt.getTime() + CLOSED_ROOM_GRACE_MS, nowMs + CLOSED_ROOM_STAY_MS);

export const isRoom = (conversation: Conversation): conversation is Room => conversation.kind === 'ROOM';
