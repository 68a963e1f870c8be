import type { JsonObject, NewFeedEvent } from '#platform/feed/feed.ts';
import { shardOf } from '#platform/ids.ts';
import type { Message } from '../domain/message.ts';
import type { Policy } from '../domain/policy.ts';
import { PLATFORM_ID, type PolicyAction } from '../domain/policyChange.ts';
import type { QueueItem } from '../domain/queueItem.ts';
import type { Role } from '../domain/role.ts';
import type { Sanction, SanctionVerb } from '../domain/sanction.ts';

/** The log of a conversation for its moderators: every decision about it, and what waits for one. Appended to under the conversation's lock alone. */
export const moderationFeedOf = (conversationId: string): string => `moderation/${conversationId}`;

/** The conversation whose log this is. */
export const moderatedIdOf = (feed: string): string => feed.slice(moderationFeedOf('').length);

/** Version of the payloads below; see PAYLOAD_VERSION in events.ts. */
const PAYLOAD_VERSION = 1;

/** Who decided, and why. */
export interface Decision {
  readonly byId: string;
  readonly reason: string | null;
}

export const sanctionGivenEvent = (
  id: string,
  { conversationId, userId }: Pick<Sanction, 'conversationId' | 'userId'>,
  verb: SanctionVerb,
  { byId, reason, expiresAt }: Decision & Pick<Sanction, 'expiresAt'>,
): NewFeedEvent =>
  moderationEvent(conversationId, id, 'sanction.given', { byId, userId, verb, reason, until: expiresAt?.toISOString() ?? null });

export const sanctionLiftedEvent = (id: string, { conversationId, userId, type }: Sanction, { byId, reason }: Decision): NewFeedEvent =>
  moderationEvent(conversationId, id, 'sanction.lifted', { byId, userId, verb: type, reason });

export const roleSetEvent = (
  id: string,
  { conversationId, userId }: Pick<Sanction, 'conversationId' | 'userId'>,
  role: Role,
  { byId, reason }: Decision,
): NewFeedEvent => moderationEvent(conversationId, id, 'role.set', { byId, userId, role, reason });

const moderationEvent = (conversationId: string, id: string, kind: string, payload: JsonObject): NewFeedEvent => ({
  id,
  feed: moderationFeedOf(conversationId),
  shard: shardOf(conversationId),
  kind,
  v: PAYLOAD_VERSION,
  payload,
});

/** What a conversation decided about itself; the filters of all, under the platform's name. `before`, `policy`: what held until then, and what holds now. */
export const policySetEvent = (
  id: string,
  { conversationId, ...change }: PolicyAction,
  { byId, before, policy }: { readonly byId: string; readonly before: Policy; readonly policy: Policy },
): NewFeedEvent => {
  const removed = change.type === 'removeFilter' ? before.filters.find((filter) => filter.id === change.filterId) : undefined;
  return moderationEvent(conversationId, id, 'policy.set', {
    byId,
    change: JSON.stringify(change),
    ...(change.type === 'modes' ? { modes: { ...policy.modes } } : {}),
    ...(removed === undefined ? {} : { filter: { ...removed } }),
  });
};

/** What somebody did to a message for the others: took back what another has said, pinned it, or took it off the pinned ones. */
export const messageModeratedEvent = (
  id: string,
  kind: 'message.recalled' | 'message.pinned' | 'message.unpinned',
  { conversationId, seq, authorId }: Pick<Message, 'conversationId' | 'seq' | 'authorId'>,
  byId: string,
): NewFeedEvent => moderationEvent(conversationId, id, kind, { byId, userId: authorId, message: seq });

/** That what somebody had said lately was taken back, so many messages at once. */
export const messagesRecalledEvent = (
  id: string,
  { conversationId, userId }: Pick<Sanction, 'conversationId' | 'userId'>,
  count: number,
  byId: string,
): NewFeedEvent => moderationEvent(conversationId, id, 'messages.recalled', { byId, userId, count });

/** What a conversation announces from then on; null: nothing any more. */
export const announcementSetEvent = (id: string, conversationId: string, text: string | null, byId: string): NewFeedEvent =>
  moderationEvent(conversationId, id, 'announcement.set', { byId, text });

/** That an operator has a user's data erased, under the platform's name. */
export const erasureAskedEvent = (id: string, userId: string, { byId, reason }: Decision): NewFeedEvent =>
  moderationEvent(PLATFORM_ID, id, 'erasure.asked', { byId, userId, reason });

/** What a moderator decided about something in the queue: a held message, or what was reported. */
export const itemSettledEvent = (id: string, item: QueueItem): NewFeedEvent => {
  const { conversationId, seq, state, settledById, settledReason: reason } = item;
  const userId = item.kind === 'HELD' ? item.authorId : item.userId;
  const message = seq === null ? {} : { message: seq };
  return moderationEvent(conversationId, id, 'item.settled', { byId: settledById ?? '', userId, state, reason, ...message });
};
