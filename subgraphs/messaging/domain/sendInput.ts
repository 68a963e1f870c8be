import { ATTACHMENTS_MAX, CUSTOM_BYTES_MAX, MENTIONS_MAX, USER_ID_CHARACTERS_MAX } from './limits.ts';
import type { CustomContent, MessageBody } from './message.ts';
import { messagePlaceOf } from './messageId.ts';
import { type ContentFault, textFault } from './posting.ts';

/** What somebody wants to say, as the graph hands it over. */
export interface SendInput {
  readonly conversationId: string;
  readonly text: string;
  readonly replyToId: string | null;
  readonly mentionedUserIds: readonly string[];
  readonly mentionsAll: boolean;
  readonly custom: CustomContent | null;
  /** Of uploads. */
  readonly attachmentIds: readonly string[];
}

/** Names of forms: words with dots, dashes and slashes between them, and a version where there is one: "poll", "shop.offer/2". */
const SCHEMA_NAME = /^(?=.{1,64}$)[a-z][a-z0-9]*(?:[./-][a-z0-9]+)*$/;

export const isSchemaName = (name: string): boolean => SCHEMA_NAME.test(name);

/** A message made from its input, white space cut off and everybody mentioned once, still without its files; or what is wrong with it. Whether what it names is there, is decided in the lane. */
export const bodyOf = (input: SendInput): MessageBody | ContentFault => {
  const { custom, mentionsAll, attachmentIds } = input;
  const text = input.text.trim();
  const mentionedUserIds = [...new Set(input.mentionedUserIds)];
  if (mentionedUserIds.length > MENTIONS_MAX) return 'TOO_MANY_MENTIONS';
  if (!mentionedUserIds.every((id) => id.length > 0 && id.length <= USER_ID_CHARACTERS_MAX)) return 'USER_ID_INVALID';
  const replyTo = input.replyToId === null ? null : messagePlaceOf(input.replyToId);
  if (input.replyToId !== null && replyTo?.conversationId !== input.conversationId) return 'REPLY_NOT_FOUND';
  if (custom !== null && !isCustom(custom)) return 'CUSTOM_INVALID';
  if (attachmentIds.length > ATTACHMENTS_MAX || new Set(attachmentIds).size < attachmentIds.length) return 'TOO_MANY_ATTACHMENTS';
  if (attachmentIds.length > 0 && custom !== null) return 'ATTACHMENTS_AND_CUSTOM';
  const fault = textFault(text);
  if (fault !== null && (fault !== 'TEXT_EMPTY' || (custom === null && attachmentIds.length === 0))) return fault;
  const type = custom === null ? 'TEXT' : 'CUSTOM';
  return { type, text, attachments: [], custom, system: null, replyToSeq: replyTo?.seq ?? null, mentionedUserIds, mentionsAll };
};

/** The data of a custom message, read; undefined where it is no JSON object. */
export const customDataOf = (data: string): object | undefined => {
  try {
    const read: unknown = JSON.parse(data);
    return typeof read === 'object' && read !== null && !Array.isArray(read) ? read : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
};

/** Whether it has the form of custom data: a name, and a JSON object that is not too large. */
export const isCustom = ({ schema, data }: CustomContent): boolean =>
  isSchemaName(schema) && Buffer.byteLength(data) <= CUSTOM_BYTES_MAX && customDataOf(data) !== undefined;
