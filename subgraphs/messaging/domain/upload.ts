import { FILE_BYTES_MAX, FILE_NAME_CHARACTERS_MAX, IMAGE_BYTES_MAX, IMAGE_PIXELS_MAX } from './limits.ts';
import type { AttachmentKind } from './message.ts';
import type { ConversationFault } from './posting.ts';

/** What browsers show as an image, and nothing that could run: so no SVG. */
export const IMAGE_TYPES = ['image/avif', 'image/gif', 'image/jpeg', 'image/png', 'image/webp'] as const;
/** What people send each other besides. Browsers save it. */
export const FILE_TYPES = [
  ...IMAGE_TYPES,
  'application/json',
  'application/octet-stream',
  'application/pdf',
  'application/zip',
  'audio/mp4',
  'audio/mpeg',
  'audio/ogg',
  'text/csv',
  'text/plain',
  'video/mp4',
  'video/quicktime',
  'video/webm',
] as const;
/** Every type that can be uploaded. */
export const UPLOAD_TYPES: readonly string[] = FILE_TYPES;

/** A file that somebody wants to put into a message, as they declare it. `sha256`: of its bytes, in base64; null: not said. */
export interface UploadForm {
  readonly conversationId: string;
  readonly kind: AttachmentKind;
  readonly contentType: string;
  readonly bytes: number;
  /** White space at both ends cut off. */
  readonly name: string;
  /** In pixels; null: not said. */
  readonly width: number | null;
  readonly height: number | null;
  readonly sha256: string | null;
}

/** A file on its way into a message, or in one. `useBefore`: a message has to use it until then. `eventId`: of the event of the message that does; null: none. */
export interface Upload extends UploadForm {
  readonly id: string;
  readonly authorId: string;
  readonly createdAt: Date;
  readonly useBefore: Date;
  readonly eventId: string | null;
}

/** What is wrong with a declaration alone. */
export type UploadFormFault = 'CONTENT_TYPE_NOT_ALLOWED' | 'BYTES_OUT_OF_RANGE' | 'NAME_INVALID' | 'PIXELS_OUT_OF_RANGE' | 'SHA256_INVALID';
export type UploadCode =
  | UploadFormFault
  | ConversationFault
  | 'NOT_ALLOWED'
  | 'TOO_MANY_UPLOADS'
  | 'EXPIRED'
  | 'UPLOADS_OFF'
  | 'RATE_LIMITED'
  | 'IDEMPOTENCY_CONFLICT';

/** Letters for people: no controls (a name is a line), no marks that turn the direction of writing around ("exe.gpj"), no slashes. */
const NAME = /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069/\\]+$/u;
/** 32 bytes. */
const SHA256 = /^[A-Za-z0-9+/]{43}=$/;

/** What is wrong with a declaration, or null. */
export const uploadFormFault = ({ kind, contentType, bytes, name, width, height, sha256 }: UploadForm): UploadFormFault | null => {
  const [types, bytesMax]: readonly [readonly string[], number] =
    kind === 'IMAGE' ? [IMAGE_TYPES, IMAGE_BYTES_MAX] : [FILE_TYPES, FILE_BYTES_MAX];
  if (!types.includes(contentType)) return 'CONTENT_TYPE_NOT_ALLOWED';
  if (!(bytes >= 1 && bytes <= bytesMax)) return 'BYTES_OUT_OF_RANGE';
  if (!NAME.test(name) || [...name].length > FILE_NAME_CHARACTERS_MAX) return 'NAME_INVALID';
  if ([width, height].some((pixels) => pixels !== null && !(pixels >= 1 && pixels <= IMAGE_PIXELS_MAX))) return 'PIXELS_OUT_OF_RANGE';
  return sha256 === null || SHA256.test(sha256) ? null : 'SHA256_INVALID';
};

/** Under which key of the store the object lies: ids alone, nothing of a person. */
export const objectKeyOf = ({ conversationId, id }: Pick<Upload, 'conversationId' | 'id'>): string => `${conversationId}/${id}`;

/** How the store hands a file out: images are shown, everything else is saved under its name (RFC 6266). */
export const dispositionOf = ({ kind, name }: Pick<UploadForm, 'kind' | 'name'>): string =>
  kind === 'IMAGE' ? 'inline' : `attachment; filename*=UTF-8''${encodeURIComponent(name).replace(/['()*]/g, hexOf)}`;

const hexOf = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
