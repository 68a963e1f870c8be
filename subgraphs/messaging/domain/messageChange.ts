import type { Conversation } from './conversation.ts';
import { ANNOUNCEMENT_CHARACTERS_MAX, EDIT_WINDOW_MS, EDITS_MAX, PINS_MAX, REACTION_KINDS_MAX, RECALL_WINDOW_MS } from './limits.ts';
import type { Message } from './message.ts';
import { textFault } from './posting.ts';
import { isReaction } from './reaction.ts';
import { mayDo, type Overrides, type RoleHolder } from './role.ts';

/** What somebody wants to happen to a message, which stands at `seq` in its conversation's log, or to what a conversation announces. Texts have their white space cut off. */
export type MessageAction =
  | { readonly type: 'recall'; readonly conversationId: string; readonly seq: number }
  | EditAction
  | ReactionAction
  | { readonly type: 'pin' | 'unpin'; readonly conversationId: string; readonly seq: number }
  /** null: nothing any more. */
  | { readonly type: 'announce'; readonly conversationId: string; readonly text: string | null };

export interface ReactionAction {
  readonly type: 'react' | 'unreact';
  readonly conversationId: string;
  readonly seq: number;
  readonly emoji: string;
}

/** Another text for a message. `refusal`: what was said against it before it came into the lane. */
export interface EditAction {
  readonly type: 'edit';
  readonly conversationId: string;
  readonly seq: number;
  readonly text: string;
  readonly refusal?: MessageChangeFault;
}

export type MessageChangeCode =
  | 'MESSAGE_NOT_FOUND'
  | 'CONVERSATION_NOT_FOUND'
  | 'CONVERSATION_CLOSED'
  | 'NOT_ALLOWED'
  | 'TOO_LATE'
  | 'RECALLED'
  | 'NOT_EDITABLE'
  | 'TOO_MANY_EDITS'
  | 'TEXT_EMPTY'
  | 'TEXT_TOO_LONG'
  | 'EMOJI_INVALID'
  | 'TOO_MANY_REACTIONS'
  | 'TOO_MANY_PINS'
  | 'REFUSED'
  | 'RATE_LIMITED'
  | 'IDEMPOTENCY_CONFLICT';

/** Why something was refused. `reason`, `message`: of REFUSED, what the rule that refuses says. */
export interface MessageChangeFault {
  readonly ok: false;
  readonly code: MessageChangeCode;
  readonly reason: string | null;
  readonly message: string | null;
}

export type MessageChangeAnswer = { readonly ok: true } | MessageChangeFault;

/** Who wants it, and what they may in this conversation. `overrides`: which roles it asks for. `isSilenced`: they are banned, timed out or muted, or one of two who are alone there blocks the other. */
export interface ChangeActor extends RoleHolder {
  readonly id: string;
  readonly overrides: Overrides;
  readonly isSilenced: boolean;
}

/** What is stored, as it stands after the commands before this one. `now`: by the clock of PostgreSQL. */
export interface ChangeState {
  readonly conversation: Conversation;
  readonly message: Message;
  readonly now: Date;
}

/** What would wait for a moderator as a new message is refused as an edit: what it said before is there already. */
export const HELD_EDIT: MessageChangeFault = {
  ok: false,
  code: 'REFUSED',
  reason: 'HELD',
  message: 'A moderator would have to look at this text first. Send it as a new message.',
};

/** A filter finds something in the name of a reaction that it would mask in a text. */
export const MASKED_REACTION: MessageChangeFault = {
  ok: false,
  code: 'REFUSED',
  reason: 'FILTERED',
  message: 'Something in the name of this reaction is not said here. Take another one.',
};

/** A refusal that its code explains. */
export const changeFault = (code: MessageChangeCode): MessageChangeFault => ({ ok: false, code, reason: null, message: null });

/** What is wrong with the input alone, or null. */
export const messageActionFault = (action: MessageAction): MessageChangeCode | null => {
  if ((action.type === 'react' || action.type === 'unreact') && !isReaction(action.emoji)) return 'EMOJI_INVALID';
  if (action.type !== 'announce' || action.text === null) return null;
  if (action.text === '') return 'TEXT_EMPTY';
  return [...action.text].length > ANNOUNCEMENT_CHARACTERS_MAX ? 'TEXT_TOO_LONG' : null;
};

