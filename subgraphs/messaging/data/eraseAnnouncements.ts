import { plain, texts } from '#platform/database/arrays.ts';
import type { Transaction } from '#platform/database/database.ts';
import type { Feeds } from '#platform/feed/feed.ts';
import { newId, shardOf } from '#platform/ids.ts';
import { ERASED_AUTHOR_ID, ERASED_ROWS_MAX } from '../domain/erasure.ts';
import { announcementChangedEvent } from '../events/messageEvents.ts';
import { conversationIdOf, FEED_KINDS } from '../events.ts';
import { appendToConversations } from './conversationLog.ts';
import { lockConversations } from './conversations.ts';
import { type ErasedPiece, tellKeepers } from './eraseMessages.ts';
import type { DueErasure } from './erasures.ts';
import { pairsOf } from './members.ts';
import { rewriteEvents } from './messageRows.ts';

interface Announced {
  readonly feed: string;
  readonly seq: bigint;
  readonly id: string;
  readonly text: string | null;
}

/** Erases the next announcements that a user has made: the one that holds, those in the logs, and the notices that have repeated them as words of welcome. What is rewritten is found no
 * more, so this begins at the beginning each time. A fixed number of statements. */
export const eraseAnnouncements = async (
  tx: Transaction,
  feeds: Pick<Feeds, 'append'>,
  { userId, until }: DueErasure,
): Promise<ErasedPiece> => {
  if ((await dropNoted(tx, userId, until)) === ERASED_ROWS_MAX) return { place: [], erased: 0 };
  const announced = await announcedBy(tx, userId, until);
  if (announced.length === 0) return { place: null, erased: 0 };
  const ids = [...new Set(announced.map(({ feed }) => conversationIdOf(feed)))];
  const conversations = await lockConversations(tx, ids);
  const ended = await endAnnouncements(tx, ids, { userId, until });
  const notices = await dropWelcomes(tx, announced);
  // Until no notice repeats them, the announcements stay in the log: they are how the notices are found.
  if (notices < ERASED_ROWS_MAX) {
    const directs = [...conversations.values()].filter(({ kind }) => kind === 'DIRECT');
    await rewriteEvents(
      tx,
      announced.map(({ feed, seq, id }) => ({
        conversationId: conversationIdOf(feed),
        seq: Number(seq),
        id,
        payload: { byId: ERASED_AUTHOR_ID, text: null },
      })),
      await pairsOf(tx, directs),
    );
  }
  const events = ended.map((id) => announcementChangedEvent(id, newId(), { byId: ERASED_AUTHOR_ID, text: null }));
  if (events.length > 0) await appendToConversations(tx, feeds, events, conversations);
  await tellKeepers(tx, feeds, conversations, announced);
  return { place: [], erased: 0 };
};

/** Takes the words out of what moderators have noted about announcements: that there was one stays. Answers with how many. */
const dropNoted = async (tx: Transaction, userId: string, until: Date): Promise<number> => {
  const rows = await tx.query({
    name: 'dropNoted',
    text: `/* dropNoted */
      UPDATE feed_event SET payload = feed_event.payload || '{"text": null}'
        FROM (SELECT shard, feed_id, seq FROM feed_event
               WHERE kind = 'announcement.set' AND payload ->> 'byId' = $1 AND at <= $2 AND payload ->> 'text' IS NOT NULL
               LIMIT $3) AS old
       WHERE feed_event.shard = old.shard AND feed_event.feed_id = old.feed_id AND feed_event.seq = old.seq
      RETURNING 1 AS dropped`,
    values: [userId, until, ERASED_ROWS_MAX],
  });
  return rows.length;
};

const announcedBy = (tx: Transaction, userId: string, until: Date): Promise<readonly Announced[]> =>
  tx.query({
    name: 'announcedBy',
    text: `/* announcedBy */
      SELECT feed_id AS feed, seq, id, payload ->> 'text' AS text FROM feed_event
       WHERE kind = '${FEED_KINDS.ANNOUNCEMENT}' AND payload ->> 'byId' = $1 AND at <= $2
       ORDER BY shard, feed_id, seq LIMIT $3`,
    values: [userId, until, ERASED_ROWS_MAX],
  });

/** Ends what these conversations announce where it is this user's; answers with those where it was. */
const endAnnouncements = async (
  tx: Transaction,
  conversationIds: readonly string[],
  { userId, until }: Pick<DueErasure, 'userId' | 'until'>,
): Promise<readonly string[]> => {
  const rows = await tx.query<{ readonly id: string; readonly announced: boolean }>({
    name: 'endAnnouncements',
    text: `/* endAnnouncements */
      UPDATE announcement SET text = NULL, by_id = $3
        FROM (SELECT shard, conversation_id, text FROM announcement
               WHERE (shard, conversation_id) IN (SELECT * FROM unnest($1::int[], $2::text[])) AND by_id = $4 AND at <= $5) AS old
       WHERE announcement.shard = old.shard AND announcement.conversation_id = old.conversation_id
      RETURNING announcement.conversation_id AS id, old.text IS NOT NULL AS announced`,
    values: [plain(conversationIds.map(shardOf)), texts(conversationIds), ERASED_AUTHOR_ID, userId, until],
  });
  return rows.filter(({ announced }) => announced).map(({ id }) => id);
};

/** Takes these words of welcome out of at most ERASED_ROWS_MAX notices; answers with how many. */
const dropWelcomes = async (tx: Transaction, announced: readonly Announced[]): Promise<number> => {
  const said = announced.flatMap(({ feed, text }) => (text === null ? [] : [{ feed, text }]));
  const rows = await tx.query({
    name: 'dropWelcomes',
    text: `/* dropWelcomes */
      UPDATE feed_event SET payload = feed_event.payload - 'welcome'
        FROM (SELECT notice.shard, notice.feed_id, notice.seq
                FROM unnest($1::int[], $2::text[], $3::text[]) AS said (shard, feed_id, text)
                JOIN feed_event AS notice ON notice.shard = said.shard AND notice.feed_id = said.feed_id AND notice.kind = 'notice.posted'
                 AND notice.payload ? 'welcome' AND notice.payload ->> 'welcome' = said.text
               LIMIT $4) AS old
       WHERE feed_event.shard = old.shard AND feed_event.feed_id = old.feed_id AND feed_event.seq = old.seq
      RETURNING 1 AS dropped`,
    values: [
      plain(said.map(({ feed }) => shardOf(conversationIdOf(feed)))),
      texts(said.map(({ feed }) => feed)),
      said.map(({ text }) => text),
      ERASED_ROWS_MAX,
    ],
  });
  return rows.length;
};
