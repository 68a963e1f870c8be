import {
  ANNOUNCEMENT_CHARACTERS_MAX,
  EDIT_WINDOW_MS,
  EDITS_MAX,
  PINS_MAX,
  REACTION_KINDS_MAX,
  RECALL_WINDOW_MS,
  TEXT_CHARACTERS_MAX,
} from './limits.ts';
import type { MessageAction, MessageChangeCode, MessageChangeFault } from './messageChange.ts';

/** Why something was not done to a message, as the graph shows it. `field`: path of the input field at fault. */
export interface MessageChangeRefusal {
  readonly code: MessageChangeCode;
  readonly message: string;
  readonly field: readonly string[] | null;
  /** Of REFUSED: the rule's own code. */
  readonly reason: string | null;
}

export const isMessageChangeCode = (text: string): text is MessageChangeCode => Object.hasOwn(REFUSALS, text);

/** A refusal with its sentence. `retryAfterMs`: for RATE_LIMITED, when the next command is taken. */
export const messageChangeRefusalOf = (
  { code, reason, message }: Omit<MessageChangeFault, 'ok'>,
  action: MessageAction['type'],
  retryAfterMs = 0,
): MessageChangeRefusal => {
  const [sentence, field] = REFUSALS[code];
  const wait = code === 'RATE_LIMITED' ? ` Try again in ${retryAfterMs} ms with the same idempotencyKey.` : '';
  const told = code === 'TOO_LATE' ? lateSentence(action) : code === 'TEXT_TOO_LONG' ? longSentence(action) : sentence;
  const at = code === 'REFUSED' && action === 'react' ? 'emoji' : field;
  return { code, message: (message ?? told) + wait, field: at === null ? null : ['input', at], reason };
};

const lateSentence = (action: MessageAction['type']): string => {
  const [what, windowMs] =
    action === 'edit' ? (['edited', EDIT_WINDOW_MS] as const) : (['recalled by its author', RECALL_WINDOW_MS] as const);
  return `A message can be ${what} for ${windowMs / MINUTE_MS} minutes after it was sent.`;
};

const longSentence = (action: MessageAction['type']): string =>
  action === 'announce'
    ? `An announcement has at most ${ANNOUNCEMENT_CHARACTERS_MAX} characters.`
    : `A message has at most ${TEXT_CHARACTERS_MAX} characters.`;

const MINUTE_MS = 60_000;

const REFUSALS: Readonly<Record<MessageChangeCode, readonly [message: string, field: string | null]>> = {
  MESSAGE_NOT_FOUND: ['There is no such message, or the caller cannot read it.', 'messageId'],
  CONVERSATION_NOT_FOUND: ['There is no such conversation, or the caller is not in it.', 'conversationId'],
  CONVERSATION_CLOSED: ['The conversation is closed: it can be read, no longer written to.', null],
  NOT_ALLOWED: [
    'Authors change their own messages; who else may do this the conversation says (permissions), and nobody who is banned, timed out or muted.',
    null,
  ],
  TOO_LATE: ['The time for this is over.', 'messageId'],
  RECALLED: ['The message was recalled: nothing more happens to it.', 'messageId'],
  NOT_EDITABLE: ['Only texts can be edited. Recall the message and send another one.', 'messageId'],
  TOO_MANY_EDITS: [`A message can be edited ${EDITS_MAX} times.`, 'messageId'],
  TEXT_EMPTY: ['Nothing is left of the text once white space is cut off.', 'text'],
  TEXT_TOO_LONG: ['The text is too long.', 'text'],
  EMOJI_INVALID: ['A reaction is one emoji, or a code such as ":fanfare:" (lower-case letters, digits, _, + and -, at most 32).', 'emoji'],
  TOO_MANY_REACTIONS: [`A message has at most ${REACTION_KINDS_MAX} different reactions: choose one of those that are there.`, 'emoji'],
  TOO_MANY_PINS: [`A conversation has at most ${PINS_MAX} pinned messages: unpin one first.`, 'messageId'],
  REFUSED: ['A rule of this platform refuses the text.', 'text'],
  RATE_LIMITED: ['You change messages faster than the limit.', null],
  IDEMPOTENCY_CONFLICT: ['This idempotencyKey was used before with other input. Use a new key for a new wish.', 'idempotencyKey'],
};
