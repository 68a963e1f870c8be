import { REASON_CHARACTERS_MAX, RECALL_WITH_SANCTION_SECONDS_MAX, TIMEOUT_SECONDS_MAX, USER_ID_CHARACTERS_MAX } from './limits.ts';
import type { ModerationRefusalCode } from './sanction.ts';

/** Why a moderator's wish was refused. `field`: path of the input field at fault. */
export interface ModerationRefusal {
  readonly code: ModerationRefusalCode;
  readonly message: string;
  readonly field: readonly string[] | null;
}

export const isModerationRefusalCode = (text: string): text is ModerationRefusalCode => Object.hasOwn(REFUSALS, text);

/** A refusal with its sentence. `place`: the input field that names the conversation. `retryAfterMs`: for RATE_LIMITED, when the next command is taken. */
export const moderationRefusalOf = (code: ModerationRefusalCode, place: string, retryAfterMs = 0): ModerationRefusal => {
  const [message, field] = REFUSALS[code];
  const wait = code === 'RATE_LIMITED' ? ` Try again in ${retryAfterMs} ms with the same idempotencyKey.` : '';
  return { code, message: message + wait, field: field === null ? null : ['input', field === PLACE ? place : field] };
};

const PLACE = '(conversation)';

const REFUSALS: Readonly<Record<ModerationRefusalCode, readonly [message: string, field: string | null]>> = {
  ROOM_NOT_FOUND: [
    'There is no room with this id, or no group that the caller is in. A room opens when its stream first goes live.',
    PLACE,
  ],
  NOT_A_MODERATOR: ["The caller's role in this conversation does not allow this. Operators and whoever holds the role may.", PLACE],
  NOT_THE_OWNER: ['Only the owner of this conversation and operators may do this.', PLACE],
  USER_ID_INVALID: [`A user's id has 1 to ${USER_ID_CHARACTERS_MAX} characters.`, 'userId'],
  STREAMER_NOT_BANNABLE: ['Nobody keeps owners out of their own conversations, or streamers out of their own rooms.', 'userId'],
  RANK_TOO_HIGH: [
    "Only who ranks above this user may decide about them. Take their role away first, or ask the conversation's owner.",
    'userId',
  ],
  NOT_A_MEMBER: ['This is no member of the conversation.', 'userId'],
  STRONGER_SANCTION: ['This user is banned, which is more. Lift the ban first.', 'userId'],
  REASON_TOO_LONG: [`A reason has at most ${REASON_CHARACTERS_MAX} characters.`, 'reason'],
  EXPIRY_MISSING: ['A timeout ends by itself: say when. For one without an end, mute.', 'expiresAt'],
  EXPIRY_NOT_POSSIBLE: ['Who is kicked may come again at once: leave expiresAt out, or ban.', 'expiresAt'],
  RECALL_OUT_OF_RANGE: [
    `What was said in 1 to ${RECALL_WITH_SANCTION_SECONDS_MAX} s can be taken back with a sanction.`,
    'recallMessagesSeconds',
  ],
  EXPIRY_IN_PAST: ['It would have ended already. Leave expiresAt out for a ban or a mute without an end.', 'expiresAt'],
  EXPIRY_TOO_FAR: [`A timeout ends within ${TIMEOUT_SECONDS_MAX} s. Use a ban or a mute for what lasts longer.`, 'expiresAt'],
  ROLE_NOT_GIVABLE: [
    'This role cannot be given here: a group is handed over by transferGroup, a room is its streamer’s, members come by addMembers.',
    'role',
  ],
  NOT_BANNED: ['This user is not banned from this room.', 'userId'],
  NOT_SANCTIONED: ['Nothing of the kind holds about this user here.', 'userId'],
  RATE_LIMITED: ['You moderate faster than the limit.', null],
  IDEMPOTENCY_CONFLICT: ['This idempotencyKey was used before with other input. Use a new key for a new wish.', 'idempotencyKey'],
};
