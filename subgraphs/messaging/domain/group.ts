import { createHash } from 'node:crypto';
import type { Conversation } from './conversation.ts';
import { GROUP_MEMBERS_MAX, GROUPS_PER_USER_MAX, MEMBERS_PER_COMMAND_MAX, TITLE_CHARACTERS_MAX, USER_ID_CHARACTERS_MAX } from './limits.ts';
import type { Permission } from './role.ts';

/** What somebody wants done about a group or a direct conversation. `id` of a new group: made by the caller; of a direct conversation: directIdOf. */
export type GroupAction =
  | {
      readonly type: 'create';
      readonly id: string;
      readonly title: string;
      readonly isPublic: boolean;
      readonly userIds: readonly string[];
    }
  | { readonly type: 'openDirect'; readonly id: string; readonly userId: string }
  | { readonly type: 'add'; readonly id: string; readonly userIds: readonly string[] }
  | { readonly type: 'remove'; readonly id: string; readonly userIds: readonly string[] }
  | { readonly type: 'join'; readonly id: string }
  | { readonly type: 'leave'; readonly id: string }
  | { readonly type: 'rename'; readonly id: string; readonly title: string }
  | { readonly type: 'setVisibility'; readonly id: string; readonly isPublic: boolean }
  | { readonly type: 'transfer'; readonly id: string; readonly userId: string }
  | { readonly type: 'close'; readonly id: string };

/** What is wrong with the input alone. */
export type GroupInputFault = 'TITLE_EMPTY' | 'TITLE_TOO_LONG' | 'USER_ID_INVALID' | 'USERS_OUT_OF_RANGE' | 'SELF';

export type GroupRefusalCode =
  | GroupInputFault
  | 'TITLE_REFUSED'
  | 'CONVERSATION_NOT_FOUND'
  | 'CONVERSATION_CLOSED'
  | 'NOT_ALLOWED'
  | 'NOT_A_MEMBER'
  | 'BLOCKED'
  | 'BANNED'
  | 'OWNER_MUST_STAY'
  | 'GROUP_FULL'
  | 'TOO_MANY_GROUPS'
  | 'RATE_LIMITED'
  | 'IDEMPOTENCY_CONFLICT';

export type GroupAnswer = { readonly ok: true; readonly id: string } | { readonly ok: false; readonly code: GroupRefusalCode };

/** Who wants it. */
export interface GroupActor {
  readonly id: string;
  readonly isOperator: boolean;
}

/** What groups leave to roles; all else is their owner's. */
export type GroupPermission = Extract<Permission, 'INVITE' | 'RENAME'>;

/** What is stored about one conversation and the people of a command, as it stands after the commands before it. */
export interface GroupState {
  readonly conversation: Conversation | undefined;
  isMember(userId: string): boolean;
  /** In how many groups somebody is. */
  groupsOf(userId: string): number;
  /** What the actor may besides what membership and ownership give them. */
  may(permission: GroupPermission): boolean;
  /** Whether a moderator keeps somebody out. */
  isBanned(userId: string): boolean;
  /** Whether somebody named in the command blocks whoever gave it. */
  blocksActor(userId: string): boolean;
}

/** What an accepted command changes. */
export interface GroupChange {
  readonly conversation: Conversation;
  readonly isNew: boolean;
  readonly joined: readonly string[];
  readonly left: readonly string[];
}

/** What is wrong with the input of a command, or null. Titles have their white space cut off. */
export const groupInputFault = (actorId: string, action: GroupAction): GroupInputFault | null => {
  if (action.type === 'create' || action.type === 'rename') {
    if (action.title === '') return 'TITLE_EMPTY';
    if ([...action.title].length > TITLE_CHARACTERS_MAX) return 'TITLE_TOO_LONG';
  }
  if (action.type === 'openDirect' && action.userId === actorId) return 'SELF';
  if (!('userIds' in action)) return 'userId' in action && !isUserId(action.userId) ? 'USER_ID_INVALID' : null;
  const least = action.type === 'create' ? 0 : 1;
  if (action.userIds.length < least || action.userIds.length > MEMBERS_PER_COMMAND_MAX) return 'USERS_OUT_OF_RANGE';
  return action.userIds.every(isUserId) ? null : 'USER_ID_INVALID';
};

