import { FanfareError } from '#platform/errors.ts';
import type { FeedItem, Feeds } from '#platform/feed/feed.ts';
import type { PageRequest } from '../domain/page.ts';
import type { LoggedEvent, RoomEvent } from '../domain/roomEvent.ts';
import { FEED_KINDS, loggedEventOf, type RoomEventKind, roomFeedOf } from '../events.ts';

/** One page of a room's log, ascending. */
export interface RoomLogPage {
  readonly events: readonly LoggedEvent[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

const ALL_KINDS = Object.keys(FEED_KINDS) as readonly RoomEventKind[];

/** Reads one page of a room's log. `kinds`: only these; null: all that this version knows. Throws FanfareError BAD_USER_INPUT when a cursor is none of this log's. */
export const readRoomLog = async (
  feeds: Pick<Feeds, 'page'>,
  roomId: string,
  { kinds, ...page }: PageRequest & { readonly kinds: readonly RoomEventKind[] | null },
): Promise<RoomLogPage> => {
  const feedKinds = (kinds ?? ALL_KINDS).map((kind) => FEED_KINDS[kind]);
  const { events, reset, hasNextPage, hasPreviousPage } = await feeds.page({ ...page, feed: roomFeedOf(roomId), kinds: feedKinds });
  if (reset !== null) {
    throw new FanfareError('BAD_USER_INPUT', `The cursor is not in the log of this room (${reset}). Read it again without a cursor.`);
  }
  return { events: events.flatMap((event) => loggedEventOf(event) ?? []), hasNextPage, hasPreviousPage };
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
  for await (const item of feeds.follow(roomFeedOf(roomId), { after, signal })) {
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
