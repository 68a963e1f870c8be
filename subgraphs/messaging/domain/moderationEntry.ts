import type { ChatFilter, ChatModes } from './policy.ts';
import type { Permission, Role } from './role.ts';

/** What moderators do. */
export const MODERATION_ACTS = [
  'BAN',
  'TIMEOUT',
  'MUTE',
  'KICK',
  'LIFT',
  'SET_ROLE',
  'SET_PERMISSION',
  'SET_MODES',
  'ADD_FILTER',
  'REMOVE_FILTER',
  'RECALL',
  'PIN',
  'UNPIN',
  'ANNOUNCE',
  'APPROVE',
  'REJECT',
  'DISMISS',
  'ACT_ON_REPORT',
] as const;
export type ModerationAct = (typeof MODERATION_ACTS)[number];

/** One decision in the log of a conversation's moderators. What an act has no use for is null. */
export interface ModerationEntry {
  readonly id: string;
  readonly cursor: string;
  readonly seq: number;
  readonly at: Date;
  readonly act: ModerationAct;
  readonly byId: string;
  /** Whom it was about: who was sanctioned, or wrote the message. */
  readonly userId: string | null;
  /** The message it was about. */
  readonly messageId: string | null;
  /** How many messages, where it was about several at once. */
  readonly messageCount: number | null;
  readonly reason: string | null;
  /** When it ends by itself. */
  readonly expiresAt: Date | null;
  /** SET_ROLE: what the user is from then on; SET_PERMISSION: the least that may, null: what holds everywhere. */
  readonly role: Role | null;
  readonly permission: Permission | null;
  /** SET_MODES: all of them, from then on. */
  readonly modes: ChatModes | null;
  readonly filter: ChatFilter | null;
  /** ANNOUNCE: what is announced; null: nothing any more. */
  readonly text: string | null;
}

/** What every entry begins with; an act says what is otherwise. */
export const NO_DETAILS = {
  userId: null,
  messageId: null,
  messageCount: null,
  reason: null,
  expiresAt: null,
  role: null,
  permission: null,
  modes: null,
  filter: null,
  text: null,
} as const;
