import type { Conversation } from './conversation.ts';
import { REASON_CHARACTERS_MAX, RECALL_WITH_SANCTION_SECONDS_MAX, TIMEOUT_SECONDS_MAX, USER_ID_CHARACTERS_MAX } from './limits.ts';
import { type GrantedRole, mayDo, type Overrides, outranks, type Role, type RoleHolder } from './role.ts';

/** BAN: neither reads (rooms) nor posts, and is no member any more (groups). TIMEOUT: cannot post until it ends. MUTE: the same, and others are not told. */
export type SanctionType = 'BAN' | 'TIMEOUT' | 'MUTE';

/** What a moderator decides about somebody. KICK: out of it now, and free to come again. */
export type SanctionVerb = SanctionType | 'KICK';

/** What holds about one user in one conversation: the newest decision. `expiresAt`: null is until somebody lifts it. */
export interface Sanction {
  readonly conversationId: string;
  readonly userId: string;
  readonly type: SanctionType;
  readonly byId: string;
  readonly reason: string | null;
  readonly at: Date;
  readonly expiresAt: Date | null;
}

/** One user in one conversation. */
export type SanctionSubject = Pick<Sanction, 'conversationId' | 'userId'>;

/** What somebody wants done about somebody. `reason`: its white space cut off, null when nothing is left. `only`: lifts a sanction of this type alone. */
export type ModerationAction =
  | (SanctionSubject & {
      readonly type: 'sanction';
      readonly verb: SanctionVerb;
      readonly reason: string | null;
      readonly expiresAt: Date | null;
      /** What they have said in so many seconds is taken back; absent: nothing. */
      readonly recallSeconds?: number;
    })
  | (SanctionSubject & { readonly type: 'lift'; readonly only: SanctionType | null; readonly reason: string | null })
  | (SanctionSubject & { readonly type: 'role'; readonly role: Role; readonly reason: string | null });

/** Refusals that depend on the input alone. */
export type ModerationFault =
  | 'USER_ID_INVALID'
  | 'REASON_TOO_LONG'
  | 'EXPIRY_MISSING'
  | 'EXPIRY_NOT_POSSIBLE'
  | 'RECALL_OUT_OF_RANGE'
  | 'ROLE_NOT_GIVABLE';

export type ModerationRefusalCode =
  | ModerationFault
  | 'ROOM_NOT_FOUND'
  | 'NOT_A_MODERATOR'
  | 'NOT_THE_OWNER'
  | 'STREAMER_NOT_BANNABLE'
  | 'RANK_TOO_HIGH'
  | 'NOT_A_MEMBER'
  | 'STRONGER_SANCTION'
  | 'EXPIRY_IN_PAST'
  | 'EXPIRY_TOO_FAR'
  | 'NOT_BANNED'
  | 'NOT_SANCTIONED'
  | 'RATE_LIMITED'
  | 'IDEMPOTENCY_CONFLICT';

/** What is stored about one conversation and the two people of a command, as it stands after the commands before it, and the time in the database. */
export interface ModerationState {
  readonly conversation: Conversation | undefined;
  readonly overrides: Overrides;
  readonly actor: RoleHolder & { readonly id: string };
  readonly target: Role;
  readonly sanction: Sanction | undefined;
  readonly now: Date;
}

/** What an accepted command changes. `sanction`: what holds now (null: nothing), or what was lifted. `left`: who is no member any more. */
export type ModerationChange =
  | { readonly type: 'sanctioned'; readonly verb: SanctionVerb; readonly sanction: Sanction | null; readonly left: boolean }
  | { readonly type: 'lifted'; readonly sanction: Sanction }
  | { readonly type: 'role'; readonly granted: GrantedRole | null };

/** What a viewer is told who is kept out of a room. */
export const BANNED_FROM_ROOM = 'You are banned from this room.';

/** What is wrong with the input of a command, or null. */
export const moderationFault = (action: ModerationAction): ModerationFault | null => {
  if (action.userId.length === 0 || action.userId.length > USER_ID_CHARACTERS_MAX) return 'USER_ID_INVALID';
  if (action.reason !== null && [...action.reason].length > REASON_CHARACTERS_MAX) return 'REASON_TOO_LONG';
  if (action.type === 'role') return action.role === 'OWNER' ? 'ROLE_NOT_GIVABLE' : null;
  if (action.type === 'lift') return null;
  const { recallSeconds = 1 } = action;
  if (recallSeconds < 1 || recallSeconds > RECALL_WITH_SANCTION_SECONDS_MAX) return 'RECALL_OUT_OF_RANGE';
  if (action.verb === 'TIMEOUT' && action.expiresAt === null) return 'EXPIRY_MISSING';
  return action.verb === 'KICK' && action.expiresAt !== null ? 'EXPIRY_NOT_POSSIBLE' : null;
};

