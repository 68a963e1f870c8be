import type { Transaction } from '#platform/database/database.ts';
import type { Feeds } from '#platform/feed/feed.ts';
import { newId } from '#platform/ids.ts';
import { ERASED_ROWS_MAX } from '../domain/erasure.ts';
import { messageIdOf } from '../domain/messageId.ts';
import { reactionsChangedEvent } from '../events/messageEvents.ts';
import { appendToConversations } from './conversationLog.ts';
import { lockConversations } from './conversations.ts';
import type { ErasedPiece } from './eraseMessages.ts';
import type { DueErasure } from './erasures.ts';
import { messagesAt } from './messages.ts';
import { type CountRow, type ReactionSubject, reactionCountsAt, reactionKeyOf, reactionsAmong, saveReactions } from './reactions.ts';

/** Takes back the next reactions of a user; the messages' counts go down. A fixed number of statements. Locks conversations, then reactions, then logs. */
export const eraseReactions = async (
  tx: Transaction,
  feeds: Pick<Feeds, 'append'>,
  { userId, until }: DueErasure,
): Promise<ErasedPiece> => {
  const found = await reactionsOf(tx, userId, until);
  if (found.length === 0) return { place: null, erased: 0 };
  const conversations = await lockConversations(tx, [...new Set(found.map(({ conversationId }) => conversationId))]);
  const among = await reactionsAmong(tx, found);
  const removed = found.filter((subject) => among.has(reactionKeyOf(subject)));
  const before = await reactionCountsAt(tx, [...new Map(removed.map((subject) => [messageIdOf(subject), subject])).values()]);
  const gone = new Set(removed.map(kindOf));
  const after = new Map([...before].map(([id, counts]) => [id, counts.map((row) => (gone.has(kindOf(row)) ? oneLess(row) : row))]));
  const counts = [...after.values()].flat().filter((row) => gone.has(kindOf(row)));
  await saveReactions(tx, { added: [], removed, counts }, until);
  const messages = await messagesAt(tx, removed);
  const events = [...after].flatMap(([id, rows]) => {
    const message = messages.get(id)?.message;
    if (message === undefined || message.isRecalled) return [];
    const reactions = rows.flatMap(({ emoji, count }) => (count > 0 ? [{ emoji, count }] : []));
    return [reactionsChangedEvent(message.conversationId, newId(), { message: message.seq, reactions })];
  });
  if (events.length > 0) await appendToConversations(tx, feeds, events, conversations);
  return { place: [], erased: 0 };
};

// Nobody reacts in one way twice: each of the user's reactions is one of its kind.
const kindOf = (row: Pick<ReactionSubject, 'conversationId' | 'seq' | 'emoji'>): string => `${messageIdOf(row)} ${row.emoji}`;

const oneLess = (row: CountRow): CountRow => ({ ...row, count: row.count - 1 });

const reactionsOf = async (tx: Transaction, userId: string, until: Date): Promise<readonly ReactionSubject[]> => {
  const rows = await tx.query<Omit<ReactionSubject, 'seq'> & { readonly seq: bigint }>({
    name: 'reactionsOf',
    text: `/* reactionsOf */
      SELECT conversation_id AS "conversationId", seq, emoji, user_id AS "userId" FROM message_reaction
       WHERE user_id = $1 AND at <= $2
       ORDER BY conversation_id, seq, emoji LIMIT $3`,
    values: [userId, until, ERASED_ROWS_MAX],
  });
  return rows.map((row) => ({ ...row, seq: Number(row.seq) }));
};
