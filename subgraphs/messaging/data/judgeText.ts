import { newId } from '#platform/ids.ts';
import type { Conversation } from '../domain/conversation.ts';
import { textBody } from '../domain/message.ts';
import { type ChangeActor, HELD_EDIT, type MessageAction, type MessageChangeFault } from '../domain/messageChange.ts';
import type { Draft, SendSession } from './sendRules.ts';

/** What the rules leave of a text that is no new message, or why it is not said. */
export const judgeText = (session: SendSession | null, draft: Draft): string | MessageChangeFault => {
  const verdict = session?.decide(draft) ?? null;
  if (verdict === null) return draft.body.text;
  if (verdict.type === 'change') return verdict.body.text;
  session?.settled?.(draft, 'refused');
  if (verdict.type === 'refuse') return { ok: false, code: 'REFUSED', reason: verdict.code, message: verdict.message };
  return HELD_EDIT;
};

/** What everybody there is shown of an action besides messages, in the words of whoever wants it: what is announced, and the name of a reaction. Null: nothing. */
export const saidBy = (action: MessageAction): string | null => {
  if (action.type === 'announce') return action.text;
  return action.type === 'react' && action.emoji.startsWith(':') ? action.emoji : null;
};

/** Such a text, as the rules for messages see it. */
export const asideOf = (conversation: Conversation, { id, isOperator }: Pick<ChangeActor, 'id' | 'isOperator'>, text: string): Draft => ({
  eventId: newId(),
  conversation,
  author: { id, isOperator },
  body: textBody(text),
  aside: true,
});
