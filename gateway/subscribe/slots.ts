import { FanfareError } from '#platform/errors.ts';

/** A bounded number of things that may go on at the same time; the others wait in order. */
export interface Slots {
  /** Resolves with the function that gives the slot back (calling it twice is harmless). Rejects with BUSY when too many wait already. */
  acquire(): Promise<() => void>;
  /** Whether somebody waits: who has a slot and doesn't use it gives it back. */
  readonly contended: boolean;
}

const RETRY_AFTER_MS = 1_000;

export const createSlots = (slotsMax: number, waitingMax: number): Slots => {
  const waiting: (() => void)[] = [];
  let taken = 0;
  const releaseOnce = (): (() => void) => {
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      const next = waiting.shift();
      if (next === undefined) taken -= 1;
      else next();
    };
  };
  return {
    get contended() {
      return waiting.length > 0;
    },
    acquire: async () => {
      if (taken < slotsMax) {
        taken += 1;
        return releaseOnce();
      }
      if (waiting.length >= waitingMax)
        throw new FanfareError('BUSY', 'Too many subscribers are catching up at the moment.', { retryAfterMs: RETRY_AFTER_MS });
      await new Promise<void>((resolve) => waiting.push(resolve));
      return releaseOnce();
    },
  };
};
