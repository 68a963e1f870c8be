/** How long a test waits for one payload, one item or one condition: a guard against hanging, not a measure. */
const DEADLINE_MS = 30_000;

/** Rejects with `what` when `work` takes longer than a test may wait. */
export const withDeadline = async <T>(work: Promise<T>, what: string, deadlineMs: number = DEADLINE_MS): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${deadlineMs} ms: ${what}`)), deadlineMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};