const isUserId = (id: string): boolean => id.length > 0 && id.length <= USER_ID_CHARACTERS_MAX;

/** The id of the direct conversation of two people: follows from them, so both find the same one. A name-based UUID (RFC 9562, version 8) over both ids in order. */
export const directIdOf = (one: string, other: string): string => {
  const digest = createHash('sha256')
    .update(JSON.stringify(['direct', ...[one, other].sort()]))
    .digest();
  digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x80;
  digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80;
  return digest.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
};

/** Decides one command: what it changes (nobody, where it was so already), or why not. Pure: the caller applies the change before it decides the next. */
export const decideGroup = (actor: GroupActor, action: GroupAction, state: GroupState, at: Date): GroupChange | GroupRefusalCode => {
  if (action.type === 'create') return created(actor, action, state, at);
  if (action.type === 'openDirect') return openedDirect(actor, action, state, at);
  const { conversation } = state;
  if (conversation?.kind !== 'GROUP') return 'CONVERSATION_NOT_FOUND';
  if (action.type === 'join') return joinedPublic(actor, conversation, state);
  if (!actor.isOperator && !state.isMember(actor.id)) return 'CONVERSATION_NOT_FOUND';
  if (conversation.status !== 'OPEN') return 'CONVERSATION_CLOSED';
  if (action.type === 'leave') return left(actor, conversation, state);
  if (!isAllowed(actor, action, { ...state, conversation })) return 'NOT_ALLOWED';
  return managed(actor, action, { ...state, conversation }, at);
};

const isAllowed = (
  actor: GroupActor,
  { type }: Managed,
  { conversation, may }: GroupState & { readonly conversation: Conversation },
): boolean =>
  actor.isOperator || conversation.ownerId === actor.id || (type === 'add' && may('INVITE')) || (type === 'rename' && may('RENAME'));

type Managed = Extract<GroupAction, { readonly type: 'add' | 'remove' | 'rename' | 'setVisibility' | 'transfer' | 'close' }>;

const managed = (
  actor: GroupActor,
  action: Managed,
  state: GroupState & { readonly conversation: Conversation },
  at: Date,
): GroupChange | GroupRefusalCode => {
  const { conversation } = state;
  const nobody = unchanged(conversation);
  switch (action.type) {
    case 'add': {
      const joined = [...new Set(action.userIds)].filter((userId) => !state.isMember(userId));
      const fault = namingFault(actor, joined, state) ?? joiningFault(conversation.memberCount, joined, state);
      return fault ?? withJoined(conversation, joined);
    }
    case 'remove': {
      const gone = [...new Set(action.userIds)].filter((userId) => state.isMember(userId));
      if (gone.some((userId) => userId === conversation.ownerId)) return 'OWNER_MUST_STAY';
      return gone.length === 0 ? 'NOT_A_MEMBER' : { ...nobody, conversation: withMembers(conversation, -gone.length), left: gone };
    }
    case 'rename':
      return conversation.title === action.title ? nobody : { ...nobody, conversation: { ...conversation, title: action.title } };
    case 'setVisibility':
      return conversation.isPublic === action.isPublic
        ? nobody
        : { ...nobody, conversation: { ...conversation, isPublic: action.isPublic } };
    case 'transfer':
      if (!state.isMember(action.userId)) return 'NOT_A_MEMBER';
      return conversation.ownerId === action.userId ? nobody : { ...nobody, conversation: { ...conversation, ownerId: action.userId } };
    case 'close':
      return { ...nobody, conversation: { ...conversation, status: 'CLOSED', closedAt: at } };
  }
};

