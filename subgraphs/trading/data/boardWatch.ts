import type { Bus } from '#platform/bus/bus.ts';
import { openStateWatch, type StateHints, type StateWatch } from '#platform/bus/state-watch.ts';
import { timeMsOfId } from '#platform/ids.ts';
import { RecentMap } from '#platform/store/recent.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { streamBoard } from '../domain/board.ts';
import type { BoardView } from '../domain/boardView.ts';
import { leaderboardChannel } from '../events.ts';
import type { BoardReader } from './boardReader.ts';

/** Places that followers of a board see at most: all that many streams show is read again every few seconds. */
export const FOLLOWED_ENTRIES_MAX = 20;
/** Followers of a stream's board hear of changes at most this often. */
const HINT_INTERVAL_MS = 500;
/** Streams whose last shown board is remembered, to see whether it has changed. */
const REMEMBERED_MAX = 20_000;

/** A board and which one of those seen here it is. */
export interface FollowedBoard {
  readonly view: BoardView;
  readonly count: bigint;
}

/** Follows the boards of streams by stream id. */
export type BoardWatch = StateWatch<FollowedBoard>;

export const openBoardWatch = (reader: BoardReader, bus: Bus, telemetry: Telemetry): BoardWatch => {
  const shown = new RecentMap<{ readonly text: string; readonly count: bigint }>({ entriesMax: REMEMBERED_MAX });
  let changes = 0n;
  // Scores, consents and policy may each change what is shown, and have no count in common: what is shown is compared.
  const counted = (streamId: string, view: BoardView): FollowedBoard => {
    const text = JSON.stringify(view, (_, value) => (typeof value === 'bigint' ? value.toString() : value));
    const before = shown.get(streamId);
    if (before?.text === text) return { view, count: before.count };
    changes += 1n;
    shown.set(streamId, { text, count: changes });
    return { view, count: changes };
  };
  return openStateWatch({
    name: 'leaderboards',
    bus,
    telemetry,
    channelOf: leaderboardChannel,
    read: async (streamIds) => {
      const nowMs = Date.now();
      const places = streamIds.map((streamId) => streamBoard(streamId, timeMsOfId(streamId) ?? 0, nowMs));
      const views = await reader.read(places, { entries: FOLLOWED_ENTRIES_MAX, fresh: true });
      return new Map(
        streamIds.flatMap((streamId, index) => (views[index] === undefined ? [] : [[streamId, counted(streamId, views[index])]])),
      );
    },
    versionOf: ({ count }) => count,
  });
};

/** Hints about streams' boards that go out at once and then at most every HINT_INTERVAL_MS: what comes in between goes with the next. */
export const createBoardHints = (hints: StateHints): StateHints & { close(): void } => {
  const waiting = new Set<string>();
  let timer: NodeJS.Timeout | null = null;
  const send = (): void => {
    timer = null;
    if (waiting.size === 0) return;
    hints.publish(waiting);
    waiting.clear();
    timer = setTimeout(send, HINT_INTERVAL_MS);
    timer.unref();
  };
  return {
    publish: (streamIds) => {
      for (const streamId of streamIds) waiting.add(streamId);
      if (timer === null) send();
    },
    close: () => {
      if (timer !== null) clearTimeout(timer);
    },
  };
};
