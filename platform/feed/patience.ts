import { setTimeout as sleep } from 'node:timers/promises';
import { failureOf } from '#platform/lane/failure.ts';
import type { Logger } from '#platform/log/log.ts';

/** The pause before the database is asked again doubles from the first to the second, with jitter. */
const PAUSE_MIN_MS = 50;
const PAUSE_MAX_MS = 2_000;

/** A bounded, jittered pause before try number `tries` + 2 (`tries` from 0). Rejects with the signal's reason when it aborts. */
export const backOff = async (tries: number, signal: AbortSignal, maxMs: number = PAUSE_MAX_MS): Promise<void> => {
  await sleep(Math.min(maxMs, PAUSE_MIN_MS * 2 ** Math.min(tries, 16)) * (0.5 + Math.random() / 2), undefined, { signal, ref: false });
};

/** Reads until the database can be reached: a follower waits out a restart instead of failing. Errors that waiting does not heal are thrown, and so is
 * the signal's reason when it aborts between two tries. */
export const untilReachable = async <T>(read: () => Promise<T>, signal: AbortSignal, log: Logger): Promise<T> => {
  for (let tries = 0; ; tries += 1) {
    try {
      return await read();
    } catch (error) {
      if (failureOf(error) !== 'transient' || signal.aborted) throw error;
      log.warn({ err: error, tries }, 'a log cannot be read; followers wait until it can');
      await backOff(tries, signal);
    }
  }
};
