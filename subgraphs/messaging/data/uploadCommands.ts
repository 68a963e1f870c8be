import { z } from 'zod';
import type { Transaction } from '#platform/database/database.ts';
import { newId } from '#platform/ids.ts';
import { OPEN_UPLOADS_MAX, UPLOAD_USE_MS } from '../domain/limits.ts';
import { conversationFault } from '../domain/posting.ts';
import { mayDo } from '../domain/role.ts';
import type { Upload, UploadCode, UploadForm } from '../domain/upload.ts';
import { isUploadCode } from '../domain/uploadRefusal.ts';
import type { Command, CommandFamily } from './commandLane.ts';
import { conversationsByIds } from './conversations.ts';
import { memberKeyOf, membersAmong } from './members.ts';
import { readClock } from './postingLaneSql.ts';
import { lockProfiles } from './profiles.ts';
import { type Right, readRights } from './rights.ts';
import { insertUploads, openUploadsOf } from './uploads.ts';

/** What came of announcing a file: the id of the upload, or why there is none. */
export type UploadAnswer = { readonly ok: true; readonly id: string } | { readonly ok: false; readonly code: UploadCode };

/** Announcing files. Locks keys and the profiles of those who announce, so that how many somebody has open is exact. Whether they may post is decided again when a message uses the file. */
export const uploadCommands: CommandFamily<UploadForm, UploadAnswer> = {
  name: 'uploads',
  conflict: { ok: false, code: 'IDEMPOTENCY_CONFLICT' },
  parse: (stored) => answer.parse(stored),
  decide: (tx, commands) => decideAll(tx, commands),
};

const answer = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), id: z.string() }),
  z.object({ ok: z.literal(false), code: z.string().refine(isUploadCode) }),
]);

const decideAll = async (tx: Transaction, commands: readonly Command<UploadForm>[]): Promise<readonly UploadAnswer[]> => {
  const conversations = await conversationsByIds(tx, [...new Set(commands.map(({ action }) => action.conversationId))]);
  const known = commands.flatMap(({ actorId: userId, action }) => {
    const conversation = conversations.get(action.conversationId);
    return conversation === undefined ? [] : [{ conversation, userId }];
  });
  const subjects = known.map(({ conversation, userId }) => ({ conversationId: conversation.id, userId }));
  const [members, rightOf, now] = await Promise.all([membersAmong(tx, subjects), readRights(tx, known), readClock(tx)]);
  const authorIds = commands.map(({ actorId }) => actorId);
  await lockProfiles(tx, authorIds, now);
  const counts = new Map(await openUploadsOf(tx, authorIds));
  const uploads: Upload[] = [];
  const answers = commands.map(({ actorId: userId, isOperator, action }): UploadAnswer => {
    const conversation = conversations.get(action.conversationId);
    const isMember = members.has(memberKeyOf({ conversationId: action.conversationId, userId }));
    const fault = conversationFault(conversation, isMember);
    if (conversation === undefined || fault !== null) return { ok: false, code: fault ?? 'CONVERSATION_NOT_FOUND' };
    if (!mayAttach(rightOf({ conversation, userId }), isOperator)) return { ok: false, code: 'NOT_ALLOWED' };
    const count = (counts.get(userId) ?? 0) + 1;
    if (count > OPEN_UPLOADS_MAX) return { ok: false, code: 'TOO_MANY_UPLOADS' };
    counts.set(userId, count);
    const id = newId();
    uploads.push({ ...action, id, authorId: userId, createdAt: now, useBefore: new Date(now.getTime() + UPLOAD_USE_MS), eventId: null });
    return { ok: true, id };
  });
  if (uploads.length > 0) await insertUploads(tx, uploads);
  return answers;
};

const mayAttach = ({ role, overrides, isSilenced }: Right, isOperator: boolean): boolean =>
  !isSilenced && mayDo({ role, isOperator }, 'POST', overrides) && mayDo({ role, isOperator }, 'ATTACH', overrides);
