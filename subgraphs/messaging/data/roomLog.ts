import type { Queryable } from '#platform/database/database.ts';
import { FanfareError } from '#platform/errors.ts';
import { parseCursor } from '#platform/feed/cursor.ts';
import type { FeedEvent, FeedItem, Feeds } from '#platform/feed/feed.ts';
import type { PageRequest } from '../domain/page.ts';
import type { Room } from '../domain/room.ts';
import type { LoggedEvent, PositionEvent, ResetEvent, RoomEvent } from '../domain/roomEvent.ts';
import { NEW_ROOM_STEP } from '../domain/roomStep.ts';
import { conversationFeedOf, FEED_KINDS, loggedEventOf, type RoomEventKind } from '../events.ts';
import { asLogged, chatDelayMs, delayedStart } from './delayedChat.ts';
import { createDelayLine } from './delayLine.ts';
import type { Ladder } from './ladder.ts';
import { asOfNow } from './messages.ts';
import { createOutbox } from './roomOutbox.ts';
import { stepsAt } from './roomSteps.ts';

/** One page of a room's log, ascending. */
export interface RoomLogPage {
  readonly events: readonly LoggedEvent[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

const ALL_KINDS = Object.keys(FEED_KINDS) as readonly RoomEventKind[];

/** A page of one room's log to be read. `kinds`: only these; null: all that this version knows. `until`: nothing that happened later; null: all. */
export type RoomLogRequest = PageRequest & {
  readonly roomId: string;
  readonly kinds: readonly RoomEventKind[] | null;
  readonly until?: Date | null;
};

/** Throws FanfareError BAD_USER_INPUT when the request has a cursor that is none. */
export const checkCursors = (request: PageRequest): void => {
  const cursor = request.direction === 'forward' ? request.after : request.before;
  if (cursor !== undefined) parseCursor(cursor);
};

/** Reads pages of any number of rooms by a fixed number of statements; in the place of one whose cursor is not in its log, a FanfareError BAD_USER_INPUT. */
export const readRoomLogs = async (
  feeds: Pick<Feeds, 'pages'>,
  requests: readonly RoomLogRequest[],
): Promise<readonly (RoomLogPage | Error)[]> => {
  const pages = await feeds.pages(
    requests.map(({ roomId, kinds, until: _, ...page }) => ({
      ...page,
      feed: conversationFeedOf(roomId),
      kinds: (kinds ?? ALL_KINDS).map((kind) => FEED_KINDS[kind]),
    })),
  );
  return pages.map(({ events, reset, hasNextPage, hasPreviousPage }, index) => {
    const until = requests[index]?.until ?? null;
    // A log's times never run backwards, so what is left out is the end of the page.
    const shown = until === null ? events : events.filter(({ at }) => at <= until);
    if (reset === null)
      return {
        events: shown.flatMap((event) => shownNow(event) ?? []),
        hasNextPage: hasNextPage || shown.length < events.length,
        hasPreviousPage,
      };
    return new FanfareError('BAD_USER_INPUT', `The cursor is not in the log of this room (${reset}). Read it again without a cursor.`);
  });
};

/** An event as a page shows it: what was posted as it is now. */
const shownNow = (event: FeedEvent): LoggedEvent | null => {
  const shown = loggedEventOf(event);
  return shown?.__typename === 'ChatEvent' ? { ...shown, message: asOfNow(shown.message) } : shown;
};

/** What `roomEvents` sends, in this order: the position, a reset where `after` is not in the log, then the log from there on, each event of these kinds (null: all) once. Others
 * move the cursor of the next one. On the steps of the ladder above FULL (see domain/ladder.ts) chat leaves in groups, and what is not sent of it is told by SkippedEvents: each message is sent
 * or in one of them, whatever the cursor that the follower began after. Where a room delays its chat, it and what comes behind it is sent when it has been in the log for so long, as the log has it then. `full`: chat is sent as on FULL, and at once. Ends with `signal`, and with what the log holds at `endsAtMs`. */
export async function* followRoomLog(
  { feeds, database, ladder }: RoomLogParts,
  room: Pick<Room, 'id' | 'ownerId' | 'policyVersion'>,
  { after, kinds, full, endsAtMs, signal }: FollowRequest,
): AsyncGenerator<{ readonly roomEvents: RoomEvent }, void> {
  const feed = conversationFeedOf(room.id);
  const items = feeds.follow(feed, { after: after ?? (full ? null : await delayedStart({ database, feeds }, room)), signal });
  const line = createDelayLine();
  const outbox = createOutbox({ kinds, full, ownerId: room.ownerId });
  const watch = ladder.watch(room.id);
  let asked: Promise<IteratorResult<FeedItem>> | null = null;
  let seenSeq = -1;
  let lastSeq: number | null = null;
  const pass = (event: FeedEvent): void => {
    outbox.put(event, Date.now());
    if (event.kind === FEED_KINDS.STEP) watch.stands(outbox.state);
  };
  try {
    for (;;) {
      for (const event of await asLogged(database, room.id, line.take(Date.now()))) pass(event);
      for (const event of outbox.take(Date.now())) yield { roomEvents: event };
      if (endsAtMs !== null && Date.now() >= endsAtMs) lastSeq ??= (await feeds.head(feed)).seq;
      if (lastSeq !== null && seenSeq >= lastSeq && line.isEmpty) {
        for (const event of outbox.take(Number.POSITIVE_INFINITY)) yield { roomEvents: event };
        return;
      }
      if (!line.isFull) asked ??= items.next();
      const dueInMs = [
        outbox.dueInMs(Date.now()),
        line.dueInMs(Date.now()),
        lastSeq !== null || endsAtMs === null ? null : endsAtMs - Date.now(),
      ];
      const result = await withinMs(line.isFull || asked === null ? new Promise<never>(() => undefined) : asked, soonestOf(dueInMs));
      if (result === null) continue;
      if (result.done === true) return;
      asked = null;
      const item = result.value;
      seenSeq = item.type === 'event' ? item.event.seq : item.seq;
      if (item.type === 'event') {
        watch.saw(item.event);
        if (full || !line.put(item.event, Date.now())) pass(item.event);
      } else {
        // Known from the log, so that everybody who reads this part of it leaves out the same.
        const [steps, delayMs] = await Promise.all([
          stepsAt(database, [{ roomId: room.id, seq: item.seq }]),
          // Read at the place, or behind it: a change that comes after it stands in the log.
          full ? 0 : chatDelayMs(database, room.id),
        ]);
        const state = steps.get(room.id) ?? NEW_ROOM_STEP;
        line.stands(delayMs);
        if (item.type === 'reset') watch.restarts(state);
        else watch.stands(state);
        outbox.stand(roomEventOf(item), state, Date.now());
      }
    }
  } finally {
    watch.end();
    await items.return?.();
  }
}

export interface RoomLogParts {
  readonly feeds: Pick<Feeds, 'follow' | 'head'>;
  readonly database: Queryable;
  readonly ladder: Pick<Ladder, 'watch'>;
}

export interface FollowRequest {
  readonly after: string | null;
  readonly kinds: readonly RoomEventKind[] | null;
  readonly full: boolean;
  /** Of a closed room, in epoch milliseconds; null: not before the room closes. */
  readonly endsAtMs: number | null;
  readonly signal: AbortSignal;
}

/** The shortest of these times; null: there is none. */
const soonestOf = (waitsMs: readonly (number | null)[]): number | null => {
  const waits = waitsMs.filter((waitMs) => waitMs !== null);
  return waits.length === 0 ? null : Math.max(0, Math.min(...waits));
};

/** What `work` answers, or null when it has not answered after that time; null: however long it takes. It goes on, and may be awaited again. */
const withinMs = async <T>(work: Promise<T>, ms: number | null): Promise<T | null> => {
  if (ms === null) return work;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};

const roomEventOf = ({ type, cursor, seq, at, ...item }: Exclude<FeedItem, { type: 'event' }>): PositionEvent | ResetEvent =>
  'reason' in item
    ? { __typename: 'ResetEvent', id: `reset:${cursor}`, cursor, seq, at, reason: item.reason }
    : { __typename: 'PositionEvent', id: `${type}:${cursor}`, cursor, seq, at };
