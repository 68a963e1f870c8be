import { vi } from 'vitest';

const DAY_MS = 86_400_000;
/** Longer than a test file takes on a slow machine. */
const BEFORE_MIDNIGHT_MS = 60_000;

/** Runs `work` while `Date.now` stands still: what is given back as time passes, the tokens of a limit, is not, however long the machine takes. */
export const atOneInstant = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  const stopped = vi.spyOn(Date, 'now').mockReturnValue(Date.now());
  try {
    return await work();
  } finally {
    stopped.mockRestore();
  }
};

/** Resolves at once, but shortly before midnight UTC: then when it is over. For tests of what is counted by the day. */
export const untilMidnightIsFar = async (): Promise<void> => {
  const leftMs = DAY_MS - (Date.now() % DAY_MS);
  if (leftMs < BEFORE_MIDNIGHT_MS) await new Promise((resolve) => setTimeout(resolve, leftMs + 1));
};
