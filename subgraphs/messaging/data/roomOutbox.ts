import type { FeedEvent } from '#platform/feed/feed.ts';
import { isBatched, isSent } from '../domain/ladder.ts';
import type { PositionEvent, ResetEvent, RoomEvent } from '../domain/roomEvent.ts';
import { NEW_ROOM_STEP, type RoomStepState } from '../domain/roomStep.ts';
import { type SkippedRun, skippedEventOf, withSkipped } from '../domain/skipped.ts';
import { FEED_KINDS, loggedEventOf, type RoomEventKind } from '../events.ts';

/** Chat of a busy room leaves in groups of so long: a reader does not notice, and a socket is written to four times a second instead of some hundred times. */
export const BATCH_MS = 250;
/** A group never waits to become larger: who catches up gets the log as fast as it is read. */
export const BATCH_EVENTS_MAX = 256;
/** What was left out is told after so long at the latest, also when nothing follows. */
export const SKIPPED_TOLD_MS = 1_000;

/** What one follower is sent of a room's log, in its order. Times are epoch milliseconds. */
export interface Outbox {
  /** The step that holds after what was put last. */
  readonly state: RoomStepState;
  /** The follower stands at this place, where that state holds. */
  stand(event: PositionEvent | ResetEvent, state: RoomStepState, nowMs: number): void;
  put(event: FeedEvent, nowMs: number): void;
  /** What is to be sent now. */
  take(nowMs: number): readonly RoomEvent[];
  /** When there is something to take, if nothing is put before; null: never. */
  dueInMs(nowMs: number): number | null;
}

export interface OutboxOptions {
  /** Only these; null: all that this version knows. */
  readonly kinds: readonly RoomEventKind[] | null;
  /** All of the chat, at once, on every step. */
  readonly full: boolean;
  /** Whose messages are always sent: the streamer's. */
  readonly ownerId: string | null;
}

export const createOutbox = ({ kinds, full, ownerId }: OutboxOptions): Outbox => {
  const wanted: ReadonlySet<string> = new Set((kinds ?? ALL_KINDS).map((kind) => FEED_KINDS[kind]));
  let state = NEW_ROOM_STEP;
  let events: RoomEvent[] = [];
  /** When `events` leave; null: there are none. */
  let dueMs: number | null = null;
  let run: SkippedRun | null = null;
  let runDueMs = 0;

  const tellSkipped = (): void => {
    if (run !== null) events.push(skippedEventOf(run));
    run = null;
  };
  const add = (event: RoomEvent | null, leavesMs: number): void => {
    if (event === null) return;
    tellSkipped();
    events.push(event);
    dueMs = Math.min(dueMs ?? leavesMs, events.length >= BATCH_EVENTS_MAX ? 0 : leavesMs);
  };
  const isLeftOut = ({ id, payload }: FeedEvent): boolean => !full && !isSent(id, state.step) && payload['authorId'] !== ownerId;

  return {
    get state() {
      return state;
    },
    stand: (event, at, nowMs) => {
      add(event, nowMs);
      state = at;
    },
    put: (event, nowMs) => {
      const { kind, seq, cursor, at, payload } = event;
      // What a service says is for everybody, however many talk.
      const isChat = kind === FEED_KINDS.CHAT && payload['type'] !== 'SYSTEM';
      if (isChat && wanted.has(kind) && isLeftOut(event)) {
        if (run === null) runDueMs = nowMs + SKIPPED_TOLD_MS;
        run = withSkipped(run, { seq, cursor, at });
        return;
      }
      const shown = wanted.has(kind) || kind === FEED_KINDS.STEP ? loggedEventOf(event) : null;
      if (wanted.has(kind)) add(shown, isChat && !full && isBatched(state.step) ? nowMs + BATCH_MS : nowMs);
      if (shown?.__typename === 'StepChangedEvent') state = { step: shown.step, pinned: payload['pinned'] === true, seq };
    },
    take: (nowMs) => {
      const runIsDue = run !== null && runDueMs <= nowMs;
      if (!runIsDue && (dueMs === null || dueMs > nowMs)) return NOTHING;
      if (runIsDue) tellSkipped();
      const taken = events;
      events = [];
      dueMs = null;
      return taken;
    },
    dueInMs: (nowMs) => {
      const moments = [...(dueMs === null ? [] : [dueMs]), ...(run === null ? [] : [runDueMs])];
      return moments.length === 0 ? null : Math.max(0, Math.min(...moments) - nowMs);
    },
  };
};

const NOTHING: readonly RoomEvent[] = [];
const ALL_KINDS = Object.keys(FEED_KINDS) as readonly RoomEventKind[];
