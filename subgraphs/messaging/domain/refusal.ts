import { CHAT_RULE_CODES } from './chatModes.ts';
import { ATTACHMENTS_MAX, CUSTOM_BYTES_MAX, MENTIONS_MAX, TEXT_CHARACTERS_MAX, USER_ID_CHARACTERS_MAX } from './limits.ts';
import type { CoreRefusalCode, SendRefusal } from './posting.ts';

/** Codes of the shipped modules, which say themselves what is wrong. Any other code of a module is REFUSED, with `reason` naming it. */
export const MODULE_REFUSAL_CODES = ['BANNED', 'MUTED', 'BLOCKED', 'BLOCKING', ...CHAT_RULE_CODES, 'HELD', 'MODULE_UNAVAILABLE'] as const;
export type ModuleRefusalCode = (typeof MODULE_REFUSAL_CODES)[number];

/** Of a message about which a module had to be asked that threw or did not answer in time. */
export const MODULE_UNAVAILABLE = {
  code: 'MODULE_UNAVAILABLE',
  message: 'A check that every message here has to pass is out of order. Try again later, with a new idempotencyKey.',
} as const;

/** A refusal as its author sees it. `field`: path of the input field at fault. `reason`: the code of a module that this graph does not know. */
export interface ShownRefusal {
  readonly code: CoreRefusalCode | ModuleRefusalCode | 'REFUSED';
  readonly message: string;
  readonly field: readonly string[] | null;
  readonly reason: string | null;
}

/** The author's view of a refusal. `retryAfterMs`: for RATE_LIMITED, when the next message is taken. */
export const showRefusal = ({ code, message }: SendRefusal, retryAfterMs = 0): ShownRefusal => {
  if (isCoreCode(code)) {
    const [sentence, field] = CORE_REFUSALS[code];
    const wait = code === 'RATE_LIMITED' ? ` Try again in ${retryAfterMs} ms with the same idempotencyKey.` : '';
    // What is known better than by the code alone.
    const told = message === null || message === code ? sentence : message;
    return { code, message: told + wait, field, reason: null };
  }
  const known = MODULE_REFUSAL_CODES.find((each) => each === code);
  return { code: known ?? 'REFUSED', message: message ?? code, field: null, reason: known === undefined ? code : null };
};

/** The same refusal in the words of a mutation that calls the conversation so: `postMessage` knows rooms alone. An answer that is stored for a key may be from before there were others. */
export const refusalIn = (idField: 'roomId' | 'conversationId', refusal: ShownRefusal): ShownRefusal => {
  const named = NOT_FOUND.has(refusal.code)
    ? showRefusal({ code: idField === 'roomId' ? 'ROOM_NOT_FOUND' : 'CONVERSATION_NOT_FOUND', message: null })
    : refusal;
  const isAboutId = named.field?.some((name) => name === 'roomId' || name === 'conversationId') === true;
  return isAboutId ? { ...named, field: ['input', idField] } : named;
};

const NOT_FOUND: ReadonlySet<string> = new Set(['ROOM_NOT_FOUND', 'CONVERSATION_NOT_FOUND']);

const isCoreCode = (code: string): code is CoreRefusalCode => Object.hasOwn(CORE_REFUSALS, code);

const CORE_REFUSALS: Readonly<Record<CoreRefusalCode, readonly [message: string, field: readonly string[] | null]>> = {
  ROOM_NOT_FOUND: ['There is no room with this id. A room opens when its stream first goes live.', ['input', 'roomId']],
  ROOM_CLOSED: ['The stream is over, so its room takes no messages.', ['input', 'roomId']],
  CONVERSATION_NOT_FOUND: ['There is no such conversation, or the caller is not in it.', ['input', 'conversationId']],
  CONVERSATION_CLOSED: ['The group is closed: it can be read, no longer written to.', ['input', 'conversationId']],
  NOT_A_MEMBER: ['Only members can post in this public group. Join it first (joinGroup).', ['input', 'conversationId']],
  TEXT_EMPTY: ['Nothing is left of the text once white space is cut off.', ['input', 'text']],
  TEXT_TOO_LONG: [`A message has at most ${TEXT_CHARACTERS_MAX} characters.`, ['input', 'text']],
  TOO_MANY_MENTIONS: [`A message mentions at most ${MENTIONS_MAX} people.`, ['input', 'mentionedUserIds']],
  USER_ID_INVALID: [`A user's id has 1 to ${USER_ID_CHARACTERS_MAX} characters.`, ['input', 'mentionedUserIds']],
  REPLY_NOT_FOUND: ['There is no such message in this conversation, or it was recalled.', ['input', 'replyToId']],
  MENTIONS_ALL_NOT_ALLOWED: ['This conversation does not let the caller mention everybody (permissions).', ['input', 'mentionsAll']],
  CUSTOM_INVALID: [
    `A custom message has a schema's name (lower-case words with . / or - between them) and a JSON object of at most ${CUSTOM_BYTES_MAX} bytes.`,
    ['input', 'custom'],
  ],
  ATTACHMENTS_NOT_ALLOWED: ['This conversation does not let the caller send images and files (permissions).', ['input', 'attachmentIds']],
  TOO_MANY_ATTACHMENTS: [`A message has at most ${ATTACHMENTS_MAX} files, each once.`, ['input', 'attachmentIds']],
  ATTACHMENT_NOT_FOUND: ['There is no such upload of the caller for this conversation (createUpload).', ['input', 'attachmentIds']],
  ATTACHMENT_EXPIRED: ['An upload was not used in time. Upload the file again (createUpload).', ['input', 'attachmentIds']],
  ATTACHMENT_USED: ['An upload is in a message already. Upload the file again (createUpload).', ['input', 'attachmentIds']],
  ATTACHMENT_MISSING: [
    'A file is not there, or not as it was declared. Put it to the address of its upload, then send with a new idempotencyKey.',
    ['input', 'attachmentIds'],
  ],
  ATTACHMENTS_AND_CUSTOM: ['A message has files or custom data, not both.', ['input', 'attachmentIds']],
  FILES_UNAVAILABLE: ['The store of the files does not answer. Try again in a moment with the same idempotencyKey.', null],
  RATE_LIMITED: ['You, your network or this conversation post faster than the limit.', null],
  IDEMPOTENCY_CONFLICT: [
    'This idempotencyKey was used before with other input. Use a new key for a new wish.',
    ['input', 'idempotencyKey'],
  ],
};
