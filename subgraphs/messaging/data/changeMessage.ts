import { fingerprintOf } from '#platform/idempotency.ts';
import { isUuid } from '#platform/ids.ts';
import { requireViewer } from '#platform/subgraph/authorise.ts';
import type { Conversation } from '../domain/conversation.ts';
import { MESSAGE_CHANGE_BUCKET, REACTION_BUCKET } from '../domain/limits.ts';
import type { Message } from '../domain/message.ts';
import { changeFault, type MessageAction, type MessageChangeAnswer, messageActionFault } from '../domain/messageChange.ts';
import { type MessageChangeRefusal, messageChangeRefusalOf } from '../domain/messageChangeRefusal.ts';
import { type MessagePlace, messagePlaceOf } from '../domain/messageId.ts';
import type { CommandLane } from './commandLane.ts';
import { visibleConversation } from './groups.ts';
import { type JudgeEditParts, judgeEdit } from './judgeEdit.ts';
import type { Loaders } from './loaders.ts';
import { type SubmitParts, submitCommand } from './submitCommand.ts';

export interface ChangeMessageParts extends SubmitParts, JudgeEditParts {
  readonly lanes: { readonly messages: CommandLane<MessageAction, MessageChangeAnswer> };
  readonly loaders: Pick<Loaders, 'messages' | 'conversations' | 'members'>;
}

type ChangeContext = ChangeMessageParts & Parameters<typeof requireViewer>[0];

/** What came of a wish about a message: the message as it is now. */
export interface MessageChangeResult {
  readonly message: Message | null;
  readonly userErrors: readonly MessageChangeRefusal[];
}

/** Submits the viewer's wish about one message. `raw`: what of the input is not in the message's id, for the fingerprint. */
export const changeMessage = async (
  input: { readonly messageId: string; readonly idempotencyKey: string },
  actionAt: (place: MessagePlace) => MessageAction,
  context: ChangeContext,
  raw: readonly string[] = [],
): Promise<MessageChangeResult> => {
  const viewer = requireViewer(context);
  const action = actionAt(messagePlaceOf(input.messageId) ?? NOWHERE);
  const wish = { key: input.idempotencyKey, action, raw: [input.messageId, ...raw] };
  const refusal = await submitChange(viewer, wish, context);
  if (refusal !== null) return { message: null, userErrors: [refusal] };
  return { message: await context.loaders.messages.load(input.messageId), userErrors: [] };
};

/** Submits the viewer's wish about what a conversation announces. */
export const announce = async (
  input: { readonly conversationId: string; readonly idempotencyKey: string; readonly text?: string | null | undefined },
  context: ChangeContext,
): Promise<{ readonly conversation: Conversation | null; readonly userErrors: readonly MessageChangeRefusal[] }> => {
  const viewer = requireViewer(context);
  const { conversationId, text = null } = input;
  const action = { type: 'announce', conversationId, text: text?.trim() ?? null } as const;
  const refusal = await submitChange(viewer, { key: input.idempotencyKey, action, raw: [conversationId, text] }, context);
  if (refusal !== null) return { conversation: null, userErrors: [refusal] };
  return { conversation: await visibleConversation(conversationId, viewer.id, context.loaders), userErrors: [] };
};

const submitChange = async (
  viewer: ReturnType<typeof requireViewer>,
  { key, action, raw }: { readonly key: string; readonly action: MessageAction; readonly raw: readonly (string | null)[] },
  { lanes, store, signal, ...parts }: ChangeContext,
): Promise<MessageChangeRefusal | null> => {
  const fault = isUuid(action.conversationId) ? messageActionFault(action) : 'MESSAGE_NOT_FOUND';
  if (fault !== null) return messageChangeRefusalOf(changeFault(fault), action.type);
  const wish = { key, fingerprint: fingerprintOf(`message.${action.type}`, ...raw), action };
  const pace = action.type === 'react' || action.type === 'unreact' ? REACTION_PACE : CHANGE_PACE;
  const { answer, retryAfterMs } = await submitCommand(lanes.messages, viewer, wish, {
    store,
    signal,
    pace,
    prepare: async (wanted) => (wanted.type === 'edit' ? judgeEdit(wanted, viewer, parts) : wanted),
  });
  if (answer === null) return messageChangeRefusalOf(changeFault('RATE_LIMITED'), action.type, retryAfterMs);
  return answer.ok ? null : messageChangeRefusalOf(answer, action.type);
};

/** Where no message stands. */
const NOWHERE: MessagePlace = { conversationId: '', seq: 0 };
const CHANGE_PACE = { name: 'messages', bucket: MESSAGE_CHANGE_BUCKET };
const REACTION_PACE = { name: 'reactions', bucket: REACTION_BUCKET };
