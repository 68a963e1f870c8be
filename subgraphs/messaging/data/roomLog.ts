import { FanfareError } from '#platform/errors.ts';
import { parseCursor } from '#platform/feed/cursor.ts';
import type { FeedEvent, FeedItem, Feeds } from '#platform/feed/feed.ts';
import type { PageRequest } from '../domain/page.ts';
import type { LoggedEvent, RoomEvent } from '../domain/roomEvent.ts';
import { conversationFeedOf, FEED_KINDS, loggedEventOf, type RoomEventKind } from '../events.ts';
import { asOfNow } from './messages.ts';

/** One page of a room's log, ascending. */
export interface RoomLogPage {
  readonly events: readonly LoggedEvent[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

const ALL_KINDS = Object.keys(FEED_KINDS) as readonly RoomEventKind[];

/** A page of one room's log to be read. `kinds`: only these; null: all that this version knows. */
export type RoomLogRequest = PageRequest & { readonly roomId: string; readonly kinds: readonly RoomEventKind[] | null };

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
    requests.map(({ roomId, kinds, ...page }) => ({
      ...page,
      feed: conversationFeedOf(roomId),
      kinds: (kinds ?? ALL_KINDS).map((kind) => FEED_KINDS[kind]),
    })),
  );
  return pages.map(({ events, reset, hasNextPage, hasPreviousPage }) => {
    if (reset === null) return { events: events.flatMap((event) => shownNow(event) ?? []), hasNextPage, hasPreviousPage };
    return new FanfareError('BAD_USER_INPUT', `The cursor is not in the log of this room (${reset}). Read it again without a cursor.`);
  });
};

/** An event as a page shows it: what was posted as it is now. */
const shownNow = (event: FeedEvent): LoggedEvent | null => {
  const shown = loggedEventOf(event);
  return shown?.__typename === 'ChatEvent' ? { ...shown, message: asOfNow(shown.message) } : shown;
};

/** What `roomEvents` sends, in this order: the position, a reset where `after` is not in the log, then every event of these kinds (null: all), each once. Others
 * move the cursor of the next one. Ends with `signal`. */
export async function* followRoomLog(
  feeds: Pick<Feeds, 'follow'>,
  roomId: string,
  {
    after,
    kinds,
    signal,
  }: { readonly after: string | null; readonly kinds: readonly RoomEventKind[] | null; readonly signal: AbortSignal },
): AsyncGenerator<{ readonly roomEvents: RoomEvent }, void> {
  const wanted: ReadonlySet<string> = new Set((kinds ?? ALL_KINDS).map((kind) => FEED_KINDS[kind]));
  for await (const item of feeds.follow(conversationFeedOf(roomId), { after, signal })) {
    if (item.type === 'event' && !wanted.has(item.event.kind)) continue;
    const event = roomEventOf(item);
    if (event !== null) yield { roomEvents: event };
  }
}

const roomEventOf = (item: FeedItem): RoomEvent | null => {
  if (item.type === 'event') return loggedEventOf(item.event);
  const { cursor, seq, at } = item;
  if (item.type === 'position') return { __typename: 'PositionEvent', id: `position:${cursor}`, cursor, seq, at };
  return { __typename: 'ResetEvent', id: `reset:${cursor}`, cursor, seq, at, reason: item.reason };
};
