import { setTimeout as wait } from 'node:timers/promises';
import type { Database, Transaction } from '#platform/database/database.ts';
import { createLane, type Lane } from '#platform/lane/lane.ts';
import { RecentMap } from '#platform/store/recent.ts';
import type { Store } from '#platform/store/store.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { ROOM_VIEWERS_MAX, userOfViewerKey, VIEWER_COUNT_MS, VIEWER_LEASE_MS } from '../domain/viewer.ts';
import { conversationsByIds } from './conversations.ts';
import { memberKeyOf } from './members.ts';
import type { ModuleEvents } from './moduleEvents.ts';
import { openPresenceReports, type PresenceReports } from './presenceReports.ts';
import { bannedOf } from './sanctions.ts';

/** Commands per batch: two statements and one call of the store per room, whatever their number. */
const BATCH_MAX = 1_000;
/** Viewers that one call of the store renews or ends at most: some milliseconds of Redis's only thread. */
const UPDATE_VIEWERS_MAX = 500;
/** Counts that a process remembers: of the rooms that were asked about last. */
const COUNTS_MAX = 20_000;

/** That a viewer is in a room, still or from now on, or is no more. `viewer`: see viewerKeyOf. */
export interface ViewerCommand {
  readonly type: 'join' | 'leave';
  readonly roomId: string;
  readonly viewer: string;
}

/** Viewers of the room after that, about. */
export type ViewerOutcome =
  | { readonly ok: true; readonly count: number }
  | { readonly ok: false; readonly code: 'ROOM_NOT_FOUND' | 'BANNED' };

/** Who is in which room. It is in the store, so it may be lost; whoever is there says so again within a minute. */
export interface Viewers {
  readonly lane: Lane<ViewerCommand, ViewerOutcome>;
  /** Viewers of a room, about, at most VIEWER_COUNT_MS old; while the store cannot be reached the last count that is known. */
  count(roomId: string): Promise<number>;
  /** The last count that is known; asks for a newer one. */
  lastCount(roomId: string): number;
  /** The count now and whenever it has changed, at most once per VIEWER_COUNT_MS; until `signal`. */
  follow(roomId: string, signal: AbortSignal): AsyncGenerator<RoomViewers, void>;
  close(): Promise<void>;
}

/** A state: `version` grows with each change. */
export interface RoomViewers {
  readonly roomId: string;
  readonly count: number;
  readonly version: number;
}

export interface ViewersParts {
  readonly database: Database;
  readonly store: Pick<Store, 'presence'>;
  readonly telemetry: Telemetry;
  readonly modules: Pick<ModuleEvents, 'joined' | 'left'>;
}

export const openViewers = ({ database, store, telemetry, modules }: ViewersParts): Viewers => {
  const counts = new RecentMap<{ readonly count: number; readonly atMs: number }>({ entriesMax: COUNTS_MAX });
  const reports = openPresenceReports(modules);
  const note = (roomId: string, count: number): number => {
    counts.set(roomId, { count, atMs: Date.now() });
    return count;
  };
  const lane = createLane<ViewerCommand, ViewerOutcome>({
    name: 'viewers',
    database,
    telemetry,
    batchMax: BATCH_MAX,
    actorOf: ({ viewer }) => viewer,
    run: runViewers({ store, reports, note, lastCount: (roomId) => counts.get(roomId)?.count ?? 0 }),
  });
  const count = async (roomId: string): Promise<number> => {
    const known = counts.get(roomId);
    if (known !== undefined && known.atMs > Date.now() - VIEWER_COUNT_MS) return known.count;
    // Noted at once, so that those who ask meanwhile don't ask the store as well.
    note(roomId, known?.count ?? 0);
    const counted = await store.presence.count(setOf(roomId));
    return counted === null ? (known?.count ?? 0) : note(roomId, counted);
  };
  return {
    lane,
    count,
    lastCount: (roomId) => {
      void count(roomId);
      return counts.get(roomId)?.count ?? 0;
    },
    async *follow(roomId, signal) {
      for (let last: number | null = null; !signal.aborted; ) {
        const now = await count(roomId);
        if (now !== last) yield { roomId, count: now, version: Date.now() };
        last = now;
        await wait(VIEWER_COUNT_MS, undefined, { signal }).catch(() => undefined); // aborted: the loop's condition sees it
      }
    },
    close: async () => {
      await lane.close();
      reports.close();
    },
  };
};

