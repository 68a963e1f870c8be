import type { GroupRefusalCode } from './group.ts';
import { GROUP_MEMBERS_MAX, GROUPS_PER_USER_MAX, MEMBERS_PER_COMMAND_MAX, TITLE_CHARACTERS_MAX, USER_ID_CHARACTERS_MAX } from './limits.ts';

/** Why something about a group was refused. `field`: path of the input field at fault. */
export interface GroupRefusal {
  readonly code: GroupRefusalCode;
  readonly message: string;
  readonly field: readonly string[] | null;
}

export const isGroupRefusalCode = (text: string): text is GroupRefusalCode => Object.hasOwn(REFUSALS, text);

/** A refusal with its sentence. `retryAfterMs`: for RATE_LIMITED, when the next command is taken. */
export const groupRefusalOf = (code: GroupRefusalCode, retryAfterMs = 0): GroupRefusal => {
  const [message, field] = REFUSALS[code];
  const wait = code === 'RATE_LIMITED' ? ` Try again in ${retryAfterMs} ms with the same idempotencyKey.` : '';
  return { code, message: message + wait, field: field === null ? null : ['input', field] };
};

const REFUSALS: Readonly<Record<GroupRefusalCode, readonly [message: string, field: string | null]>> = {
  TITLE_EMPTY: ['Nothing is left of the title once white space is cut off.', 'title'],
  TITLE_TOO_LONG: [`A title has at most ${TITLE_CHARACTERS_MAX} characters.`, 'title'],
  TITLE_REFUSED: ['The rules for what is said here keep this title from being shown. Choose another.', 'title'],
  USER_ID_INVALID: [`A user's id has 1 to ${USER_ID_CHARACTERS_MAX} characters.`, null],
  USERS_OUT_OF_RANGE: [
    `Name 1 to ${MEMBERS_PER_COMMAND_MAX} people at once (none when a group is created); name more by further calls.`,
    'userIds',
  ],
  SELF: ['A direct conversation is with somebody else.', 'userId'],
  CONVERSATION_NOT_FOUND: ['There is no such group, or the caller is not in it.', 'groupId'],
  CONVERSATION_CLOSED: ['The group is closed: it can be read, no longer changed.', 'groupId'],
  NOT_ALLOWED: ['Your role in this group does not reach for this. Its owner and operators may.', 'groupId'],
  NOT_A_MEMBER: ['This is no member of the group.', null],
  BANNED: ['A moderator keeps the caller, or somebody named here, out of the group. Lift the ban first (liftSanction).', null],
  BLOCKED: ['Somebody named here blocks the caller, and is not added by them.', 'userIds'],
  OWNER_MUST_STAY: ['The owner cannot leave: hand the group over first (transferGroup), or close it.', 'groupId'],
  GROUP_FULL: [`A group has at most ${GROUP_MEMBERS_MAX} members.`, 'userIds'],
  TOO_MANY_GROUPS: [`Somebody named here is in ${GROUPS_PER_USER_MAX} groups, which is the most.`, 'userIds'],
  RATE_LIMITED: ['You change groups faster than the limit.', null],
  IDEMPOTENCY_CONFLICT: ['This idempotencyKey was used before with other input. Use a new key for a new wish.', 'idempotencyKey'],
};
