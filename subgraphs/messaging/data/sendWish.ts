import { fingerprintOf } from '#platform/idempotency.ts';
import type { CustomContent, MessageBody } from '../domain/message.ts';
import type { ContentFault } from '../domain/posting.ts';
import { bodyOf } from '../domain/sendInput.ts';
import type { Loaders } from './loaders.ts';
import { customViolation } from './messageSchemas.ts';
import type { Objection } from './sendRules.ts';

/** The input of sendMessage. */
interface SendMessageFields {
  readonly conversationId: string;
  readonly text?: string;
  readonly replyToId?: string | null | undefined;
  readonly mentionedUserIds?: readonly string[];
  readonly mentionsAll?: boolean;
  readonly custom?: CustomContent | null | undefined;
  readonly attachmentIds?: readonly string[];
  readonly idempotencyKey: string;
}

/** What somebody wants to say, with what is wrong with it as far as that can be seen before the lane. `objection`: holds only while the key is new. */
export interface SendWish {
  readonly key: string;
  readonly fingerprint: string;
  readonly conversationId: string;
  readonly body: MessageBody | ContentFault;
  /** Of uploads, whose files come into the body when they are looked up. */
  readonly attachmentIds: readonly string[];
  readonly objection: Objection | null;
}

/** Reads what somebody wants to say, and looks up what it names outside of its conversation. */
export const sendWishOf = async (input: SendMessageFields, loaders: Pick<Loaders, 'messageSchemas'>): Promise<SendWish> => {
  const {
    conversationId,
    text = '',
    mentionedUserIds = [],
    mentionsAll = false,
    replyToId = null,
    custom = null,
    attachmentIds = [],
  } = input;
  const body = bodyOf({ conversationId, text, replyToId, mentionedUserIds, mentionsAll, custom, attachmentIds });
  // A plain text keeps the fingerprint that it has always had.
  const more = [
    replyToId,
    ...mentionedUserIds,
    ...(mentionsAll ? [true] : []),
    ...(custom === null ? [] : [custom.schema, custom.data]),
    ...(attachmentIds.length === 0 ? [] : ['attachments', ...attachmentIds]),
  ];
  const fingerprint = fingerprintOf(
    'sendMessage',
    conversationId,
    text,
    ...(more.every((each) => each === null) ? [] : [JSON.stringify(more)]),
  );
  const violation = typeof body === 'string' || body.custom === null ? null : await customFault(body.custom, loaders);
  return { key: input.idempotencyKey, fingerprint, conversationId, body, attachmentIds, objection: violation };
};

const customFault = async (custom: CustomContent, { messageSchemas }: Pick<Loaders, 'messageSchemas'>): Promise<Objection | null> => {
  const message = customViolation(custom, await messageSchemas.load(custom.schema));
  return message === null ? null : { type: 'refuse', code: 'CUSTOM_INVALID', message };
};
