import type { Conversation } from './conversation.ts';

/** What somebody is in a conversation, the highest first. GUEST: in a room, whoever has none of the others; in a group and a direct conversation, whoever is not in it. */
export const ROLES = ['OWNER', 'MODERATOR', 'VIP', 'MEMBER', 'GUEST'] as const;
export type Role = (typeof ROLES)[number];

/** Roles that are written down for one user: the owner follows from the conversation, a guest from nothing. */
export type GrantedRole = 'MODERATOR' | 'VIP' | 'MEMBER';

/** The role that is needed at least, where a conversation has not said otherwise. One table for all kinds: what a kind does not have, nobody asks for there. */
export const DEFAULT_PERMISSIONS = {
  /** Writing. In groups and direct conversations membership is needed besides. */
  POST: 'GUEST',
  /** Writing with images and files. */
  ATTACH: 'GUEST',
  /** Writing what the modes of the chat (slow, followers only, members only, emotes only, unique) would refuse. */
  SKIP_MODES: 'VIP',
  /** Writing what filters and the policy about links would refuse. */
  SKIP_FILTERS: 'MODERATOR',
  MENTION_ALL: 'MODERATOR',
  PIN: 'MODERATOR',
  ANNOUNCE: 'MODERATOR',
  /** Adding people to a group. */
  INVITE: 'MODERATOR',
  RENAME: 'MODERATOR',
  /** Taking back what others have said. */
  RECALL: 'MODERATOR',
  /** Sanctions, the queue of held messages, the log of all that. */
  MODERATE: 'MODERATOR',
  /** Modes and filters of the chat. */
  SET_MODES: 'MODERATOR',
} as const satisfies Readonly<Record<string, Role>>;

export type Permission = keyof typeof DEFAULT_PERMISSIONS;

export const PERMISSIONS = Object.keys(DEFAULT_PERMISSIONS).filter(isPermission);

/** What one conversation says otherwise: the role that is needed at least. */
export type Overrides = Readonly<Partial<Record<Permission, Role>>>;

/** Whoever does something. `isOperator`: may do everything everywhere. */
export interface RoleHolder {
  readonly role: Role;
  readonly isOperator: boolean;
}

export function isPermission(text: string): text is Permission {
  return Object.hasOwn(DEFAULT_PERMISSIONS, text);
}

export const isRole = (text: string): text is Role => ROLES.some((role) => role === text);

/** Whether this role may do that here. */
export const may = (role: Role, permission: Permission, overrides: Overrides): boolean =>
  isAtLeast(role, overrides[permission] ?? DEFAULT_PERMISSIONS[permission]);

/** Whether somebody may: operators always. */
export const mayDo = ({ role, isOperator }: RoleHolder, permission: Permission, overrides: Overrides): boolean =>
  isOperator || may(role, permission, overrides);

export const isAtLeast = (role: Role, least: Role): boolean => ROLES.indexOf(role) <= ROLES.indexOf(least);

/** Whether somebody may decide about somebody else: never about an owner, and never upwards or among equals. */
export const outranks = (actor: RoleHolder, target: Role): boolean =>
  target !== 'OWNER' && (actor.isOperator || (actor.role !== target && isAtLeast(actor.role, target)));

/** What somebody is, from what is written down about them. `granted`: null where nothing is. */
export const roleOf = (
  userId: string,
  { kind, ownerId }: Pick<Conversation, 'kind' | 'ownerId'>,
  { granted, isMember }: { readonly granted: GrantedRole | null; readonly isMember: boolean },
): Role => {
  if (ownerId === userId) return 'OWNER';
  if (kind === 'ROOM') return granted ?? 'GUEST';
  return isMember ? (granted ?? 'MEMBER') : 'GUEST';
};
