import type { Queryable } from '#platform/database/database.ts';
import { fingerprintOf } from '#platform/idempotency.ts';
import { isUuid } from '#platform/ids.ts';
import { requireViewer } from '#platform/subgraph/authorise.ts';
import { UPLOAD_BUCKET } from '../domain/limits.ts';
import type { AttachmentKind } from '../domain/message.ts';
import { type Upload, type UploadCode, type UploadForm, uploadFormFault } from '../domain/upload.ts';
import { type UploadRefusal, uploadRefusalOf } from '../domain/uploadRefusal.ts';
import type { CommandLane } from './commandLane.ts';
import type { Files } from './files.ts';
import { type SubmitParts, submitCommand } from './submitCommand.ts';
import type { UploadAnswer } from './uploadCommands.ts';
import { uploadKeyOf, uploadsAt } from './uploads.ts';

type UploadContext = SubmitParts &
  Parameters<typeof requireViewer>[0] & {
    readonly database: Queryable;
    readonly files: Files;
    readonly lanes: { readonly uploads: CommandLane<UploadForm, UploadAnswer> };
  };

/** The input of createUpload. */
interface CreateUploadFields {
  readonly conversationId: string;
  readonly kind: AttachmentKind;
  readonly contentType: string;
  readonly bytes: number;
  readonly name: string;
  readonly width?: number | null | undefined;
  readonly height?: number | null | undefined;
  readonly sha256?: string | null | undefined;
  readonly idempotencyKey: string;
}

/** Announces a file that the viewer wants to put into a message. The same key gives the same upload, with an address that is signed anew, until it can be used no longer. */
export const createUploadFrom = async (
  { idempotencyKey: key, ...input }: CreateUploadFields,
  context: UploadContext,
): Promise<{ readonly upload: Upload | null; readonly userErrors: readonly UploadRefusal[] }> => {
  const viewer = requireViewer(context);
  const { conversationId, kind, contentType, bytes, name, width = null, height = null, sha256 = null } = input;
  const form: UploadForm = { conversationId, kind, contentType, bytes, name: name.trim(), width, height, sha256 };
  const { files, store, signal, lanes, database } = context;
  const fault = faultOf(form, files);
  if (fault !== null) return refused(fault);
  const fingerprint = fingerprintOf('createUpload', conversationId, kind, contentType, bytes, name, width, height, sha256);
  const pace = { name: 'uploads', bucket: UPLOAD_BUCKET };
  const { answer, retryAfterMs } = await submitCommand(lanes.uploads, viewer, { key, fingerprint, action: form }, { store, signal, pace });
  if (answer === null) return refused('RATE_LIMITED', retryAfterMs);
  if (!answer.ok) return refused(answer.code);
  const place = { conversationId, id: answer.id };
  const upload = (await uploadsAt(database, [place])).get(uploadKeyOf(place));
  return upload === undefined || upload.useBefore <= new Date() ? refused('EXPIRED') : { upload, userErrors: [] };
};

const faultOf = (form: UploadForm, files: Files): UploadCode | null => {
  if (!files.isOpen) return 'UPLOADS_OFF';
  return isUuid(form.conversationId) ? uploadFormFault(form) : 'CONVERSATION_NOT_FOUND';
};

const refused = (code: UploadCode, retryAfterMs = 0) => ({ upload: null, userErrors: [uploadRefusalOf(code, retryAfterMs)] });
