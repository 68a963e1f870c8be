import type { Author, SendRules, Verdict } from '../data/sendRules.ts';
import type { Conversation } from '../domain/conversation.ts';
import type { MessageBody } from '../domain/message.ts';
import type { ChatEvent } from '../domain/roomEvent.ts';

/** A message on its way into the lane. `address`: where its author sends from; null where that is not known. */
export interface SendContext {
  readonly conversation: Conversation;
  readonly author: Author;
  readonly body: MessageBody;
}

/** Messages that were posted, in the order of their logs. */
export interface AppendContext {
  readonly events: readonly ChatEvent[];
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

/** One thing that a module does. `budgetMs`: it has so long; `signal` aborts at its end. */
export interface Hook<Context, Answer> {
  readonly budgetMs: number;
  run(context: Context, signal: AbortSignal): Answer | Promise<Answer>;
}

/** `onFailure`: what becomes of a message when the hook throws or takes too long: `open` lets it through, `closed` refuses it (MODULE_UNAVAILABLE). */
export interface SendHook extends Hook<SendContext, Verdict> {
  readonly onFailure: 'open' | 'closed';
}

/** Behaviour that is added to the core, which knows of none. What a module needs it gets when it is made; nothing else of the house changes for it. */
export interface Module {
  /** Unique; names its metrics and its lines in the log. */
  readonly name: string;
  /** Modules are asked in ascending order; the first to refuse or to hold a message has the last word, a change is seen by those after it. */
  readonly order: number;
  /** Asked before a message goes into the lane, where there is time to ask others. A message with a known idempotencyKey gets its stored answer whatever is said here. */
  readonly beforeSend?: SendHook;
  /** Decides inside the lane, under the conversations' locks: for rules that must be exact. */
  readonly rules?: SendRules;
  /** Hears after COMMIT, at most once: what has to happen belongs into the rules' `save`. */
  readonly afterAppend?: Hook<AppendContext, void>;
  readonly onJoin?: Hook<PresenceContext, void>;
  readonly onLeave?: Hook<PresenceContext, void>;
  readonly onRead?: Hook<ReadContext, void>;
  close?(): Promise<void>;
}
