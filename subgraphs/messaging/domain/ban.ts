import type { Conversation } from './conversation.ts';
import { REASON_CHARACTERS_MAX, USER_ID_CHARACTERS_MAX } from './limits.ts';

/** That a user is kept out of a room. `expiresAt`: null is until somebody lifts it. */
export interface Ban {
  readonly roomId: string;
  readonly userId: string;
  readonly bannedBy: string;
  readonly reason: string | null;
  readonly bannedAt: Date;
  readonly expiresAt: Date | null;
}

/** One user and one room. */
export type BanSubject = Pick<Ban, 'roomId' | 'userId'>;

/** What a moderator wants done. `reason`: its white space cut off, null when nothing is left. */
export type ModerationAction =
  | (BanSubject & { readonly type: 'ban'; readonly reason: string | null; readonly expiresAt: Date | null })
  | (BanSubject & { readonly type: 'unban' });

/** Refusals that depend on the input alone, and those that depend on what is stored. */
export type BanFault = 'USER_ID_INVALID' | 'REASON_TOO_LONG';
export type ModerationRefusalCode =
  | BanFault
  | 'ROOM_NOT_FOUND'
  | 'NOT_A_MODERATOR'
  | 'STREAMER_NOT_BANNABLE'
  | 'EXPIRY_IN_PAST'
  | 'NOT_BANNED'
  | 'RATE_LIMITED'
  | 'IDEMPOTENCY_CONFLICT';

/** The ban that holds now, or the one that was lifted; or why not. */
export type ModerationAnswer = { readonly ok: true; readonly ban: Ban } | { readonly ok: false; readonly code: ModerationRefusalCode };

/** Who decides. `isOperator`: may moderate every room. */
export interface Moderator {
  readonly id: string;
  readonly isOperator: boolean;
}

/** What is stored, as it stands after the commands before this one, and the time in the database. `room`: undefined when there is none of that id. */
export interface BanState {
  readonly room: Pick<Conversation, 'kind' | 'ownerId'> | undefined;
  readonly ban: Ban | undefined;
  readonly now: Date;
}

/** What a viewer is told who is kept out of a room. */
export const BANNED_FROM_ROOM = 'You are banned from this room.';

/** What is wrong with the input of a ban or an unban, or null. */
export const banFault = ({ userId, reason }: Pick<Ban, 'userId' | 'reason'>): BanFault | null => {
  if (userId.length === 0 || userId.length > USER_ID_CHARACTERS_MAX) return 'USER_ID_INVALID';
  return reason !== null && [...reason].length > REASON_CHARACTERS_MAX ? 'REASON_TOO_LONG' : null;
};

/** Decides one command. Pure: the caller applies the answer before it decides the next.
 * Refusals: ROOM_NOT_FOUND, NOT_A_MODERATOR; of a ban STREAMER_NOT_BANNABLE, EXPIRY_IN_PAST; of an unban NOT_BANNED. */
export const decideModeration = (moderator: Moderator, action: ModerationAction, { room, ban, now }: BanState): ModerationAnswer => {
  if (room?.kind !== 'ROOM') return refuse('ROOM_NOT_FOUND');
  if (!moderator.isOperator && room.ownerId !== moderator.id) return refuse('NOT_A_MODERATOR');
  if (action.type === 'unban') return ban !== undefined && holds(ban, now) ? { ok: true, ban } : refuse('NOT_BANNED');
  if (room.ownerId === action.userId) return refuse('STREAMER_NOT_BANNABLE');
  if (action.expiresAt !== null && action.expiresAt <= now) return refuse('EXPIRY_IN_PAST');
  const { roomId, userId, reason, expiresAt } = action;
  return { ok: true, ban: { roomId, userId, bannedBy: moderator.id, reason, bannedAt: now, expiresAt } };
};

/** Whether a ban has not ended by itself. */
export const holds = ({ expiresAt }: Pick<Ban, 'expiresAt'>, now: Date): boolean => expiresAt === null || expiresAt > now;

const refuse = (code: ModerationRefusalCode): ModerationAnswer => ({ ok: false, code });
