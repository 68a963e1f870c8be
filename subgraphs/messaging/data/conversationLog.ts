import type { Transaction } from '#platform/database/database.ts';
import type { FeedEvent, Feeds, NewFeedEvent } from '#platform/feed/feed.ts';
import { newId } from '#platform/ids.ts';
import type { Conversation } from '../domain/conversation.ts';
import { conversationIdOf, FEED_KINDS } from '../events.ts';
import { insertMemberships } from './groupRows.ts';
import { inboxCopyEvent, inboxJoinedEvent } from './inboxEvents.ts';
import { type MemberSubject, pairsOf } from './members.ts';

/** Appends events to the logs of these conversations, which the transaction has locked; answers like `feeds.append`. What happens in a direct conversation is also written
 * into the inboxes of its two people, in the same order; with its first message it comes into their lists. `conversations`: as they were before these events. The last statements before COMMIT: logs of conversations are locked before inboxes, everywhere. */
export const appendToConversations = async (
  tx: Transaction,
  feeds: Pick<Feeds, 'append'>,
  events: readonly NewFeedEvent[],
  conversations: ReadonlyMap<string, Conversation>,
): Promise<readonly FeedEvent[]> => {
  const directs = [...new Set(events.map(({ feed }) => conversationIdOf(feed)))].flatMap((id) => {
    const conversation = conversations.get(id);
    return conversation?.kind === 'DIRECT' ? [conversation] : [];
  });
  const spoken = new Set(events.filter(({ kind }) => kind === FEED_KINDS.CHAT).map(({ feed }) => conversationIdOf(feed)));
  const news = await introduce(
    tx,
    directs.filter(({ id, messageCount }) => messageCount === 0 && spoken.has(id)),
  );
  const [pairs, appended] = await Promise.all([pairsOf(tx, directs), feeds.append(tx, events)]);
  const copies = appended.flatMap((event) =>
    subjectsOf(conversationIdOf(event.feed), pairs).map(({ userId }) => inboxCopyEvent(userId, newId(), event)),
  );
  const told = [...news.map((subject) => inboxJoinedEvent(subject, newId(), null)), ...copies];
  if (told.length > 0) await feeds.append(tx, told);
  return appended;
};

// The lists are written before the logs: that is the order of the locks.
const introduce = async (tx: Transaction, directs: readonly Conversation[]): Promise<readonly MemberSubject[]> => {
  const pairs = await pairsOf(tx, directs);
  const news = directs.flatMap(({ id }) => subjectsOf(id, pairs));
  if (news.length > 0) await insertMemberships(tx, news, 'DIRECT', new Date());
  return news;
};

const subjectsOf = (conversationId: string, pairs: ReadonlyMap<string, readonly string[]>): readonly MemberSubject[] =>
  (pairs.get(conversationId) ?? []).map((userId) => ({ conversationId, userId }));