type Creation = Extract<GroupAction, { readonly type: 'create' }>;

const created = (actor: GroupActor, action: Creation, state: GroupState, at: Date): GroupChange | GroupRefusalCode => {
  const joined = [...new Set([actor.id, ...action.userIds])];
  const fault = namingFault(actor, joined, state) ?? joiningFault(0, joined, state);
  return fault ?? { conversation: { ...emptyGroup(actor.id, action, at), memberCount: joined.length }, isNew: true, joined, left: [] };
};

/** A group that nobody is in yet, not even its owner. */
export const emptyGroup = (ownerId: string, { id, title, isPublic }: Creation, at: Date): Conversation => ({
  ...newConversation(id, 'GROUP', at),
  ownerId,
  title,
  isPublic,
});

// Opened by either of the two, in any order and any number of times, it is the same one. Its row is made before it is locked, without anybody in it.
const openedDirect = (
  actor: GroupActor,
  { id, userId }: Extract<GroupAction, { readonly type: 'openDirect' }>,
  { conversation }: GroupState,
  at: Date,
): GroupChange => {
  const direct = conversation ?? emptyDirect(id, at);
  if (direct.memberCount > 0) return unchanged(direct);
  return { ...unchanged(direct), conversation: { ...direct, memberCount: 2 }, joined: [actor.id, userId] };
};

/** A direct conversation that nobody is in yet. */
export const emptyDirect = (id: string, at: Date): Conversation => newConversation(id, 'DIRECT', at);

// Anybody may come into a public group; whoever was not let in learns as little of a private one as of none.
const joinedPublic = (actor: GroupActor, conversation: Conversation, state: GroupState): GroupChange | GroupRefusalCode => {
  if (state.isMember(actor.id)) return unchanged(conversation);
  if (!conversation.isPublic) return 'CONVERSATION_NOT_FOUND';
  if (conversation.status !== 'OPEN') return 'CONVERSATION_CLOSED';
  return joiningFault(conversation.memberCount, [actor.id], state) ?? withJoined(conversation, [actor.id]);
};

const left = (actor: GroupActor, conversation: Conversation, state: GroupState): GroupChange | GroupRefusalCode => {
  if (!state.isMember(actor.id)) return 'NOT_A_MEMBER';
  // The last one out may be the owner.
  if (conversation.ownerId === actor.id && conversation.memberCount > 1) return 'OWNER_MUST_STAY';
  return { ...unchanged(conversation), conversation: withMembers(conversation, -1), left: [actor.id] };
};

// Nobody is put into a group by somebody whom they block. Operators act for the platform.
const namingFault = (actor: GroupActor, named: readonly string[], state: GroupState): GroupRefusalCode | null =>
  !actor.isOperator && named.some((userId) => state.blocksActor(userId)) ? 'BLOCKED' : null;

const joiningFault = (memberCount: number, joined: readonly string[], state: GroupState): GroupRefusalCode | null => {
  if (joined.some((userId) => state.isBanned(userId))) return 'BANNED';
  if (memberCount + joined.length > GROUP_MEMBERS_MAX) return 'GROUP_FULL';
  return joined.some((userId) => state.groupsOf(userId) >= GROUPS_PER_USER_MAX) ? 'TOO_MANY_GROUPS' : null;
};

const unchanged = (conversation: Conversation): GroupChange => ({ conversation, isNew: false, joined: [], left: [] });

const withJoined = (conversation: Conversation, joined: readonly string[]): GroupChange =>
  joined.length === 0
    ? unchanged(conversation)
    : { ...unchanged(conversation), conversation: withMembers(conversation, joined.length), joined };

const withMembers = (conversation: Conversation, more: number): Conversation => ({
  ...conversation,
  memberCount: conversation.memberCount + more,
});

const newConversation = (id: string, kind: 'GROUP' | 'DIRECT', at: Date): Conversation => ({
  id,
  kind,
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
