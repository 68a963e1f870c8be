import type { Database, Queryable } from '#platform/database/database.ts';
import type { Feeds } from '#platform/feed/feed.ts';
import { newId } from '#platform/ids.ts';
import { type ItemPlace, itemIdOf } from '../domain/queueItem.ts';
import { HELD_SWEEP_MAX } from '../domain/queueLimits.ts';
import { lockConversations } from './conversations.ts';
import { HELD_COLUMNS, type HeldRow, heldOf, itemColumns, settleHeld } from './heldMessages.ts';
import { inboxHeldEvent } from './inboxEvents.ts';
import { settledEvent } from './queueEvents.ts';
import { dropUploads, uploadPlacesOf } from './uploads.ts';

/** Notes which held messages nobody has looked at in time, and tells their queues and their authors; answers with how many. By whichever process comes first; HELD_SWEEP_MAX at once.
 * Locks: conversations, then what is held in them, then logs. */
export const sweepHeld = async ({
  database,
  feeds,
}: {
  readonly database: Database;
  readonly feeds: Pick<Feeds, 'append'>;
}): Promise<number> => {
  const due = await expiredHeld(database);
  if (due.length === 0) return 0;
  return database.transaction('sweepHeld', async (tx) => {
    await lockConversations(tx, [...new Set(due.map(({ conversationId }) => conversationId))]);
    // A moderator, or another process, may have been faster.
    const rows = await tx.query<HeldRow>({
      name: 'stillHeld',
      text: `/* stillHeld */
        SELECT ${HELD_COLUMNS} FROM held_message AS held
         WHERE (held.shard, held.conversation_id, held.id) IN (SELECT * FROM unnest($1::int[], $2::text[], $3::uuid[])) AND held.state = 'OPEN'`,
      values: itemColumns(due),
    });
    const expired = rows.map(heldOf).map((held) => ({ ...held, state: 'EXPIRED' as const, settledAt: held.expiresAt }));
    if (expired.length === 0) return 0;
    await dropUploads(
      tx,
      expired.flatMap(({ conversationId, body: { attachments } }) => uploadPlacesOf({ conversationId, attachments })),
    );
    await settleHeld(tx, expired);
    const inOrder = expired.toSorted((one, other) => one.at.getTime() - other.at.getTime() || (itemIdOf(one) < itemIdOf(other) ? -1 : 1));
    await feeds.append(tx, [...inOrder.map(settledEvent), ...inOrder.map((held) => inboxHeldEvent(held, newId()))]);
    return expired.length;
  });
};

const expiredHeld = (database: Queryable): Promise<readonly ItemPlace[]> =>
  database.query({
    name: 'expiredHeld',
    text: `/* expiredHeld */
      SELECT conversation_id AS "conversationId", id FROM held_message WHERE state = 'OPEN' AND expires_at <= clock_timestamp() ORDER BY at LIMIT $1`,
    values: [HELD_SWEEP_MAX],
  });