/** Whether somebody may learn that there is this message: whoever may read the conversation. */
export const seesMessage = ({ conversation }: Pick<ChangeState, 'conversation'>, actor: ChangeActor): boolean =>
  actor.isOperator || takesPart(conversation, actor);

/** Why a message is not taken back, or null. Its author may for a while, moderators at any time. */
export const recallFault = (state: ChangeState, actor: ChangeActor): MessageChangeCode | null => {
  const { message, now } = state;
  if (message.isRecalled) return 'RECALLED';
  // What a service of the platform says is not for a conversation's moderators to take back.
  if (message.type === 'SYSTEM' ? actor.isOperator : mayDo(actor, 'RECALL', actor.overrides)) return null;
  if (message.authorId !== actor.id) return 'NOT_ALLOWED';
  return now.getTime() - message.sentAt.getTime() > RECALL_WINDOW_MS ? 'TOO_LATE' : null;
};

/** Why a message does not get this text, or null. Whatever rules there are for new messages are asked besides. */
export const editFault = (state: ChangeState, actor: ChangeActor, text: string): MessageChangeCode | null => {
  const { message, conversation, now } = state;
  if (message.authorId !== actor.id) return 'NOT_ALLOWED';
  if (message.isRecalled) return 'RECALLED';
  if (!takesPart(conversation, actor)) return 'NOT_ALLOWED';
  if (conversation.status !== 'OPEN') return 'CONVERSATION_CLOSED';
  if (message.type === 'CUSTOM' || message.type === 'SYSTEM') return 'NOT_EDITABLE';
  if (now.getTime() - message.sentAt.getTime() > EDIT_WINDOW_MS) return 'TOO_LATE';
  if (message.editCount >= EDITS_MAX) return 'TOO_MANY_EDITS';
  const fault = textFault(text);
  return fault === 'TEXT_EMPTY' && message.type !== 'TEXT' ? null : fault;
};

/** Why somebody may not react, or take a reaction back, or null. `kinds`: different reactions that the message has without this one. */
export const reactionFault = (
  state: ChangeState,
  actor: ChangeActor,
  wish: { readonly adds: boolean; readonly kinds: number },
): MessageChangeCode | null => {
  const { message, conversation } = state;
  if (message.isRecalled) return 'RECALLED';
  if (!takesPart(conversation, actor) || actor.isSilenced) return 'NOT_ALLOWED';
  if (conversation.status !== 'OPEN') return 'CONVERSATION_CLOSED';
  return wish.adds && wish.kinds >= REACTION_KINDS_MAX ? 'TOO_MANY_REACTIONS' : null;
};

/** Why a message is not pinned or unpinned, or null. Who may not write there puts nothing before everybody either. `pins`: messages that are pinned without this one. */
export const pinFault = (
  state: ChangeState,
  actor: ChangeActor,
  wish: { readonly adds: boolean; readonly pins: number },
): MessageChangeCode | null => {
  if (!mayDo(actor, 'PIN', actor.overrides) || (wish.adds && actor.isSilenced)) return 'NOT_ALLOWED';
  if (!wish.adds) return null;
  if (state.message.isRecalled) return 'RECALLED';
  return wish.pins >= PINS_MAX ? 'TOO_MANY_PINS' : null;
};

/** Why somebody does not announce this here, or null. `text`: null takes back what is announced, which who may not write there may, too. */
export const announcementFault = (
  conversation: Conversation | undefined,
  actor: ChangeActor,
  text: string | null,
): MessageChangeCode | null => {
  if (conversation === undefined || !seesMessage({ conversation }, actor)) return 'CONVERSATION_NOT_FOUND';
  return mayDo(actor, 'ANNOUNCE', actor.overrides) && !(actor.isSilenced && text !== null) ? null : 'NOT_ALLOWED';
};

const takesPart = ({ kind }: Conversation, { role }: ChangeActor): boolean => kind === 'ROOM' || role !== 'GUEST';
