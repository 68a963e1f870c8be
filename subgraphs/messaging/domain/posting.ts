import type { Conversation } from './conversation.ts';
import { TEXT_CHARACTERS_MAX } from './limits.ts';

/** Refusals that depend on what is said alone, and those that depend on where. */
export type TextFault = 'TEXT_EMPTY' | 'TEXT_TOO_LONG';
export type ConversationFault = 'ROOM_NOT_FOUND' | 'ROOM_CLOSED' | 'NOT_A_MEMBER';
/** What the core itself refuses. Modules add codes of their own. */
export type CoreRefusalCode = TextFault | ConversationFault | 'RATE_LIMITED' | 'IDEMPOTENCY_CONFLICT';

/** Why a message was not posted. `message`: null where the code says it all. */
export interface SendRefusal {
  readonly code: string;
  readonly message: string | null;
}

/** What is wrong with a text whose white space is cut off, or null. */
export const textFault = (text: string): TextFault | null => {
  if (text === '') return 'TEXT_EMPTY';
  // A code point has one or two units, so most texts need no counting.
  if (text.length <= TEXT_CHARACTERS_MAX) return null;
  return [...text].length > TEXT_CHARACTERS_MAX ? 'TEXT_TOO_LONG' : null;
};

/** Why somebody cannot post in this conversation now, or null, as far as the core knows: rooms are open to everybody, all else to its members. */
export const conversationFault = (
  conversation: Pick<Conversation, 'kind' | 'status'> | undefined,
  isMember: boolean,
): ConversationFault | null => {
  if (conversation === undefined) return 'ROOM_NOT_FOUND';
  if (conversation.kind !== 'ROOM' && !isMember) return 'NOT_A_MEMBER';
  return conversation.status === 'OPEN' ? null : 'ROOM_CLOSED';
};