interface RunParts {
  readonly store: Pick<Store, 'presence'>;
  readonly reports: PresenceReports;
  readonly note: (roomId: string, count: number) => number;
  readonly lastCount: (roomId: string) => number;
}

/** Runs a batch of commands: the rooms and the bans are read by one statement each, and the store hears the last command of each viewer. It may run again: who is there already only renews. */
const runViewers =
  ({ store, reports, note, lastCount }: RunParts) =>
  async (tx: Transaction, commands: readonly ViewerCommand[]): Promise<readonly ViewerOutcome[]> => {
    const rooms = await conversationsByIds(tx, [...new Set(commands.map(({ roomId }) => roomId))]);
    const subjects = commands.flatMap(({ type, roomId, viewer }) => {
      const userId = type === 'join' ? userOfViewerKey(viewer) : null;
      return userId === null ? [] : [{ conversationId: roomId, userId }];
    });
    const banned = await bannedOf(tx, [...new Map(subjects.map((subject) => [memberKeyOf(subject), subject])).values()]);
    const refusalOf = ({ type, roomId, viewer }: ViewerCommand): ViewerOutcome | null => {
      if (rooms.get(roomId)?.kind !== 'ROOM') return { ok: false, code: 'ROOM_NOT_FOUND' };
      const userId = type === 'join' ? userOfViewerKey(viewer) : null;
      return userId !== null && banned.has(memberKeyOf({ conversationId: roomId, userId })) ? { ok: false, code: 'BANNED' } : null;
    };
    const refusals = commands.map(refusalOf);
    const taken = commands.filter((_, index) => refusals[index] === null);
    const counts = new Map<string, number>();
    await Promise.all(
      [...Map.groupBy(taken, ({ roomId }) => roomId)].map(async ([roomId, ofRoom]) => {
        const count = await update({ store, reports }, roomId, ofRoom);
        counts.set(roomId, count === null ? lastCount(roomId) : note(roomId, count));
      }),
    );
    return commands.map(({ roomId }, index) => refusals[index] ?? { ok: true, count: counts.get(roomId) ?? 0 });
  };

/** Tells the store, and then the modules, who came and went; viewers of the room after that, null when the store cannot be reached. */
const update = async (
  { store, reports }: Pick<RunParts, 'store' | 'reports'>,
  roomId: string,
  commands: readonly ViewerCommand[],
): Promise<number | null> => {
  const last = [...new Map(commands.map(({ viewer, type }) => [viewer, type]))];
  let count: number | null = null;
  for (let from = 0; from < last.length; from += UPDATE_VIEWERS_MAX) {
    const some = last.slice(from, from + UPDATE_VIEWERS_MAX);
    const named = (wanted: ViewerCommand['type']): string[] => some.flatMap(([viewer, type]) => (type === wanted ? [viewer] : []));
    const answer = await store.presence.update(setOf(roomId), {
      renew: named('join'),
      end: named('leave'),
      ttlMs: VIEWER_LEASE_MS,
      membersMax: ROOM_VIEWERS_MAX,
    });
    if (answer === null) return null;
    count = answer.count;
    reports.came(roomId, usersAmong(answer.joined));
    reports.went(roomId, usersAmong([...answer.left, ...answer.expired]));
  }
  return count;
};

const usersAmong = (viewers: readonly string[]): readonly string[] => viewers.flatMap((viewer) => userOfViewerKey(viewer) ?? []);

const setOf = (roomId: string): string => `viewers:${roomId}`;
