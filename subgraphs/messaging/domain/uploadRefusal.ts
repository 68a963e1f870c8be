import { FILE_BYTES_MAX, FILE_NAME_CHARACTERS_MAX, IMAGE_BYTES_MAX, IMAGE_PIXELS_MAX, OPEN_UPLOADS_MAX, UPLOAD_USE_MS } from './limits.ts';
import { FILE_TYPES, IMAGE_TYPES, type UploadCode } from './upload.ts';

/** Why an upload was refused. `field`: path of the input field at fault. */
export interface UploadRefusal {
  readonly code: UploadCode;
  readonly message: string;
  readonly field: readonly string[] | null;
}

export const isUploadCode = (text: string): text is UploadCode => Object.hasOwn(REFUSALS, text);

/** A refusal with its sentence. `retryAfterMs`: for RATE_LIMITED, when the next upload is taken. */
export const uploadRefusalOf = (code: UploadCode, retryAfterMs = 0): UploadRefusal => {
  const [message, field] = REFUSALS[code];
  const wait = code === 'RATE_LIMITED' ? ` Try again in ${retryAfterMs} ms with the same idempotencyKey.` : '';
  return { code, message: message + wait, field: field === null ? null : ['input', field] };
};

const REFUSALS: Readonly<Record<UploadCode, readonly [message: string, field: string | null]>> = {
  CONVERSATION_NOT_FOUND: ['There is no such conversation, or the caller is not in it.', 'conversationId'],
  ROOM_CLOSED: ['The stream is over, so its room takes no messages.', 'conversationId'],
  CONVERSATION_CLOSED: ['The group is closed: it can be read, no longer written to.', 'conversationId'],
  NOT_A_MEMBER: ['Only members can post in this public group. Join it first (joinGroup).', 'conversationId'],
  NOT_ALLOWED: [
    'The caller may not post in this conversation now, or no files: their role, a sanction or a block does not allow it.',
    'conversationId',
  ],
  CONTENT_TYPE_NOT_ALLOWED: [
    `An image is one of ${IMAGE_TYPES.join(', ')}; a file is one of these or of ${FILE_TYPES.slice(IMAGE_TYPES.length).join(', ')}.`,
    'contentType',
  ],
  BYTES_OUT_OF_RANGE: [`An image has 1 to ${IMAGE_BYTES_MAX} bytes, a file 1 to ${FILE_BYTES_MAX}.`, 'bytes'],
  NAME_INVALID: [
    `A name has 1 to ${FILE_NAME_CHARACTERS_MAX} characters, none of them a slash, a line break, or a mark that turns the direction of writing.`,
    'name',
  ],
  PIXELS_OUT_OF_RANGE: [`Width and height are 1 to ${IMAGE_PIXELS_MAX} pixels each, or absent.`, 'width'],
  SHA256_INVALID: ['A SHA-256 is 32 bytes in base64, 44 characters.', 'sha256'],
  TOO_MANY_UPLOADS: [`At most ${OPEN_UPLOADS_MAX} files can wait for a message. Send some, or wait until they expire.`, null],
  EXPIRED: [`A file is used within ${UPLOAD_USE_MS / 60_000} minutes. Announce it again with a new idempotencyKey.`, null],
  UPLOADS_OFF: ['Messages carry no files here: this platform has no store for them (OBJECT_STORE_URL).', null],
  RATE_LIMITED: ['You upload faster than the limit.', null],
  IDEMPOTENCY_CONFLICT: ['This idempotencyKey was used before with other input. Use a new key for a new wish.', 'idempotencyKey'],
};
