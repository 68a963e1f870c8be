import type { Queryable } from '#platform/database/database.ts';
import { isUuid } from '#platform/ids.ts';
import { ObjectStoreAway } from '#platform/objects/objects.ts';
import type { Attachment, MessageBody } from '../domain/message.ts';
import type { AttachmentFault } from '../domain/posting.ts';
import type { Upload } from '../domain/upload.ts';
import type { Files } from './files.ts';
import type { PersonsPost } from './postingLane.ts';
import { uploadKeyOf, uploadsAt } from './uploads.ts';

/** Puts the files of these uploads into a message, with what is wrong with them as its objection; null while the store does not answer. Here is seen whether they are the author's and in the store, in the
 * lane whether they are still free. One statement, and a question to the store per file. */
export const attach = async (
  command: PersonsPost,
  ids: readonly string[],
  { database, files }: { readonly database: Queryable; readonly files: Pick<Files, 'isOpen' | 'thereAmong'> },
): Promise<PersonsPost | null> => {
  if (ids.length === 0 || command.objection != null) return command;
  const { conversationId, authorId } = command;
  const found = await uploadsAt(
    database,
    ids.filter(isUuid).map((id) => ({ conversationId, id })),
  );
  const uploads = ids.flatMap((id) => {
    const upload = found.get(uploadKeyOf({ conversationId, id }));
    return upload?.authorId === authorId ? [upload] : [];
  });
  if (uploads.length < ids.length || !files.isOpen) return objecting(command, 'ATTACHMENT_NOT_FOUND');
  try {
    // What is in a message already was looked at then: its key may be known.
    const there = await files.thereAmong(uploads.filter(({ eventId }) => eventId === null));
    return there.includes(false) ? objecting(command, 'ATTACHMENT_MISSING') : { ...command, body: bodyWith(command.body, uploads) };
  } catch (error) {
    if (error instanceof ObjectStoreAway) return null;
    throw error;
  }
};

const objecting = (command: PersonsPost, code: AttachmentFault): PersonsPost => ({
  ...command,
  // The code says it all: the graph has a sentence for it.
  objection: { type: 'refuse', code, message: code },
});

const bodyWith = (body: MessageBody, uploads: readonly Upload[]): MessageBody => ({
  ...body,
  type: uploads.every(({ kind }) => kind === 'IMAGE') ? 'IMAGE' : 'FILE',
  attachments: uploads.map(
    ({ id, kind, name, contentType, bytes, width, height }): Attachment => ({
      id,
      kind,
      name,
      contentType,
      bytes,
      width,
      height,
    }),
  ),
});
