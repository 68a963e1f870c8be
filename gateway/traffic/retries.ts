import { RETRIES_PER_SECOND_MIN, RETRIES_SAVED_MAX, RETRY_SHARE } from '../limits.ts';

/** How many retries a subgraph's calls may cause: a share of the calls, and a few per second for quiet times. When everything fails at once, retries must not multiply the
 * load that made it fail (the retry budget of Twitter's Finagle). */
export interface RetryBudget {
  /** A first attempt earns its share of a retry. */
  earn(): void;
  /** Takes one retry, if there is one. */
  spend(): boolean;
}

export const createRetryBudget = (nowMs: () => number = () => performance.now()): RetryBudget => {
  let saved = RETRIES_PER_SECOND_MIN;
  let atMs = nowMs();
  const add = (retries: number): void => {
    saved = Math.min(RETRIES_SAVED_MAX, saved + retries);
  };
  return {
    earn: () => add(RETRY_SHARE),
    spend: () => {
      const now = nowMs();
      add(((now - atMs) / 1_000) * RETRIES_PER_SECOND_MIN);
      atMs = now;
      if (saved < 1) return false;
      saved -= 1;
      return true;
    },
  };
};
