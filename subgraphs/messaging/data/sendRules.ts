import type { Transaction } from '#platform/database/database.ts';
import type { Conversation } from '../domain/conversation.ts';
import type { MessageBody } from '../domain/message.ts';
import type { HeldReason } from '../domain/queueItem.ts';

/** Who wants to say something. `isOperator`: may moderate everywhere. */
export interface Author {
  readonly id: string;
  readonly isOperator: boolean;
}

/** A message that somebody wants to send, before it is decided. */
export interface Draft {
  /** The id that its event gets when it is posted. */
  readonly eventId: string;
  readonly conversation: Conversation;
  readonly author: Author;
  readonly body: MessageBody;
  /** Id of the message that its author edits into this one; absent: a new message. An edit is only decided about: `settled` hears of it where it was refused. */
  readonly replaces?: string;
  /** No message: the name of a reaction, what the conversation announces, or what it is called. What it says is judged, not who may write there and how often; like an edit it is only decided about. */
  readonly aside?: true;
  /** A moderator has looked at it and lets it through: modes and filters have had their say, and what would hold it counts no more. */
  readonly approved?: true;
}

/** What is said to a draft. null: nothing against it. `change`: it is posted like this. `hold`: it waits for a moderator, who is told the
 * `reason`; its author learns no more than `because` (absent: CHECK). `code`: in SCREAMING_SNAKE_CASE; `message`: what is wrong and what to do, in English, for developers. */
export type Verdict =
  | null
  | { readonly type: 'change'; readonly body: MessageBody }
  | { readonly type: 'refuse'; readonly code: string; readonly message: string }
  | { readonly type: 'hold'; readonly reason: string; readonly because?: HeldReason };

/** A verdict that keeps a message from being posted. */
export type Objection = Extract<Verdict, { readonly type: 'refuse' | 'hold' }>;

/** The rules of one batch, with all that they need to know in memory. `decide` is asked in the order in which the drafts came, and told through `settled` what became of each
 * before it is asked about the next; `body`: as it is posted. */
export interface SendSession {
  decide(draft: Draft): Verdict;
  settled?(draft: Draft, what: Settled): void;
  /** Writes what is to be remembered, by a fixed number of statements, before the batch's messages are appended. */
  save?(): Promise<void>;
}

export type Settled = 'posted' | 'refused' | { readonly heldFor: string };

/** What decides inside the posting lane, where it must be exact: the conversations of all drafts are locked. `open` reads what the whole batch needs by a fixed number of
 * statements. `now`: by the clock of PostgreSQL, after the locks. It may lock rows of its own after the conversations', by shard and key. */
export interface SendRules {
  open(tx: Transaction, drafts: readonly Draft[], now: Date): Promise<SendSession>;
}
