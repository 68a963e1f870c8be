import type { Transaction } from '#platform/database/database.ts';
import type { FeedEvent, Feeds, NewFeedEvent } from '#platform/feed/feed.ts';
import { newId } from '#platform/ids.ts';
import type { Conversation } from '../domain/conversation.ts';
import { conversationIdOf } from '../events.ts';
import { inboxCopyEvent } from './inboxEvents.ts';
import { pairsOf } from './members.ts';

/** Appends events to the logs of these conversations, which the transaction has locked; answers like `feeds.append`. What happens in a direct conversation is also written
 * into the inboxes of its two people, in the same order. The last statements before COMMIT: logs of conversations are locked before inboxes, everywhere. */
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
  const [pairs, appended] = await Promise.all([pairsOf(tx, directs), feeds.append(tx, events)]);
  const copies = appended.flatMap((event) =>
    (pairs.get(conversationIdOf(event.feed)) ?? []).map((userId) => inboxCopyEvent(userId, newId(), event)),
  );
  if (copies.length > 0) await feeds.append(tx, copies);
  return appended;
};
