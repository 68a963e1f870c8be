import { FanfareError } from '#platform/errors.ts';
import { kindsFault, pageRequestOf } from '../domain/page.ts';
import { offsetSecondsOf, REPLAY_FROM_SECONDS_MAX } from '../domain/replay.ts';
import type { Room } from '../domain/room.ts';
import type { LoggedEvent } from '../domain/roomEvent.ts';
import type { RoomEventKind } from '../events.ts';
import { shownUntil } from './conversationPolicy.ts';
import type { Loaders } from './loaders.ts';
import { checkCursors } from './roomLog.ts';

/** What happened in a room from one moment of its stream on, as the graph shows it. */
export interface RoomReplay {
  readonly events: readonly { readonly offsetSeconds: number; readonly event: LoggedEvent }[];
  readonly endCursor: string | null;
  readonly hasNextPage: boolean;
}

export interface ReplayArguments {
  readonly fromSeconds: number;
  readonly first: number;
  readonly after?: string | null | undefined;
  readonly kinds?: readonly RoomEventKind[] | null | undefined;
}

/** One page of a room by stream time. Throws FanfareError BAD_USER_INPUT for arguments that make no page. */
export const replayRoom = async (
  room: Room,
  { fromSeconds, first, after, kinds }: ReplayArguments,
  loaders: Pick<Loaders, 'roomLogs' | 'replayStarts' | 'policies'>,
): Promise<RoomReplay> => {
  const { id: roomId, openedAt } = room;
  const asked = pageRequestOf({ first, after });
  const fault = typeof asked === 'string' ? asked : kindsFault(kinds);
  if (typeof asked === 'string' || fault !== null) throw new FanfareError('BAD_USER_INPUT', fault ?? '');
  if (fromSeconds < 0 || fromSeconds > REPLAY_FROM_SECONDS_MAX)
    throw new FanfareError('BAD_USER_INPUT', `\`fromSeconds\` is 0 to ${REPLAY_FROM_SECONDS_MAX}, not ${fromSeconds}.`);
  checkCursors(asked);
  const at = new Date(openedAt.getTime() + fromSeconds * 1_000);
  // From its beginning on a room shows everything, also what came before the clock of streaming says it began.
  const start = after ?? (fromSeconds === 0 ? null : await loaders.replayStarts.load({ roomId, at }));
  const { events, hasNextPage } = await loaders.roomLogs.load({
    direction: 'forward',
    limit: first,
    ...(start === null ? {} : { after: start }),
    roomId,
    kinds: kinds ?? null,
    until: await shownUntil(room, loaders),
  });
  return {
    events: events.map((event) => ({ offsetSeconds: offsetSecondsOf(openedAt, event.at), event })),
    endCursor: events.at(-1)?.cursor ?? start,
    hasNextPage,
  };
};
