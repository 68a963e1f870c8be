import type { Queryable } from '#platform/database/database.ts';
import { encodeCursor } from '#platform/feed/cursor.ts';
import type { FeedEvent, FeedItem, Feeds, ResetReason } from '#platform/feed/feed.ts';
import type { InboxEvent, InboxLoggedEvent, LogPlace } from '../domain/inbox.ts';
import { conversationFeedOf, inboxFeedOf } from '../events.ts';
import { encodeInboxCursor, type InboxPlace } from './inboxCursor.ts';
import type { InboxMerge, Merged } from './inboxMerge.ts';
import { mergeAfter, mergeFromNow } from './inboxPlaces.ts';
import { Sources } from './sources.ts';

export interface InboxParts {
  readonly database: Queryable;
  readonly feeds: Pick<Feeds, 'follow'>;
}

/** Follows everything that happens in one person's direct conversations and groups, in this order: the position, a reset where `after` is not in the logs, then every event, each once and in
 * the order of its conversation. Ends with `signal`. */
export async function* followInbox(
  parts: InboxParts,
  userId: string,
  { after, signal }: { readonly after: InboxPlace | null; readonly signal: AbortSignal },
): AsyncGenerator<InboxEvent, void> {
  const { database } = parts;
  const known = after === null ? await mergeFromNow(database, userId) : await mergeAfter(database, userId, after);
  let reset: ResetReason | null = known === null ? 'EPOCH' : null;
  let merge = known ?? (await mergeFromNow(database, userId));
  // Who resumes gets their own place; where that is none, the reset follows.
  yield positionOf(after === null ? merge.cursor : encodeInboxCursor(after));
  while (!signal.aborted) {
    if (reset !== null)
      yield { __typename: 'InboxResetEvent', id: `reset:${merge.cursor}`, cursor: merge.cursor, at: new Date(), reason: reset };
    reset = yield* followFrom(parts, userId, merge, signal);
    if (reset === null) return;
    merge = await mergeFromNow(database, userId);
  }
}

const positionOf = (cursor: string): InboxEvent => ({ __typename: 'InboxPositionEvent', id: `position:${cursor}`, cursor, at: new Date() });

/** The source of the inbox's own log; those of groups are called by the id of the stay. */
const INBOX = 0;

/** Follows until the signal (null), or until a log is not the one any more in which the place was: why that is. */
async function* followFrom(
  { feeds }: InboxParts,
  userId: string,
  merge: InboxMerge,
  signal: AbortSignal,
): AsyncGenerator<InboxLoggedEvent, ResetReason | null> {
  const sources = new Sources<FeedItem>();
  const follow = (source: number, feed: string, place: LogPlace): void =>
    sources.add(source, feeds.follow(feed, { after: encodeCursor({ epoch: merge.epoch, ...place }), signal }));
  const followGroup = ({ id, conversationId, place }: NonNullable<Merged['began']>): void =>
    follow(id, conversationFeedOf(conversationId), place);
  try {
    follow(INBOX, inboxFeedOf(userId), merge.inbox);
    for (const stay of merge.stays()) if (!stay.isOver) followGroup(stay);
    /** A leaving before which something else has to come. */
    let waiting: FeedEvent | null = null;
    for (;;) {
      const next = await sources.next();
      if (next === null) return null;
      const { source, item } = next;
      if (item.type === 'reset') return item.reason;
      if (item.type === 'position') {
        sources.goOn(source);
        continue;
      }
      const merged: Merged | null = source === INBOX ? merge.takeFromInbox(item.event) : merge.takeFromGroup(source, item.event);
      if (merged === null) {
        waiting = item.event;
        continue;
      }
      if (merged.event !== null) yield merged.event;
      settle(sources, merged, followGroup);
      sources.goOn(source);
      const left: Merged | null = waiting === null || source === INBOX ? null : merge.takeFromInbox(waiting);
      if (left === null) continue;
      waiting = null;
      if (left.event !== null) yield left.event;
      settle(sources, left, followGroup);
      sources.goOn(INBOX);
    }
  } finally {
    sources.close();
  }
}

const settle = (sources: Sources<FeedItem>, { began, ended }: Merged, followGroup: (began: NonNullable<Merged['began']>) => void): void => {
  if (ended !== undefined) sources.remove(ended.id);
  if (began !== undefined) followGroup(began);
};
