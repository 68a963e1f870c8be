import type { Conversation } from '../domain/conversation.ts';
import type { MessageBody } from '../domain/message.ts';
import type { PostedEvent } from '../domain/roomEvent.ts';
import type { Author, Objection } from './sendRules.ts';

/** A message on its way into the lane. */
export interface SendContext {
  readonly conversation: Conversation;
  readonly author: Author;
  readonly body: MessageBody;
  /** Id of the message that its author edits into this one; absent: a new message. */
  readonly replaces?: string;
}

/** What was posted, in the order of their logs: messages, those of services among them, and what services told clients' machines. */
export interface AppendContext {
  readonly events: readonly PostedEvent[];
}

/** Who came or went. Many at once in a busy room. */
export interface PresenceContext {
  readonly conversationId: string;
  readonly userIds: readonly string[];
  readonly at: Date;
}

/** How far somebody has read: up to which messageNumber. */
export interface ReadContext {
  readonly conversationId: string;
  readonly userId: string;
  readonly number: number;
}

/** What the core tells its modules, after COMMIT. Returns at once and never throws: whoever it is about does not wait. */
export interface ModuleEvents {
  appended(context: AppendContext): void;
  joined(context: PresenceContext): void;
  left(context: PresenceContext): void;
  read(context: ReadContext): void;
}

/** What the modules say to a message before the lane. `pass`: it may be posted like this. `object`: so the rules inside the lane shall say, as long as its key is new.
 * `unavailable`: a module that has to be asked did not answer. */
export type GateAnswer =
  | { readonly type: 'pass'; readonly body: MessageBody }
  | { readonly type: 'object'; readonly body: MessageBody; readonly objection: Objection }
  | { readonly type: 'unavailable' };

/** Asks the modules about messages before they go into the lane. */
export interface SendGate {
  /** Whether any module wants to be asked. */
  readonly asks: boolean;
  beforeSend(context: SendContext): Promise<GateAnswer>;
}
