import { setImmediate as nextTurn } from 'node:timers/promises';

/** Work that was begun and has not ended. Connections don't tell: a client that hangs up leaves its operation behind. */
export interface UnderWay {
  /** Does the work, and counts it until it has ended. */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** Resolves when nothing has been under way for a turn of the event loop (an operation that was checked starts in the same one), at the latest after `timeoutMs`. */
  idle(timeoutMs: number): Promise<void>;
}

export const createUnderWay = (): UnderWay => {
  const works = new Set<Promise<unknown>>();
  return {
    run: async (work) => {
      const working = work();
      works.add(working);
      try {
        return await working;
      } finally {
        works.delete(working);
      }
    },
    idle: async (timeoutMs) => {
      const patience = Promise.withResolvers<void>();
      const timer = setTimeout(patience.resolve, timeoutMs);
      const endedAtMs = performance.now() + timeoutMs;
      do {
        await Promise.race([Promise.allSettled(works), patience.promise]);
        await nextTurn();
      } while (works.size > 0 && performance.now() < endedAtMs);
      clearTimeout(timer);
    },
  };
};
