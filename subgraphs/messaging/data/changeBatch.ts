import type { Conversation } from '../domain/conversation.ts';
import type { Message } from '../domain/message.ts';
import type { ChangeActor, MessageAction } from '../domain/messageChange.ts';
import type { MessagePlace } from '../domain/messageId.ts';
import type { Command } from './commandLane.ts';
import type { LoggedMessage } from './messages.ts';
import type { Right, RightsSubject } from './rights.ts';

/** Something that somebody wants to happen to a message. */
export type MessageCommand = Command<MessageAction>;

/** What the desks of one batch share: all is locked. `messages`: by id, as they stand after the commands before. `now`: by the clock of PostgreSQL. */
export interface ChangeBatch {
  readonly conversations: ReadonlyMap<string, Conversation>;
  readonly messages: Map<string, LoggedMessage>;
  readonly rightsOf: (subject: RightsSubject) => Right;
  readonly now: Date;
}

/** Who sends a command, and what they may in its conversation. */
export const actorOf = (
  { rightsOf }: ChangeBatch,
  { actorId: id, isOperator }: MessageCommand,
  conversation: Conversation,
): ChangeActor => ({
  id,
  isOperator,
  ...rightsOf({ conversation, userId: id }),
});

/** Where a message stands, and nothing else. */
export const placeOf = ({ conversationId, seq }: Message | MessagePlace): MessagePlace => ({ conversationId, seq });
