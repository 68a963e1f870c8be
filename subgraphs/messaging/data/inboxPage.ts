import type { Queryable } from '#platform/database/database.ts';
import type { FeedEvent, ResetReason } from '#platform/feed/feed.ts';
import { type LogAnswer, type LogRequest, readLogs } from '#platform/feed/log.ts';
import { type InboxLoggedEvent, shares } from '../domain/inbox.ts';
import { conversationFeedOf, inboxFeedOf } from '../events.ts';
import type { InboxPlace } from './inboxCursor.ts';
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

/** Reads at most `limit` events after a place (null: from the beginning), by three statements, whatever the number of groups, and one more where a group is joined on this page; fewer than there are
 * where rows of the log show nothing to this version. What is read is shown: of each log a part that is as large as what it has to say. `reset`: why the place is not in the logs of this person. */
export const readInbox = async (
  database: Queryable,
  userId: string,
  { after, limit }: { readonly after: InboxPlace | null; readonly limit: number },
): Promise<InboxPage | { readonly reset: ResetReason }> => {
  const known = after === null ? null : await mergeAfter(database, userId, after);
  if (after !== null && known === null) return { reset: 'EPOCH' };
  const stays = [...(known?.stays() ?? [])];
  const [top, ...tops] = await readLogs(database, [
    { feed: inboxFeedOf(userId), after: after === null ? null : { epoch: after.epoch, ...after.inbox }, take: 0 },
    ...stays.map((stay) => requestFor(stay, after?.epoch ?? '', 0)),
  ]);
  if (top === undefined) throw new Error(`the inbox of ${userId} was read and gave no answer`);
  const reset = [top, ...tops].find((answer) => answer.reset !== null)?.reset ?? null;
  if (reset !== null) return { reset };
  const merge = known ?? new InboxMerge(userId, { epoch: top.epoch, inbox: top.from, groups: new Map() }, []);
  const heads = new Map(stays.map(({ id }, index) => [id, tops[index]?.head ?? 0]));
  const { inbox, groups } = await readShares(database, merge, { top, stays, heads, limit });
  const events = mergeInOrder(merge, inbox.events, groups, limit);
  return {
    events,
    cursor: merge.cursor,
    hasNextPage:
      merge.inbox.seq < inbox.head || [...merge.stays()].some((stay) => !stay.isOver && stay.place.seq < (heads.get(stay.id) ?? 0)),
    hasPreviousPage: (after?.inbox.seq ?? 0) > 0,
    reset: null,
  };
};

const requestFor = ({ conversationId, place }: MergedStay, epoch: string, take: number): LogRequest => ({
  feed: conversationFeedOf(conversationId),
  after: { epoch, ...place },
  take,
});

interface Known {
  /** Where the inbox's log stands. */
  readonly top: LogAnswer;
  readonly stays: readonly MergedStay[];
  /** Of the groups' logs; gets those that are read here. */
  readonly heads: Map<number, number>;
  readonly limit: number;
}

