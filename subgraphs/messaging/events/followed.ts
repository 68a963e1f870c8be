import { z } from 'zod';
import type { FeedEvent } from '#platform/feed/feed.ts';
import { feedsOfShards } from '#platform/feed/shard.ts';
import type { StreamChange } from '../domain/room.ts';
import { giftShown, instant } from '../events.ts';

// What messaging follows.

/** Streaming's feeds: which rooms there are, and whether they are open. */
export const STREAMS_FEEDS: readonly string[] = feedsOfShards('streams');
/** Trading's feeds: the gifts to show. */
export const GIFTS_FEEDS: readonly string[] = feedsOfShards('gifts');

const streamChanged = z.object({
  streamId: z.string(),
  streamerId: z.string(),
  status: z.enum(['SCHEDULED', 'LIVE', 'ENDED']),
  version: z.int(),
  startedAt: instant.nullable(),
  endedAt: instant.nullable(),
});
// What a gift costs by price is `cost`; where that is absent it was paid in coins alone.
const giftSent = giftShown
  .extend({ streamId: z.string(), receiverId: z.string(), cost: giftShown.shape.coins.optional() })
  .transform(({ cost, ...sent }) => ({ ...sent, coins: cost ?? sent.coins }));

/** A change of a stream, with the id of the event that said so. */
export interface FollowedStreamChange extends StreamChange {
  readonly eventId: string;
}

/** A gift, with the id of the event that said so. */
export interface FollowedGift extends z.infer<typeof giftSent> {
  readonly eventId: string;
}

const STREAM_KINDS: ReadonlySet<string> = new Set(['stream.created', 'stream.started', 'stream.ended']);

/** The stream changes among these events; kinds that this version does not know are none. Throws when a payload is not what its kind promises: the consumer then
 * stops, and is never silently ahead. */
export const streamChangesOf = (events: readonly FeedEvent[]): readonly FollowedStreamChange[] =>
  events.filter(({ kind }) => STREAM_KINDS.has(kind)).map(({ id, payload }) => ({ eventId: id, ...streamChanged.parse(payload) }));

/** The gifts among these events; see streamChangesOf. */
export const giftsOf = (events: readonly FeedEvent[]): readonly FollowedGift[] =>
  events.filter(({ kind }) => kind === 'gift.sent').map(({ id, payload }) => ({ eventId: id, ...giftSent.parse(payload) }));
