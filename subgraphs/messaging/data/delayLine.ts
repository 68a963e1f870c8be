import type { FeedEvent } from '#platform/feed/feed.ts';
import { CHAT_DELAY_RECHECK_MS } from '../domain/limits.ts';
import { FEED_KINDS, loggedEventOf } from '../events.ts';

/** What waits is looked at so often at most: once for all that is due by then. */
export const DELAY_BATCH_MS = 250;
/** Events that wait for one follower at most: past that the log is read no further until some have left. */
const WAITING_MAX = 10_000;

/** Holds a room's chat back from those who do not moderate (`nonModeratorDelaySeconds`), in the order of the log: what comes after a message that waits, waits behind it, so that a cursor never passes over something unsent.
 * Times are epoch milliseconds. */
export interface DelayLine {
  /** Whether nothing waits. */
  readonly isEmpty: boolean;
  readonly isFull: boolean;
  /** The follower stands at a new place, where that delay holds: what waited is of no use any more. */
  stands(delayMs: number): void;
  /** Takes the log's next event. False: nothing holds it back, and it was not taken. */
  put(event: FeedEvent, nowMs: number): boolean;
  /** What has waited long enough, oldest first. It is to be sent as the log has it now: perhaps it was recalled. */
  take(nowMs: number): readonly FeedEvent[];
  /** When there is something to take, if nothing is put before; null: never. */
  dueInMs(nowMs: number): number | null;
}

export const createDelayLine = (): DelayLine => {
  let delayMs = 0;
  let waiting: { readonly event: FeedEvent; readonly dueMs: number }[] = [];

  /** When an event may be seen by everybody; 0: at once. One that is old enough is looked at once more all the same, unless it is so old that what happened to it is in what was read. */
  const dueOf = ({ kind, at }: FeedEvent, nowMs: number): number => {
    if (delayMs === 0 || !SAYS_SOMETHING.has(kind)) return 0;
    const dueMs = Math.ceil((at.getTime() + delayMs) / DELAY_BATCH_MS) * DELAY_BATCH_MS;
    return dueMs + CHAT_DELAY_RECHECK_MS < nowMs ? 0 : dueMs;
  };

  return {
    get isEmpty() {
      return waiting.length === 0;
    },
    get isFull() {
      return waiting.length >= WAITING_MAX;
    },
    stands: (ms) => {
      delayMs = ms;
      waiting = [];
    },
    put: (event, nowMs) => {
      const dueMs = Math.max(dueOf(event, nowMs), waiting.at(-1)?.dueMs ?? 0);
      delayMs = delayAfter(event) ?? delayMs;
      if (dueMs === 0) return false;
      waiting.push({ event, dueMs });
      return true;
    },
    take: (nowMs) => {
      const left = waiting.findIndex(({ dueMs }) => dueMs > nowMs);
      const due = left === -1 ? waiting : waiting.slice(0, left);
      if (due.length > 0) waiting = left === -1 ? [] : waiting.slice(left);
      return due.map(({ event }) => event);
    },
    dueInMs: (nowMs) => {
      const [next] = waiting;
      return next === undefined ? null : Math.max(0, next.dueMs - nowMs);
    },
  };
};

/** Whether an event says what somebody has written. */
export const saysSomething = ({ kind }: Pick<FeedEvent, 'kind'>): boolean => SAYS_SOMETHING.has(kind);

const SAYS_SOMETHING: ReadonlySet<string> = new Set([FEED_KINDS.CHAT, FEED_KINDS.EDIT]);

/** The delay from this event on; null: it says nothing about that. */
const delayAfter = (event: FeedEvent): number | null => {
  if (event.kind !== FEED_KINDS.MODES) return null;
  const shown = loggedEventOf(event);
  return shown?.__typename === 'ChatModesChangedEvent' ? shown.modes.nonModeratorDelaySeconds * 1_000 : null;
};
