import { markOf } from '#platform/feed/cursor.ts';
import type { FeedEvent } from '#platform/feed/feed.ts';
import type { InboxLoggedEvent, LogPlace, Stay } from '../domain/inbox.ts';
import { loggedEventOf } from '../events.ts';
import { cursorHead, cursorPart, cursorText, type InboxPlace } from './inboxCursor.ts';
import { INBOX_KINDS, type InboxNews, inboxNewsOf } from './inboxEvents.ts';

/** A group in the merge: the stay, how far its log has been told of, and whether that was all of it. */
export interface MergedStay extends Pick<Stay, 'id' | 'conversationId'> {
  readonly place: LogPlace;
  /** The leaving, where it was known already when the merge began. */
  readonly lastSeq: number | null;
  readonly isOver: boolean;
}

/** What came of one event of a log. `event`: to be shown; null where there is nothing to show. `began`, `ended`: the stay whose log begins or ends with it. */
export interface Merged {
  readonly event: InboxLoggedEvent | null;
  readonly began?: MergedStay;
  readonly ended?: MergedStay;
}

const NOTHING: Merged = { event: null };

/** The stay in a group that begins with this event of an inbox; undefined where none does. `epoch`: of the log. */
export const stayBegunBy = (event: FeedEvent, epoch: string): MergedStay | undefined =>
  event.kind === INBOX_KINDS.joined ? begunBy(event, inboxNewsOf(event, epoch)) : undefined;

const begunBy = ({ seq: id }: FeedEvent, news: InboxNews | null): MergedStay | undefined =>
  news?.type === 'joined' && news.place !== null
    ? { id, conversationId: news.conversationId, place: news.place, lastSeq: null, isOver: false }
    : undefined;

/** Makes one sequence out of the log of a person's inbox and the logs of their groups, of whatever events come next of each: a group's log is theirs from their joining to their
 * leaving, everything before a leaving comes before it, and nothing after it comes at all. Knows at each event where that is in all logs. */
export class InboxMerge {
  readonly #userId: string;
  readonly #epoch: string;
  #inbox: LogPlace;
  /** Ascending, since later stays have higher ids: so they stand in cursors. */
  readonly #stays = new Map<number, MergedStay>();

  /** `stays`: those of `place.groups`. */
  constructor(userId: string, place: InboxPlace, stays: readonly Stay[]) {
    this.#userId = userId;
    this.#epoch = place.epoch;
    this.#inbox = place.inbox;
    for (const { id, conversationId, left, joined } of stays.toSorted((one, other) => one.id - other.id)) {
      const at = place.groups.get(id) ?? joined;
      const lastSeq = left?.lastSeq ?? null;
      this.#put({ id, conversationId, place: at, lastSeq, isOver: lastSeq !== null && at.seq >= lastSeq });
    }
  }

  get epoch(): string {
    return this.#epoch;
  }

  get inbox(): LogPlace {
    return this.#inbox;
  }

  get cursor(): string {
    return cursorOf(this.#epoch, this.#inbox, [...this.#stays.values()]);
  }

  stays(): IterableIterator<MergedStay> {
    return this.#stays.values();
  }

  stay(id: number): MergedStay | undefined {
    return this.#stays.get(id);
  }

  /** The next event of the inbox's log; null when it has to wait: something that was said before the leaving has not come yet. */
  takeFromInbox(event: FeedEvent): Merged | null {
    const news = inboxNewsOf(event, this.#epoch);
    const ended = news?.type === 'left' ? this.#stayIn(news.conversationId) : undefined;
    if (news?.type === 'left' && ended !== undefined && !ended.isOver && ended.place.seq < (news.lastSeq ?? 0)) return null;
    this.#inbox = { seq: event.seq, mark: markOf(event.id) };
    if (ended !== undefined) this.#remove(ended);
    const began = begunBy(event, news);
    if (began !== undefined) this.#put(began);
    return {
      event: news === null ? null : this.#shown(event, news),
      ...(began === undefined ? {} : { began }),
      ...(ended === undefined ? {} : { ended }),
    };
  }

  /** The next event of a group's log. */
  takeFromGroup(stayId: number, event: FeedEvent): Merged {
    const stay = this.#stays.get(stayId);
    if (stay === undefined || stay.isOver || event.seq !== stay.place.seq + 1) return NOTHING;
    const shown = loggedEventOf(event);
    // The log itself says first that somebody left: what follows there is not for them, also where their inbox has not told of it yet.
    const isLeaving = shown?.__typename === 'GroupChangedEvent' && shown.left.includes(this.#userId);
    const isOver = isLeaving || event.seq === stay.lastSeq;
    const moved = { ...stay, place: { seq: event.seq, mark: markOf(event.id) }, isOver };
    this.#put(moved);
    if (shown === null) return isOver ? { event: null, ended: moved } : NOTHING;
    const { conversationId } = stay;
    const base = { __typename: 'InboxConversationEvent', conversationId, event: shown } as const;
    return { event: this.#placed(event, base), ...(isOver ? { ended: moved } : {}) };
  }

  #stayIn(conversationId: string): MergedStay | undefined {
    for (const stay of this.#stays.values()) if (stay.conversationId === conversationId) return stay;
    return undefined;
  }

  #put(stay: MergedStay): void {
    this.#stays.set(stay.id, stay);
  }

  #remove({ id }: MergedStay): void {
    this.#stays.delete(id);
  }

  #shown(event: FeedEvent, news: InboxNews): InboxLoggedEvent {
    if (news.type === 'blocks') {
      const { type: _, ...change } = news;
      return this.#placed(event, { __typename: 'InboxBlocksEvent', ...change });
    }
    const { conversationId } = news;
    if (news.type === 'held') {
      const { itemId, state } = news;
      return this.#placed(event, { __typename: 'InboxHeldMessageEvent', conversationId, itemId, state });
    }
    if (news.type === 'event') {
      const { id, at } = news.event;
      return this.#placed({ id, at }, { __typename: 'InboxConversationEvent', conversationId, event: news.event });
    }
    if (news.type === 'read') return this.#placed(event, { __typename: 'InboxReadEvent', conversationId, number: news.number });
    return this.#placed(event, { __typename: news.type === 'joined' ? 'InboxJoinedEvent' : 'InboxLeftEvent', conversationId });
  }

  // A cursor has a place in each group: it is written out where somebody asks for it, which on a page is at its end alone.
  #placed<Said extends object>({ id, at }: Pick<FeedEvent, 'id' | 'at'>, said: Said): Said & { id: string; at: Date; cursor: string } {
    const [epoch, inbox, stays] = [this.#epoch, this.#inbox, [...this.#stays.values()]];
    return {
      ...said,
      id,
      at,
      get cursor() {
        return cursorOf(epoch, inbox, stays);
      },
    };
  }
}

const cursorOf = (epoch: string, inbox: LogPlace, stays: readonly MergedStay[]): string =>
  cursorText([cursorHead(epoch, inbox), ...stays.map(({ id, place }) => cursorPart(id, place))]);
