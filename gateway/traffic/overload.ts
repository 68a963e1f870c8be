import { monitorEventLoopDelay } from 'node:perf_hooks';
import { FanfareError } from '#platform/errors.ts';
import type { Allowances } from '../auth/rates.ts';
import { OVERLOAD_CHECK_MS, OVERLOAD_CHECKS, OVERLOAD_DELAY_MS, SHED_RETRY_AFTER_MS } from '../limits.ts';

/** Watches whether this process keeps up with its work: by how much later than planned its timers come. */
export interface Overload {
  /** Whether each of the newest OVERLOAD_CHECKS looks found a mean delay above OVERLOAD_DELAY_MS. */
  readonly now: boolean;
  close(): void;
}

/** Nanoseconds, as the histogram has them. */
const NANOSECONDS_PER_MS = 1e6;

/** By how much later than planned the timers of this process came on average since the last look, in milliseconds. */
export interface DelayMeter {
  readonly takeMs: () => number;
  close(): void;
}

export const watchOverload = (meter: DelayMeter = openDelayMeter()): Overload => {
  let late = 0;
  const look = setInterval(() => {
    late = meter.takeMs() > OVERLOAD_DELAY_MS ? late + 1 : 0;
  }, OVERLOAD_CHECK_MS).unref();
  return {
    get now() {
      return late >= OVERLOAD_CHECKS;
    },
    close: () => {
      clearInterval(look);
      meter.close();
    },
  };
};

const openDelayMeter = (): DelayMeter => {
  const delays = monitorEventLoopDelay({ resolution: 20 });
  delays.enable();
  return {
    takeMs: () => {
      const meanMs = delays.count === 0 ? 0 : delays.mean / NANOSECONDS_PER_MS;
      delays.reset();
      return meanMs;
    },
    close: () => void delays.disable(),
  };
};

/** Refuses new operations and connections with BUSY while the process doesn't keep up: those that it has already are worth more than those that would time out behind them. */
export const shedOverload = (allowances: Allowances, overload: Overload): Allowances => ({
  ...allowances,
  takeOfAddress: async (address) => {
    if (overload.now)
      throw new FanfareError('BUSY', 'This gateway has more to do than it can. Surely not executed.', {
        retryAfterMs: SHED_RETRY_AFTER_MS,
      });
    await allowances.takeOfAddress(address);
  },
});