/** Decides one command. Pure: the caller applies the change before it decides the next. */
export const decideModeration = (action: ModerationAction, state: ModerationState): ModerationChange | ModerationRefusalCode => {
  const { conversation, overrides, actor } = state;
  // Who is annoyed by somebody in a direct conversation blocks them.
  if (conversation === undefined || conversation.kind === 'DIRECT') return 'ROOM_NOT_FOUND';
  // Whoever is not in a group does not learn that there is one.
  if (conversation.kind === 'GROUP' && !actor.isOperator && actor.role === 'GUEST') return 'ROOM_NOT_FOUND';
  if (action.type === 'role') return decideRole(action.role, conversation, state);
  if (!mayDo(actor, 'MODERATE', overrides)) return 'NOT_A_MODERATOR';
  if (action.type === 'sanction' && action.recallSeconds !== undefined && !mayDo(actor, 'RECALL', overrides)) return 'NOT_A_MODERATOR';
  return action.type === 'lift' ? decideLift(action, state) : decideSanction(action, conversation, state);
};

const decideRole = (role: Role, { kind }: Conversation, { actor, target }: ModerationState): ModerationChange | ModerationRefusalCode => {
  if (!actor.isOperator && actor.role !== 'OWNER') return 'NOT_THE_OWNER';
  // Ownership is handed over (groups) or follows from the stream (rooms).
  if (target === 'OWNER') return 'ROLE_NOT_GIVABLE';
  if (kind === 'GROUP') {
    if (target === 'GUEST') return 'NOT_A_MEMBER';
    if (role === 'GUEST') return 'ROLE_NOT_GIVABLE';
    return { type: 'role', granted: role === 'MEMBER' ? null : grantedOf(role) };
  }
  return { type: 'role', granted: grantedOf(role) };
};

const grantedOf = (role: Role): GrantedRole | null => (role === 'OWNER' || role === 'GUEST' ? null : role);

const decideSanction = (
  { conversationId, userId, verb, reason, expiresAt }: Extract<ModerationAction, { readonly type: 'sanction' }>,
  { kind }: Conversation,
  { actor, target, sanction: before, now }: ModerationState,
): ModerationChange | ModerationRefusalCode => {
  if (target === 'OWNER') return 'STREAMER_NOT_BANNABLE';
  if (!outranks(actor, target)) return 'RANK_TOO_HIGH';
  if (expiresAt !== null && expiresAt <= now) return 'EXPIRY_IN_PAST';
  if (verb === 'TIMEOUT' && expiresAt !== null && expiresAt.getTime() > now.getTime() + TIMEOUT_SECONDS_MAX * 1_000)
    return 'EXPIRY_TOO_FAR';
  const isMember = kind === 'GROUP' && target !== 'GUEST';
  if (verb === 'KICK') {
    if (kind === 'GROUP' && !isMember) return 'NOT_A_MEMBER';
    return { type: 'sanctioned', verb, sanction: null, left: isMember };
  }
  if (verb !== 'BAN' && before?.type === 'BAN' && holds(before, now)) return 'STRONGER_SANCTION';
  const sanction = { conversationId, userId, type: verb, byId: actor.id, reason, at: now, expiresAt };
  return { type: 'sanctioned', verb, sanction, left: verb === 'BAN' && isMember };
};

const decideLift = (
  { only }: Extract<ModerationAction, { readonly type: 'lift' }>,
  { actor, target, sanction, now }: ModerationState,
): ModerationChange | ModerationRefusalCode => {
  if (!outranks(actor, target)) return 'RANK_TOO_HIGH';
  const missing = only === 'BAN' ? 'NOT_BANNED' : 'NOT_SANCTIONED';
  if (sanction === undefined || !holds(sanction, now) || (only !== null && sanction.type !== only)) return missing;
  return { type: 'lifted', sanction };
};

/** Whether a sanction has not ended by itself. */
export const holds = ({ expiresAt }: Pick<Sanction, 'expiresAt'>, now: Date): boolean => expiresAt === null || expiresAt > now;
