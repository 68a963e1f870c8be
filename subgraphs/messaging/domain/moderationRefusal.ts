import type { ModerationRefusalCode } from './ban.ts';
import { REASON_CHARACTERS_MAX, USER_ID_CHARACTERS_MAX } from './limits.ts';

/** Why a ban or unban was refused. `field`: path of the input field at fault. */
export interface ModerationRefusal {
  readonly code: ModerationRefusalCode;
  readonly message: string;
  readonly field: readonly string[] | null;
}

export const isModerationRefusalCode = (text: string): text is ModerationRefusalCode => Object.hasOwn(REFUSALS, text);

/** A refusal with its sentence. `retryAfterMs`: for RATE_LIMITED, when the next command is taken. */
export const moderationRefusalOf = (code: ModerationRefusalCode, retryAfterMs = 0): ModerationRefusal => {
  const [message, field] = REFUSALS[code];
  const wait = code === 'RATE_LIMITED' ? ` Try again in ${retryAfterMs} ms with the same idempotencyKey.` : '';
  return { code, message: message + wait, field: field === null ? null : ['input', field] };
};

const REFUSALS: Readonly<Record<ModerationRefusalCode, readonly [message: string, field: string | null]>> = {
  ROOM_NOT_FOUND: ['There is no room with this id. A room opens when its stream first goes live.', 'roomId'],
  NOT_A_MODERATOR: ['Only the streamer of this room and operators decide who may be in it.', 'roomId'],
  USER_ID_INVALID: [`A user's id has 1 to ${USER_ID_CHARACTERS_MAX} characters.`, 'userId'],
  STREAMER_NOT_BANNABLE: ['The streamer cannot be kept out of their own room.', 'userId'],
  REASON_TOO_LONG: [`A reason has at most ${REASON_CHARACTERS_MAX} characters.`, 'reason'],
  EXPIRY_IN_PAST: ['The ban would have ended already. Leave expiresAt out for a ban without an end.', 'expiresAt'],
  NOT_BANNED: ['This user is not banned from this room.', 'userId'],
  RATE_LIMITED: ['You moderate faster than the limit.', null],
  IDEMPOTENCY_CONFLICT: ['This idempotencyKey was used before with other input. Use a new key for a new wish.', 'idempotencyKey'],
};
