import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import type { HoldLane } from './holdLane.ts';
import { type HoldPlace, listDueHolds } from './holds.ts';
import type { Partition } from './partitions.ts';

/** How often gifts are looked for whose time to be taken back is over: nobody minds that much on top of a window of seconds. */
const LOOK_INTERVAL_MS = 250;
/** How long nobody looks after it failed: while a database is away there is nothing to find. */
const FAILED_PAUSE_MS = 2_000;
/** Holds ended per look at most: one batch of the lane. */
export const LOOK_SIZE_MAX = 500;

export interface HoldPosterOptions {
  readonly partition: Pick<Partition, 'index' | 'database'>;
  readonly lane: HoldLane;
  readonly telemetry: Telemetry;
  /** Milliseconds between two looks; a look that found as many as it can take is followed by the next at once. Default 250. */
  readonly intervalMs?: number;
}

/** Sends gifts whose time to be taken back is over, and gives back those that nobody could send in time. */
export interface HoldPoster {
  /** Ends holds that are due at a moment (default: now), LOOK_SIZE_MAX at a time. Answers with how many it found. */
  look(at?: Date): Promise<number>;
  close(): Promise<void>;
}

/** Starts to look. Any number of processes may: whoever comes second finds the hold ended and does nothing. */
export const startHoldPoster = ({ partition, lane, telemetry, intervalMs = LOOK_INTERVAL_MS }: HoldPosterOptions): HoldPoster => {
  const lag = telemetry.gauge(
    'fanfare_gift_holds_lag_ms',
    'How long the oldest gift that can be sent has been waiting for it, in milliseconds.',
    ['partition'],
  );
  const due = telemetry.gauge('fanfare_gift_holds_due', 'Gifts found in the last look whose time to be taken back is over.', ['partition']);
  const labels = { partition: String(partition.index) };
  let lookedTo: HoldPlace | null = null;
  const look = async (at: Date = new Date()): Promise<number> => {
    const found = await listDueHolds(partition.database, { at, after: lookedTo, limit: LOOK_SIZE_MAX });
    due.set(found.length, labels);
    lag.set(lookedTo === null && found[0] !== undefined ? at.getTime() - found[0].postsAt.getTime() : 0, labels);
    // Each look goes on where the last one ended, and from the oldest again after the youngest: one that cannot be ended holds up no others.
    lookedTo = found.length < LOOK_SIZE_MAX ? null : (found.at(-1) ?? null);
    const outcomes = await Promise.allSettled(found.map(({ senderId, orderId }) => lane.submit({ kind: 'END', senderId, orderId })));
    const failed = outcomes.filter((outcome) => outcome.status === 'rejected');
    if (failed[0] !== undefined)
      telemetry.log.warn({ err: failed[0].reason, holds: failed.length }, 'held gifts could not be sent; the next look tries again');
    return found.length;
  };
  let closed = false;
  let looking: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout;
  const lookAndRest = async (): Promise<void> => {
    let restMs = intervalMs;
    try {
      if ((await look()) === LOOK_SIZE_MAX) restMs = 0;
    } catch (error) {
      restMs = FAILED_PAUSE_MS;
      telemetry.log.warn({ err: error, ...labels }, 'looking for held gifts failed; the next look tries again');
    }
    if (!closed) rest(restMs);
  };
  const rest = (ms: number): void => {
    timer = setTimeout(() => {
      looking = lookAndRest();
    }, ms);
    timer.unref();
  };
  rest(intervalMs);
  return {
    look,
    close: async () => {
      closed = true;
      clearTimeout(timer);
      await looking;
    },
  };
};
