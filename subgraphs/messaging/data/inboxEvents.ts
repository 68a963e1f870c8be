import { z } from 'zod';
import { encodeCursor, markOf } from '#platform/feed/cursor.ts';
import type { FeedEvent, JsonObject, NewFeedEvent } from '#platform/feed/feed.ts';
import { shardOfFeed } from '#platform/feed/shard.ts';
import type { InboxHeldMessageEvent, LogPlace } from '../domain/inbox.ts';
import type { HeldMessage } from '../domain/queueItem.ts';
import type { LoggedEvent } from '../domain/roomEvent.ts';
import { conversationFeedOf, conversationIdOf, inboxFeedOf, loggedEventOf } from '../events.ts';
import type { MemberSubject } from './members.ts';

// The log of what concerns one user: what happens in their direct conversations, whole; which groups they are in and when (what happens there is read from the groups' own logs);
// and how far they have read.

/** Version of the payloads below. Readers tolerate newer ones: fields are added, never changed or removed. */
const PAYLOAD_VERSION = 1;

/** Kinds of events in the log of an inbox. */
export const INBOX_KINDS = {
  joined: 'inbox.joined',
  left: 'inbox.left',
  event: 'inbox.event',
  read: 'inbox.read',
  blocks: 'inbox.blocks',
  held: 'inbox.held',
} as const;

// It comes out of a column of JSON, and is parsed by its own kind: looking through all of it here would cost as much as everything else.
const json = z.custom<JsonObject>((value) => typeof value === 'object' && value !== null && !Array.isArray(value));
const joined = z.object({ conversationId: z.string(), seq: z.int().optional(), mark: z.string().optional() });
const left = z.object({ conversationId: z.string(), seq: z.int().optional() });
const read = z.object({ conversationId: z.string(), number: z.int() });
const blocks = z.object({ userId: z.string(), isBlocked: z.boolean(), version: z.int() });
const held = z.object({ conversationId: z.string(), itemId: z.string(), state: z.enum(['APPROVED', 'REJECTED', 'EXPIRED']) });
const copied = z.object({
  conversationId: z.string(),
  seq: z.int(),
  id: z.string(),
  at: z.iso.datetime().transform((text) => new Date(text)),
  kind: z.string(),
  v: z.int(),
  payload: json,
});

/** That somebody is a member from now on. `place`: the joining in a group's log, after which the log is theirs; null for a direct conversation. */
export const inboxJoinedEvent = ({ conversationId, userId }: MemberSubject, id: string, place: LogPlace | null): NewFeedEvent =>
  inboxEvent(userId, { id }, INBOX_KINDS.joined, { conversationId, ...(place === null ? {} : { seq: place.seq, mark: place.mark }) });

/** That somebody is a member no more. `lastSeq`: of the leaving, up to which the group's log is theirs; null for a direct conversation. */
export const inboxLeftEvent = ({ conversationId, userId }: MemberSubject, id: string, lastSeq: number | null): NewFeedEvent =>
  inboxEvent(userId, { id }, INBOX_KINDS.left, { conversationId, ...(lastSeq === null ? {} : { seq: lastSeq }) });

/** Who became a member, and who is none any more, by conversation, as lines of inboxes say it. */
export const memberMovesOf = (
  events: readonly FeedEvent[],
): { readonly joined: ReadonlyMap<string, readonly string[]>; readonly left: ReadonlyMap<string, readonly string[]> } => {
  const of = (kind: string, parser: z.ZodType<{ readonly conversationId: string }>): ReadonlyMap<string, readonly string[]> => {
    const moves = events.flatMap((event) =>
      event.kind === kind ? [{ userId: event.feed.slice(inboxFeedOf('').length), ...parser.parse(event.payload) }] : [],
    );
    const byConversation = Map.groupBy(moves, ({ conversationId }) => conversationId);
    return new Map([...byConversation].map(([id, each]) => [id, each.map(({ userId }) => userId)]));
  };
  return { joined: of(INBOX_KINDS.joined, joined), left: of(INBOX_KINDS.left, left) };
};