/** What comes next in the inbox's log and in each group's, together about `limit` events; and of groups that are joined on this page, of which it is not known yet how much that is, as many again. */
const readShares = async (
  database: Queryable,
  merge: InboxMerge,
  { top, stays, heads, limit }: Known,
): Promise<{ readonly inbox: LogAnswer; readonly groups: ReadonlyMap<number, readonly FeedEvent[]> }> => {
  const missing = stays.map(({ id, place, lastSeq, isOver }) =>
    isOver ? 0 : Math.min(heads.get(id) ?? 0, lastSeq ?? Number.POSITIVE_INFINITY) - place.seq,
  );
  const inInbox = top.head - merge.inbox.seq;
  const inGroups = missing.reduce((sum, each) => sum + each, 0);
  const ofInbox = Math.ceil((limit * inInbox) / Math.max(1, inInbox + inGroups));
  // A leaving in the inbox waits for what the group said before it: so there is always a part for groups, too.
  const ofGroups = Math.max(limit - ofInbox, Math.min(inGroups, 1));
  const groups = new Map<number, readonly FeedEvent[]>();
  const read = async (wanted: readonly Share[], first: readonly LogRequest[]): Promise<readonly LogAnswer[]> => {
    const answers = await readLogs(database, [...first, ...wanted.map(({ stay, take }) => requestFor(stay, merge.epoch, take))]);
    for (const [index, { stay }] of wanted.entries()) {
      const answer = answers[first.length + index];
      groups.set(stay.id, answer?.events ?? []);
      heads.set(stay.id, answer?.head ?? 0);
    }
    return answers;
  };
  const [inbox] = await read(sharesOf(stays, missing, ofGroups), [{ feed: top.feed, after: top.from, take: ofInbox }]);
  if (inbox === undefined) throw new Error(`${top.feed} was read and gave no answer`);
  const begun = inbox.events.flatMap((event) => stayBegunBy(event, merge.epoch) ?? []);
  for (const { id } of begun) heads.set(id, Number.POSITIVE_INFINITY);
  if (begun.length > 0)
    await read(
      sharesOf(
        begun,
        begun.map(() => limit),
        limit,
      ),
      [],
    );
  return { inbox, groups };
};

interface Share {
  readonly stay: MergedStay;
  readonly take: number;
}

const sharesOf = (stays: readonly MergedStay[], missing: readonly number[], budget: number): readonly Share[] => {
  const take = shares(missing, budget);
  return stays.flatMap((stay, index) => ((take[index] ?? 0) > 0 ? [{ stay, take: take[index] ?? 0 }] : []));
};

/** What was read of a group's log and is not told yet. `atMs`: of what comes next. */
interface Queue {
  readonly stayId: number;
  readonly events: readonly FeedEvent[];
  next: number;
  atMs: number;
}

/** Merges what was read: the oldest of what comes next, until `limit` events are to be shown or nothing comes next. */
const mergeInOrder = (
  merge: InboxMerge,
  inbox: readonly FeedEvent[],
  groups: ReadonlyMap<number, readonly FeedEvent[]>,
  limit: number,
): readonly InboxLoggedEvent[] => {
  const shown: InboxLoggedEvent[] = [];
  const queues: Queue[] = [];
  const open = ({ id: stayId }: Pick<MergedStay, 'id'>): void => {
    const events = groups.get(stayId) ?? [];
    if (events.length > 0) queues.push({ stayId, events, next: 0, atMs: atMsOf(events, 0) });
  };
  for (const stay of merge.stays()) open(stay);
  let nextInInbox = 0;
  while (shown.length < limit) {
    const oldest = oldestOf(queues);
    const news = inbox[nextInInbox];
    if (news !== undefined && (oldest === null || news.at.getTime() <= oldest.atMs)) {
      const merged = merge.takeFromInbox(news);
      if (merged !== null) {
        nextInInbox += 1;
        if (merged.event !== null) shown.push(merged.event);
        if (merged.began !== undefined) open(merged.began);
        continue;
      }
    }
    const event = oldest?.events[oldest.next];
    if (oldest === null || event === undefined) break;
    const merged = merge.takeFromGroup(oldest.stayId, event);
    oldest.next += 1;
    oldest.atMs = atMsOf(oldest.events, oldest.next);
    if (merged.ended !== undefined || oldest.next === oldest.events.length) queues.splice(queues.indexOf(oldest), 1);
    if (merged.event !== null) shown.push(merged.event);
  }
  return shown;
};

const atMsOf = (events: readonly FeedEvent[], index: number): number => events[index]?.at.getTime() ?? Number.POSITIVE_INFINITY;

const oldestOf = (queues: readonly Queue[]): Queue | null => {
  let oldest: Queue | null = null;
  for (const queue of queues) if (oldest === null || queue.atMs < oldest.atMs) oldest = queue;
  return oldest;
};
