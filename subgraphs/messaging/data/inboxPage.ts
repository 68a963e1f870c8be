import type { Queryable } from '#platform/database/database.ts';
import type { FeedEvent, ResetReason } from '#platform/feed/feed.ts';
import { type LogAnswer, readLogs } from '#platform/feed/log.ts';
import { type InboxLoggedEvent, shares } from '../domain/inbox.ts';
import { conversationFeedOf, inboxFeedOf } from '../events.ts';
import type { InboxPlace } from './inboxCursor.ts';
import { inboxNewsOf } from './inboxEvents.ts';
import { InboxMerge, type MergedStay, stayBegunBy } from './inboxMerge.ts';
import { mergeAfter } from './inboxPlaces.ts';

/** Events of one person's inbox, oldest first. `cursor`: the place after them, also where the page is empty. */
export interface InboxPage {
  readonly events: readonly InboxLoggedEvent[];
  readonly cursor: string;
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly reset: null;
}

/** Reads at most `limit` events after a place (null: from the beginning), by three statements, whatever the number of groups; fewer than there are where rows of the log show nothing to this version.
 * `reset`: why the place is not in the logs of this person. */
export const readInbox = async (
  database: Queryable,
  userId: string,
  { after, limit }: { readonly after: InboxPlace | null; readonly limit: number },
): Promise<InboxPage | { readonly reset: ResetReason }> => {
  const merge = after === null ? null : await mergeAfter(database, userId, after);
  if (after !== null && merge === null) return { reset: 'EPOCH' };
  const stays = [...(merge?.stays() ?? [])];
  const epoch = after?.epoch ?? null;
  const [inbox, ...groups] = await readLogs(database, [
    { feed: inboxFeedOf(userId), after: after === null || epoch === null ? null : { epoch, ...after.inbox }, take: limit },
    ...stays.map(({ conversationId, place }) => ({
      feed: conversationFeedOf(conversationId),
      after: { epoch: epoch ?? '', ...place },
      take: 0,
    })),
  ]);
  if (inbox === undefined) throw new Error(`the inbox of ${userId} was read and gave no answer`);
  const reset = [inbox, ...groups].find((answer) => answer.reset !== null)?.reset ?? null;
  if (reset !== null) return { reset };
  const started = merge ?? new InboxMerge(userId, { epoch: inbox.epoch, inbox: inbox.from, groups: new Map() }, []);
  const heads = new Map(stays.map(({ id }, index) => [id, groups[index]?.head ?? 0]));
  const logs = await readGroups(database, started, { stays, heads, inbox, limit });
  const events = mergeInOrder(started, inbox.events, logs, limit);
  return {
    events,
    cursor: started.cursor,
    hasNextPage:
      started.inbox.seq < inbox.head || [...started.stays()].some((stay) => !stay.isOver && stay.place.seq < (heads.get(stay.id) ?? 0)),
    hasPreviousPage: (after?.inbox.seq ?? 0) > 0,
    reset: null,
  };
};

interface Known {
  readonly stays: readonly MergedStay[];
  /** Of the groups' logs; gets those that are read here. */
  readonly heads: Map<number, number>;
  readonly inbox: LogAnswer;
  readonly limit: number;
}

/** What comes next in each group's log, together at most `limit` events. Of groups that are joined on this page too, of which it is not known yet how much that is. */
const readGroups = async (
  database: Queryable,
  merge: InboxMerge,
  { stays, heads, inbox, limit }: Known,
): Promise<ReadonlyMap<number, readonly FeedEvent[]>> => {
  const begun = inbox.events.flatMap((event) => stayBegunBy(event, inboxNewsOf(event, merge.epoch)) ?? []);
  const missing = [
    ...stays.map(({ id, place, lastSeq, isOver }) =>
      isOver ? 0 : Math.min(heads.get(id) ?? 0, lastSeq ?? Number.POSITIVE_INFINITY) - place.seq,
    ),
    ...begun.map(() => limit),
  ];
  const take = shares(missing, limit);
  const wanted = [...stays, ...begun].flatMap((stay, index) => ((take[index] ?? 0) > 0 ? [{ stay, take: take[index] ?? 0 }] : []));
  const answers = await readLogs(
    database,
    wanted.map(({ stay: { conversationId, place }, take: events }) => ({
      feed: conversationFeedOf(conversationId),
      after: { epoch: merge.epoch, ...place },
      take: events,
    })),
  );
  for (const { id } of begun) heads.set(id, Number.POSITIVE_INFINITY);
  for (const [index, { stay }] of wanted.entries()) heads.set(stay.id, answers[index]?.head ?? 0);
  return new Map(wanted.map(({ stay }, index) => [stay.id, answers[index]?.events ?? []]));
};

/** Merges what was read: the oldest of what comes next, until `limit` events are to be shown or nothing comes next. */
const mergeInOrder = (
  merge: InboxMerge,
  inbox: readonly FeedEvent[],
  groups: ReadonlyMap<number, readonly FeedEvent[]>,
  limit: number,
): readonly InboxLoggedEvent[] => {
  const shown: InboxLoggedEvent[] = [];
  const queues = new Map<number, { readonly events: readonly FeedEvent[]; next: number }>();
  const open = ({ id }: MergedStay): void => {
    const events = groups.get(id) ?? [];
    if (events.length > 0) queues.set(id, { events, next: 0 });
  };
  for (const stay of merge.stays()) open(stay);
  let nextInInbox = 0;
  while (shown.length < limit) {
    let oldest: { readonly stayId: number; readonly event: FeedEvent } | null = null;
    for (const [stayId, { events, next }] of queues) {
      const event = events[next];
      if (event !== undefined && (oldest === null || event.at < oldest.event.at)) oldest = { stayId, event };
    }
    const news = inbox[nextInInbox];
    if (news !== undefined && (oldest === null || news.at <= oldest.event.at)) {
      const merged = merge.takeFromInbox(news);
      if (merged !== null) {
        nextInInbox += 1;
        if (merged.event !== null) shown.push(merged.event);
        if (merged.began !== undefined) open(merged.began);
        continue;
      }
    }
    if (oldest === null) break;
    const { event, ended } = merge.takeFromGroup(oldest.stayId, oldest.event);
    const queue = queues.get(oldest.stayId);
    if (queue !== undefined) queue.next += 1;
    if (ended !== undefined || queue?.next === queue?.events.length) queues.delete(oldest.stayId);
    if (event !== null) shown.push(event);
  }
  return shown;
};
