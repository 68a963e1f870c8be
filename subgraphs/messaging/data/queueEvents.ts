import { z } from 'zod';
import type { FeedEvent, JsonObject, NewFeedEvent } from '#platform/feed/feed.ts';
import { newId, shardOf } from '#platform/ids.ts';
import { type ItemPlace, type ItemState, itemIdOf, type QueueItem, type ReportCase } from '../domain/queueItem.ts';

const QUEUE_FEED_PREFIX = 'queue/';

/** The log of what a conversation's moderators have to look at, and of what became of it. It names items, and says nothing of what is in them: that is read where it is kept, so an
 * erasure needs no look at this log. Appended to under the conversation's lock alone. */
export const queueFeedOf = (conversationId: string): string => QUEUE_FEED_PREFIX + conversationId;

/** Version of the payloads below; see PAYLOAD_VERSION in events.ts. */
const PAYLOAD_VERSION = 1;

const held = z.object({ itemId: z.string() });
const reported = z.object({ itemId: z.string(), reportCount: z.int() });
const settled = z.object({
  itemId: z.string(),
  state: z.enum(['APPROVED', 'REJECTED', 'EXPIRED', 'DISMISSED', 'RECALLED', 'ACTED']),
  byId: z.string().nullable(),
});

interface QueueEventBase {
  readonly id: string;
  readonly cursor: string;
  readonly seq: number;
  readonly at: Date;
}

/** What a queue's log holds. `itemId`: by which the graph knows it. */
export type QueueLoggedEvent = QueueEventBase &
  (
    | { readonly __typename: 'MessageHeldEvent'; readonly itemId: string }
    | { readonly __typename: 'ReportedEvent'; readonly itemId: string; readonly reportCount: number }
    | {
        readonly __typename: 'ModerationSettledEvent';
        readonly itemId: string;
        readonly state: Exclude<ItemState, 'OPEN'>;
        readonly byId: string | null;
      }
  );

/** What `moderationQueue` sends: the log, and where the subscriber stands in it. */
export type QueueEvent =
  | QueueLoggedEvent
  | (QueueEventBase & { readonly __typename: 'ModerationQueuePositionEvent' })
  | (QueueEventBase & { readonly __typename: 'ModerationQueueResetEvent'; readonly reason: 'RETENTION' | 'EPOCH' });

export const heldEvent = ({ conversationId, id: itemId }: ItemPlace): NewFeedEvent => queueEvent(conversationId, 'queue.held', { itemId });

export const reportedEvent = ({ conversationId, id: itemId, reportCount }: ReportCase): NewFeedEvent =>
  queueEvent(conversationId, 'queue.reported', { itemId, reportCount });

export const settledEvent = ({ conversationId, id: itemId, state, settledById: byId }: QueueItem): NewFeedEvent =>
  queueEvent(conversationId, 'queue.settled', { itemId, state, byId });

const queueEvent = (conversationId: string, kind: string, payload: JsonObject): NewFeedEvent => ({
  id: newId(),
  feed: queueFeedOf(conversationId),
  shard: shardOf(conversationId),
  kind,
  v: PAYLOAD_VERSION,
  payload,
});

/** An event of a queue's log as the graph shows it; null for one that this version does not know. */
export const queueEventOf = ({ feed, id, cursor, seq, at, kind, payload }: FeedEvent): QueueLoggedEvent | null => {
  const base = { id, cursor, seq, at };
  const idOf = (itemId: string): string =>
    itemIdOf({ conversationId: feed.slice(QUEUE_FEED_PREFIX.length), id: itemId } satisfies ItemPlace);
  if (kind === 'queue.held') {
    const item = held.safeParse(payload).data;
    return item === undefined ? null : { ...base, __typename: 'MessageHeldEvent', itemId: idOf(item.itemId) };
  }
  if (kind === 'queue.reported') {
    const item = reported.safeParse(payload).data;
    return item === undefined ? null : { ...base, __typename: 'ReportedEvent', ...item, itemId: idOf(item.itemId) };
  }
  const item = kind === 'queue.settled' ? settled.safeParse(payload).data : undefined;
  return item === undefined ? null : { ...base, __typename: 'ModerationSettledEvent', ...item, itemId: idOf(item.itemId) };
};
