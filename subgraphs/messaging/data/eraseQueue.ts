import type { Transaction } from '#platform/database/database.ts';
import { ERASED_AUTHOR_ID } from '../domain/erasure.ts';
import type { HeldMessage, ItemPlace } from '../domain/queueItem.ts';
import type { DueErasure } from './erasures.ts';
import { heldAt, itemColumns } from './heldMessages.ts';
import { dropUploads, uploadPlacesOf } from './uploads.ts';

/** Erases what is kept of these held messages: what they say, and whose they were; those that wait are posted no more. Answers with what they were, by which those that were posted are
 * found. Three statements at most. Their conversations are locked. */
export const eraseHeld = async (tx: Transaction, places: readonly ItemPlace[]): Promise<readonly HeldMessage[]> => {
  const held = [...(await heldAt(tx, places)).values()];
  if (held.length === 0) return [];
  // What was posted drops its own.
  const unposted = held.filter(({ seq }) => seq === null);
  await dropUploads(
    tx,
    unposted.flatMap(({ conversationId, body: { attachments } }) => uploadPlacesOf({ conversationId, attachments })),
  );
  await tx.query({
    name: 'eraseHeld',
    text: `/* eraseHeld */
      UPDATE held_message SET author_id = $4, payload = '{}', detail = '', settled_reason = NULL,
             state = CASE state WHEN 'OPEN' THEN 'EXPIRED' ELSE state END, settled_at = coalesce(settled_at, clock_timestamp())
       WHERE (shard, conversation_id, id) IN (SELECT * FROM unnest($1::int[], $2::text[], $3::uuid[]))`,
    values: [...itemColumns(held), ERASED_AUTHOR_ID],
  });
  return held;
};

/** Forgets what a user has reported, and what was reported about them as a person; a case about what they have said stays, about nobody. What was counted stays counted. */
export const eraseReports = async (tx: Transaction, { userId, until }: DueErasure): Promise<void> => {
  await tx.query({
    name: 'eraseReports',
    text: '/* eraseReports */ DELETE FROM report WHERE reporter_id = $1 AND at <= $2',
    values: [userId, until],
  });
  await tx.query({
    name: 'eraseReportsAbout',
    text: `/* eraseReportsAbout */
      WITH gone AS (DELETE FROM report_case WHERE user_id = $1 AND seq = 0 AND at <= $2 RETURNING shard, conversation_id, id)
      DELETE FROM report USING gone
       WHERE report.shard = gone.shard AND report.conversation_id = gone.conversation_id AND report.case_id = gone.id`,
    values: [userId, until],
  });
  await tx.query({
    name: 'eraseCases',
    text: '/* eraseCases */ UPDATE report_case SET user_id = $3, settled_reason = NULL WHERE user_id = $1 AND seq > 0 AND at <= $2',
    values: [userId, until, ERASED_AUTHOR_ID],
  });
};
