import { plain, texts, uuids } from '#platform/database/arrays.ts';
import type { Transaction } from '#platform/database/database.ts';
import { shardOf } from '#platform/ids.ts';
import { ERASED_AUTHOR_ID, ERASED_ROWS_MAX } from '../domain/erasure.ts';
import { lockConversations } from './conversations.ts';
import type { ErasedPiece } from './eraseMessages.ts';
import type { DueErasure } from './erasures.ts';
import { dropUploads, type UploadPlace } from './uploads.ts';

/** Forgets the next files of a user, after their messages: names and digests at once, objects as soon as they are swept. One that a message of later has stays. What was forgotten has another author, so this
 * begins at the beginning each time. A fixed number of statements. Locks conversations, then uploads. */
export const eraseUploads = async (tx: Transaction, { userId, until }: DueErasure): Promise<ErasedPiece> => {
  const found = await uploadsOf(tx, userId, until);
  if (found.length === 0) return { place: null, erased: 0 };
  await lockConversations(tx, [...new Set(found.map(({ conversationId }) => conversationId))]);
  await dropUploads(tx, found);
  await tx.query({
    name: 'eraseUploads',
    text: `/* eraseUploads */
      UPDATE upload SET author_id = $4, name = '', sha256 = NULL
       WHERE (shard, conversation_id, id) IN (SELECT * FROM unnest($1::int[], $2::text[], $3::uuid[]))`,
    values: [
      plain(found.map(({ conversationId }) => shardOf(conversationId))),
      texts(found.map(({ conversationId }) => conversationId)),
      uuids(found.map(({ id }) => id)),
      ERASED_AUTHOR_ID,
    ],
  });
  return { place: [], erased: 0 };
};

const uploadsOf = (tx: Transaction, userId: string, until: Date): Promise<readonly UploadPlace[]> =>
  tx.query({
    name: 'uploadsOf',
    text: `/* uploadsOf */
      SELECT conversation_id AS "conversationId", id FROM upload
       WHERE author_id = $1 AND created_at <= $2 AND (event_id IS NULL OR delete_at IS NOT NULL)
       ORDER BY conversation_id, id LIMIT $3`,
    values: [userId, until, ERASED_ROWS_MAX],
  });