/** How far somebody has read. */
export const inboxReadEvent = ({ conversationId, userId }: MemberSubject, id: string, number: number): NewFeedEvent =>
  inboxEvent(userId, { id }, INBOX_KINDS.read, { conversationId, number });

/** That somebody blocks a user from now on, or no more. `version`: of their list, after that. */
export const inboxBlockEvent = (
  ownerId: string,
  id: string,
  change: { readonly userId: string; readonly isBlocked: boolean; readonly version: number },
): NewFeedEvent => inboxEvent(ownerId, { id }, INBOX_KINDS.blocks, change);

/** What has become of a message of theirs that waited for a moderator. */
export const inboxHeldEvent = ({ conversationId, id: itemId, authorId, state }: HeldMessage, id: string): NewFeedEvent =>
  inboxEvent(authorId, { id }, INBOX_KINDS.held, { conversationId, itemId, state });

/** An event of a direct conversation, as it is written into the inbox of one of its people: whole, so that following an inbox takes no look at another log. */
export const inboxCopyEvent = (userId: string, id: string, event: FeedEvent): NewFeedEvent =>
  inboxEvent(userId, { id, sourceEventId: event.id }, INBOX_KINDS.event, {
    conversationId: conversationIdOf(event.feed),
    seq: event.seq,
    id: event.id,
    at: event.at.toISOString(),
    kind: event.kind,
    v: event.v,
    payload: event.payload,
  });

/** What an event of an inbox's log says. */
export type InboxNews =
  | { readonly type: 'joined'; readonly conversationId: string; readonly place: LogPlace | null }
  | { readonly type: 'left'; readonly conversationId: string; readonly lastSeq: number | null }
  | { readonly type: 'event'; readonly conversationId: string; readonly event: LoggedEvent }
  | { readonly type: 'read'; readonly conversationId: string; readonly number: number }
  | {
      readonly type: 'held';
      readonly conversationId: string;
      readonly itemId: string;
      readonly state: InboxHeldMessageEvent['state'];
    }
  | { readonly type: 'blocks'; readonly userId: string; readonly isBlocked: boolean; readonly version: number };

/** Reads an event of an inbox's log; null for one of a kind, or with a payload, that this version does not know. `epoch`: of the log. */
export const inboxNewsOf = ({ kind, payload }: FeedEvent, epoch: string): InboxNews | null => {
  if (kind === INBOX_KINDS.joined) {
    const known = joined.safeParse(payload).data;
    if (known === undefined) return null;
    const { conversationId, seq, mark } = known;
    return { type: 'joined', conversationId, place: seq === undefined || mark === undefined ? null : { seq, mark } };
  }
  if (kind === INBOX_KINDS.left) {
    const known = left.safeParse(payload).data;
    return known === undefined ? null : { type: 'left', conversationId: known.conversationId, lastSeq: known.seq ?? null };
  }
  if (kind === INBOX_KINDS.read) {
    const known = read.safeParse(payload).data;
    return known === undefined ? null : { type: 'read', ...known };
  }
  if (kind === INBOX_KINDS.blocks) {
    const known = blocks.safeParse(payload).data;
    return known === undefined ? null : { type: 'blocks', ...known };
  }
  if (kind === INBOX_KINDS.held) {
    const known = held.safeParse(payload).data;
    return known === undefined ? null : { type: 'held', ...known };
  }
  const copy = kind === INBOX_KINDS.event ? copied.safeParse(payload).data : undefined;
  if (copy === undefined) return null;
  const { conversationId, ...event } = copy;
  const cursor = encodeCursor({ epoch, seq: event.seq, mark: markOf(event.id) });
  const shown = loggedEventOf({ ...event, feed: conversationFeedOf(conversationId), cursor });
  return shown === null ? null : { type: 'event', conversationId, event: shown };
};

// The shard is the one in which readers look: an id such as "17" is not hashed there.
const inboxEvent = (userId: string, ids: Pick<NewFeedEvent, 'id' | 'sourceEventId'>, kind: string, payload: JsonObject): NewFeedEvent => ({
  ...ids,
  feed: inboxFeedOf(userId),
  shard: shardOfFeed(inboxFeedOf(userId)),
  kind,
  v: PAYLOAD_VERSION,
  payload,
});
