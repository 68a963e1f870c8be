import type { Transaction } from '#platform/database/database.ts';
import type { FeedEvent, Feeds, NewFeedEvent } from '#platform/feed/feed.ts';
import type { Conversation } from '../domain/conversation.ts';
import type { ControlBody, MessageBody } from '../domain/message.ts';
import type { PostedEvent } from '../domain/roomEvent.ts';
import { chatEventOf, chatPostedEvent, controlSentEvent, loggedEventOf } from '../events.ts';
import { appendToConversations } from './conversationLog.ts';
import { countMessages } from './conversations.ts';
import { memberKeyOf, moveReadNumbers } from './members.ts';
import { insertMentions } from './mentions.ts';
import type { EnsureProfiles } from './profiles.ts';

/** A message that can be posted, as it is posted. */
export interface Accepted {
  readonly authorId: string;
  readonly conversationId: string;
  /** The id that its event gets. */
  readonly eventId: string;
  readonly conversation: Conversation;
  readonly body: MessageBody | ControlBody;
  /** When it was sent, where it had to wait for a moderator. */
  readonly heldAt?: Date;
}

/** Numbers messages, appends them to their conversations' logs, which are locked, and answers with their events in the same order. Whoever posts has read up to their own message;
 * not who had to wait for a moderator, since others spoke meanwhile. The statements travel together; the order of these calls is the order of their locks. */
export const appendMessages = async (
  tx: Transaction,
  { feeds, ensureProfiles }: { readonly feeds: Pick<Feeds, 'append'>; readonly ensureProfiles: EnsureProfiles },
  accepted: readonly Accepted[],
): Promise<readonly PostedEvent[]> => {
  if (accepted.length === 0) return [];
  const { counts, numbered } = numberAll(accepted);
  // A room has no members who could be behind.
  const toMembers = numbered.filter(isMessage).filter(({ conversation }) => conversation.kind !== 'ROOM');
  const [, , , , events] = await Promise.all([
    counts.size === 0 ? null : countMessages(tx, counts),
    insertMentions(tx, toMembers),
    markOwnAsRead(
      tx,
      toMembers.filter(({ heldAt }) => heldAt === undefined),
    ),
    ensureProfiles(
      tx,
      accepted.map(({ authorId }) => authorId),
      new Date(),
    ),
    appendToConversations(
      tx,
      feeds,
      numbered.map(newEventOf),
      new Map(accepted.map(({ conversation }) => [conversation.id, conversation])),
    ),
  ]);
  return numbered.map((posting, index) => {
    const event = events[index];
    if (event?.id !== posting.eventId) return missing(posting.eventId);
    return isMessage(posting) ? chatEventOf(event, posting) : postedIn(event);
  });
};

type Numbered = (Accepted & { readonly number: number; readonly body: MessageBody }) | (Accepted & { readonly body: ControlBody });

const isMessage = (posting: Numbered): posting is Extract<Numbered, { readonly number: number }> => 'number' in posting;

const newEventOf = (posting: Numbered): NewFeedEvent => {
  const ids = { id: posting.eventId };
  return isMessage(posting)
    ? chatPostedEvent(posting.conversationId, ids, posting)
    : controlSentEvent(posting.conversationId, ids, posting.authorId, posting.body.custom);
};

/** Numbers messages on from those that their conversations have, and says how many come to each. What is for machines counts as none. */
const numberAll = (accepted: readonly Accepted[]) => {
  const counts = new Map<string, number>();
  const numbered = accepted.map(({ body, ...posting }): Numbered => {
    if (body.type === 'CONTROL') return { ...posting, body };
    const { id, messageCount } = posting.conversation;
    const count = (counts.get(id) ?? 0) + 1;
    counts.set(id, count);
    return { ...posting, body, number: messageCount + count };
  });
  return { counts, numbered };
};

/** Whoever writes has seen what was there: so all that is unread was written by others, and counting is a difference. */
const markOwnAsRead = async (tx: Transaction, toMembers: readonly (Accepted & { readonly number: number })[]): Promise<void> => {
  // The last of each wins: numbers ascend.
  const reads = new Map(
    toMembers.map(({ conversationId, authorId: userId, number }) => {
      const subject = { conversationId, userId };
      return [memberKeyOf(subject), { ...subject, number }];
    }),
  );
  if (reads.size > 0) await moveReadNumbers(tx, [...reads.values()]);
};

/** A message that was posted, as its log has it. */
export const postedIn = (event: FeedEvent): PostedEvent => {
  const shown = loggedEventOf(event);
  return shown?.__typename === 'ChatEvent' || shown?.__typename === 'ControlEvent' ? shown : missing(event.id);
};

/** Throws: what was posted has to be in its log. */
export const missing = (eventId: string): never => {
  throw new Error(`the posted message ${eventId} is not in its conversation's log any more`);
};
