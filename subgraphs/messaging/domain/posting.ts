import type { Conversation } from './conversation.ts';
import { TEXT_CHARACTERS_MAX } from './limits.ts';

/** Refusals that depend on what is said alone, and those that depend on where. */
export type TextFault = 'TEXT_EMPTY' | 'TEXT_TOO_LONG';
/** What may be wrong with the files of a message. */
export type AttachmentFault =
  | 'ATTACHMENTS_NOT_ALLOWED'
  | 'TOO_MANY_ATTACHMENTS'
  | 'ATTACHMENT_NOT_FOUND'
  | 'ATTACHMENT_EXPIRED'
  | 'ATTACHMENT_USED'
  | 'ATTACHMENT_MISSING'
  | 'ATTACHMENTS_AND_CUSTOM';
/** What may be wrong with the rest of what is said. */
export type ContentFault =
  | TextFault
  | 'TOO_MANY_MENTIONS'
  | 'USER_ID_INVALID'
  | 'REPLY_NOT_FOUND'
  | 'MENTIONS_ALL_NOT_ALLOWED'
  | 'CUSTOM_INVALID'
  | AttachmentFault;
export type ConversationFault = 'CONVERSATION_NOT_FOUND' | 'ROOM_CLOSED' | 'CONVERSATION_CLOSED' | 'NOT_A_MEMBER';
/** What the core itself refuses. Modules add codes of their own. */
export type CoreRefusalCode =
  | ContentFault
  | ConversationFault
  | 'ROOM_NOT_FOUND'
  | 'FILES_UNAVAILABLE'
  | 'RATE_LIMITED'
  | 'IDEMPOTENCY_CONFLICT';

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

/** Why somebody cannot post in this conversation now, or null, as far as the core knows: rooms are open to everybody, all else to its members. To whoever is not in it a private
 * conversation is none: their refusal is the same, word by word, as that of an id that nobody has. */
export const conversationFault = (
  conversation: Pick<Conversation, 'kind' | 'status' | 'isPublic'> | undefined,
  isMember: boolean,
): ConversationFault | null => {
  if (conversation === undefined) return 'CONVERSATION_NOT_FOUND';
  if (conversation.kind !== 'ROOM' && !isMember) return conversation.isPublic ? 'NOT_A_MEMBER' : 'CONVERSATION_NOT_FOUND';
  if (conversation.status === 'OPEN') return null;
  return conversation.kind === 'ROOM' ? 'ROOM_CLOSED' : 'CONVERSATION_CLOSED';
};
