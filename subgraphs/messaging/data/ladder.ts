import { z } from 'zod';
import type { FeedEvent } from '#platform/feed/feed.ts';
import type { Lane } from '#platform/lane/lane.ts';
import type { Store } from '#platform/store/store.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { type RoomLoad, stepFor } from '../domain/ladder.ts';
import { createRoomMeter, type RoomMeter } from '../domain/roomMeter.ts';
import { NEW_ROOM_STEP, type RoomStepState, type StepDecision, type StepWish } from '../domain/roomStep.ts';
import { FEED_KINDS } from '../events.ts';

/** How often the rooms that are followed in this process are looked at. */
const LOOK_INTERVAL_MS = 1_000;
/** A measured load is shown for so long after it was measured last. */
const LOAD_SHOWN_MS = 5_000;

export interface LadderParts {
  readonly store: Pick<Store, 'get' | 'set'>;
  readonly telemetry: Telemetry;
  readonly lane: Lane<StepWish, StepDecision>;
  /** Viewers of a room as they were counted last. */
  readonly viewersOf: (roomId: string) => number;
}

/** Measures the rooms that are followed in this process and moves them on the ladder. Several processes measure the same log, so they come to the same wishes, and the first one counts. */
export interface Ladder {
  /** Somebody follows a room's log from here on; the same object hears of its events. */
  watch(roomId: string): RoomWatch;
  /** The load of a room as any process has measured it in the last seconds; nothing where nobody follows it. */
  loadOf(roomId: string): Promise<RoomLoad>;
  close(): void;
}

export interface RoomWatch {
  /** Where the follower stands: what holds there. */
  stands(state: RoomStepState): void;
  /** The log is another one: what was known of the room no longer counts. */
  restarts(state: RoomStepState): void;
  saw(event: FeedEvent): void;
  end(): void;
}

interface Watched {
  meter: RoomMeter;
  followers: number;
  state: RoomStepState;
  /** A wish is on its way. */
  moving: boolean;
}

const loadParser = z.object({ messagesPerSecond: z.number(), viewers: z.number() });

export const openLadder = ({ store, telemetry, lane, viewersOf }: LadderParts): Ladder => {
  const rooms = new Map<string, Watched>();
  const failures = telemetry.counter('fanfare_ladder_failures_total', 'Steps of rooms that could not be changed.');

  const move = async (roomId: string, watched: Watched, wish: StepWish): Promise<void> => {
    watched.moving = true;
    try {
      await lane.submit(wish);
    } catch (error) {
      // The next look wishes again, if it is still needed.
      failures.inc();
      telemetry.log.warn({ err: error, roomId, step: wish.step }, 'the step of a room could not be changed');
    } finally {
      watched.moving = false;
    }
  };

  const look = (roomId: string, watched: Watched): void => {
    const { meter, state } = watched;
    const { now, peak } = meter.read(viewersOf(roomId), Date.now());
    if (now.messagesPerSecond > 0) void store.set(loadKey(roomId), JSON.stringify(now), LOAD_SHOWN_MS);
    const step = stepFor(state.step, { now, peak });
    if (step === state.step || state.pinned || watched.moving) return;
    void move(roomId, watched, { roomId, step, by: null, load: now, sinceSeq: state.seq });
  };

  const timer = setInterval(() => {
    for (const [roomId, watched] of rooms) look(roomId, watched);
  }, LOOK_INTERVAL_MS);
  timer.unref();

  return {
    watch: (roomId) => {
      const watched = rooms.get(roomId) ?? { meter: createRoomMeter(), followers: 0, state: NEW_ROOM_STEP, moving: false };
      rooms.set(roomId, watched);
      watched.followers += 1;
      // Of several followers the one that is furthest knows best.
      const stands = (state: RoomStepState): void => {
        if ((state.seq ?? 0) >= (watched.state.seq ?? 0)) watched.state = state;
      };
      return {
        stands,
        restarts: (state) => {
          watched.state = state;
          watched.meter = createRoomMeter();
        },
        saw: ({ kind, seq, at }) => {
          if (kind === FEED_KINDS.CHAT) watched.meter.saw(seq, at.getTime(), Date.now());
        },
        end: () => {
          watched.followers -= 1;
          if (watched.followers === 0) rooms.delete(roomId);
        },
      };
    },
    loadOf: async (roomId) => {
      const stored = await store.get(loadKey(roomId));
      const load = stored === null ? undefined : loadParser.safeParse(JSON.parse(stored)).data;
      return load ?? { messagesPerSecond: 0, viewers: viewersOf(roomId) };
    },
    close: () => {
      clearInterval(timer);
      rooms.clear();
    },
  };
};

const loadKey = (roomId: string): string => `load:${roomId}`;
