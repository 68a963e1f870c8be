import type { Viewer } from '#platform/subgraph/authorise.ts';
import { type EditAction, HELD_EDIT, type MessageChangeFault } from '../domain/messageChange.ts';
import { messageIdOf } from '../domain/messageId.ts';
import { MODULE_UNAVAILABLE } from '../domain/refusal.ts';
import type { Loaders } from './loaders.ts';
import type { SendGate } from './moduleEvents.ts';
import type { Objection } from './sendRules.ts';
import { bodyWith } from './textDesk.ts';

export interface JudgeEditParts {
  readonly modules: SendGate;
  readonly loaders: Pick<Loaders, 'messages' | 'conversations'>;
}

/** An edit as the modules leave it that are asked before the lane, as they are about new messages. About what the lane refuses anyway nobody is asked. */
export const judgeEdit = async (edit: EditAction, viewer: Viewer, { modules, loaders }: JudgeEditParts): Promise<EditAction> => {
  const id = messageIdOf(edit);
  const message = modules.asks ? await loaders.messages.load(id) : null;
  // The lane is about to change it.
  loaders.messages.clear(id);
  if (message === null || message.authorId !== viewer.id || message.isRecalled) return edit;
  const conversation = await loaders.conversations.load(message.conversationId);
  if (conversation === null) return edit;
  const author = { id: viewer.id, isOperator: viewer.scopes.includes('ops:write') };
  const answer = await modules.beforeSend({ conversation, author, body: bodyWith(message, edit.text), replaces: message.id });
  switch (answer.type) {
    case 'pass':
      return { ...edit, text: answer.body.text };
    case 'unavailable':
      return { ...edit, refusal: { ok: false, code: 'REFUSED', reason: MODULE_UNAVAILABLE.code, message: MODULE_UNAVAILABLE.message } };
    case 'object':
      return { ...edit, refusal: refusalBy(answer.objection) };
  }
};

const refusalBy = (objection: Objection): MessageChangeFault =>
  objection.type === 'hold' ? HELD_EDIT : { ok: false, code: 'REFUSED', reason: objection.code, message: objection.message };
