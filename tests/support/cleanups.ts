type Cleanup = () => Promise<unknown> | unknown;

const cleanups: Cleanup[] = [];

/** Does this when the test file that runs now has ended, after its own hooks; what was begun last is ended first. */
export const afterFile = (cleanup: Cleanup): void => void cleanups.push(cleanup);

/** Does all of it, also where some of it fails; then throws what failed. */
export const cleanUp = async (): Promise<void> => {
  const failures: unknown[] = [];
  for (const cleanup of cleanups.splice(0).toReversed()) {
    try {
      await cleanup();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'a test file was not cleaned up');
};
