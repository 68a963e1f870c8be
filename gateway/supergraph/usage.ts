import { setTimeout as wait } from 'node:timers/promises';

/** How much runs on something that is to be taken down one day. */
export interface Usage {
  begin(): void;
  end(): void;
  readonly count: number;
  /** Resolves when nothing runs on it, or after `timeoutMs`. */
  untilIdle(timeoutMs: number): Promise<void>;
}

export const createUsage = (): Usage => {
  let count = 0;
  let idle: (() => void) | null = null;
  return {
    begin: () => {
      count += 1;
    },
    end: () => {
      count -= 1;
      if (count === 0) idle?.();
    },
    get count() {
      return count;
    },
    untilIdle: async (timeoutMs) => {
      if (count === 0) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      idle = resolve;
      await Promise.race([promise, wait(timeoutMs, undefined, { ref: false })]);
    },
  };
};
